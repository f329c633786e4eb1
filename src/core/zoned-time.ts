/** How times are shown to people who may be elsewhere: `2026-11-24 10:10:05 UTC+08:00`. What is no time stays as it is. */
export function zonedTime(timeZone: string): (iso: string) => string {
  // Swedish writes dates as ISO 8601 does.
  const format = Intl.DateTimeFormat("sv", {
    ...{ year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
    timeZone,
    timeZoneName: "longOffset",
  });
  return (iso) => {
    const at = Date.parse(iso);
    if (Number.isNaN(at)) return iso;
    return format.format(at).replace("GMT+00:00", "UTC").replace("GMT", "UTC").replace("−", "-");
  };
}
