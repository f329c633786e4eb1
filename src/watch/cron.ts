import { createTask } from "node-cron";
import type { Cron } from "../core/schedule.ts";

/** Which items' cron expressions have come up since the last look; node-cron says what matches, the caller when it is. */
export interface CronTable<Item> {
  replace(entries: Iterable<{ readonly schedule: Cron; readonly item: Item }>): void;
  /** Each item once whose expression matches a second between the last look and `now` (epoch milliseconds). */
  due(now: number): readonly Item[];
}

/** After a longer stall, in milliseconds, what came up before is not looked for. */
const longestLookBackMs = 3_600_000;

/** An empty table; the first look is from `now` on. */
export function createCronTable<Item>(now: number): CronTable<Item> {
  let groups: readonly Group<Item>[] = [];
  let lookedAt = now;
  return {
    replace(entries) {
      groups = groupsOf(entries);
    },
    due(at) {
      // The clock was set back: nothing has come up since.
      const from = Math.max(Math.min(lookedAt, at), at - longestLookBackMs);
      lookedAt = at;
      return groups.flatMap(({ matches, items }) => (anySecond(from, at, matches) ? items : []));
    },
  };
}

interface Group<Item> {
  readonly matches: (epochMs: number) => boolean;
  readonly items: readonly Item[];
}

/** Many connections share few expressions. */
function groupsOf<Item>(
  entries: Iterable<{ readonly schedule: Cron; readonly item: Item }>,
): readonly Group<Item>[] {
  const grouped = Map.groupBy(entries, ({ schedule: { cron, timezone } }) => `${timezone} ${cron}`);
  return [...grouped.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { cron, timezone } = first.schedule;
    const task = createTask(cron, () => {}, { timezone });
    return [
      {
        matches: (epochMs: number) => task.match(new Date(epochMs)),
        items: group.map(({ item }) => item),
      },
    ];
  });
}

/** Whether a whole second after `from`, up to `to`, matches. */
function anySecond(from: number, to: number, matches: (epochMs: number) => boolean): boolean {
  for (let second = (Math.floor(from / 1_000) + 1) * 1_000; second <= to; second += 1_000) {
    if (matches(second)) return true;
  }
  return false;
}
