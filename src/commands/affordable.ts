import type { ProjectConfig } from "../config/config.ts";

/**
 * The shortest time between two polls of one connection that the project's rate affords, in milliseconds: who asks
 * less often keeps its schedule, all others share what is left. 0 where everybody is polled as scheduled. Polls by
 * cron count for nothing: they come in bursts, and queue.
 */
export function affordableIntervalMs({
  rate,
  connections,
}: Pick<ProjectConfig, "rate" | "connections">): number {
  const intervals = connections
    .flatMap(({ schedule }) => ("cron" in schedule ? [] : schedule.everyMs))
    .sort((one, other) => other - one);
  let perMs = rate.count / rate.perMs;
  for (const [index, everyMs] of intervals.entries()) {
    const shared = (intervals.length - index) / perMs;
    if (everyMs < shared) return shared;
    perMs -= 1 / everyMs;
  }
  return 0;
}
