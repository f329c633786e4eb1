const firstCeilingMs = 2_000;
const lastCeilingMs = 15 * 60_000;

/** Whole milliseconds to wait after `failures` failures in a row: exponential with full jitter; `random` is in [0, 1). */
export function backoffMs(failures: number, random: number): number {
  if (failures < 1) return 0;
  return Math.ceil(
    random * Math.min(lastCeilingMs, firstCeilingMs * 2 ** Math.min(failures - 1, 30)),
  );
}

const firstProbeMs = 60_000;
const lastProbeMs = 60 * 60_000;

/** How long to wait before probing a destination that has refused `probes` times: from a minute, doubling, to an hour. */
export function probeIntervalMs(probes: number): number {
  return Math.min(lastProbeMs, firstProbeMs * 2 ** Math.min(probes - 1, 30));
}
