/** The most of these times that lie within any span shorter than `perMs`. */
export function mostWithin(times: readonly number[], perMs: number): number {
  const counts = times.map((from) => times.filter((at) => at >= from && at < from + perMs).length);
  return Math.max(0, ...counts);
}
