import type { ProjectConfig } from "../config/config.ts";
import { groupsOf } from "../core/poll-groups.ts";
import type { Schedule } from "../core/schedule.ts";
import { pageSize } from "../dli/list.ts";

type Polled = Pick<ProjectConfig, "rate" | "connections" | "pollBy" | "discover">;

/**
 * The shortest time between two polls of one connection that the project's rate affords, in milliseconds: who asks
 * less often keeps its schedule, all others share what is left. 0 where everybody is polled as scheduled. Polls by
 * cron count for nothing: they come in bursts, and queue.
 */
export function affordableIntervalMs(project: Polled): number {
  const { rate } = project;
  const intervals = schedulesOf(project)
    .flatMap((schedule) => ("cron" in schedule ? [] : schedule.everyMs))
    .sort((one, other) => other - one);
  let perMs = rate.count / rate.perMs;
  for (const [index, everyMs] of intervals.entries()) {
    const shared = (intervals.length - index) / perMs;
    if (everyMs < shared) return shared;
    perMs -= 1 / everyMs;
  }
  return 0;
}

/** Of each request. Those of one list share its pages; where the kind is left open, it may be basic. */
function schedulesOf(project: Polled): readonly Schedule[] {
  const { single, lists } = groupsOf(project, {
    pages: 1,
    kind: ({ kind }) => (kind === "auto" ? "basic" : kind),
  });
  return [
    ...single.map(({ schedule }) => schedule),
    ...lists.flatMap(({ schedule, targets }) =>
      Array.from({ length: Math.ceil(targets.length / pageSize) || 1 }, () => schedule),
    ),
  ];
}
