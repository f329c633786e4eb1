/** How times (epoch milliseconds) are shown to people in an IANA time zone: as ISO 8601 would, to the second. */
export function localTime(timeZone: string): (at: number) => string {
  // Swedish writes dates as ISO 8601 does.
  const format = Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "medium", timeZone });
  return (at) => format.format(at);
}
