import { createTask } from "node-cron";
import type { NextTime } from "./core/mute.ts";
import type { Cron } from "./core/schedule.ts";

/*
 * node-cron says which times match an expression; which comes next is searched for by the wall clock, from coarse to fine: a
 * day, an hour of it, a minute, a second. A time that is left out when clocks go forward comes when they do; one that is
 * repeated when they go back comes the first time.
 */

/** Tells when expressions come up next; what was found is remembered until it has passed. */
export function createCalendar(): NextTime {
  const expressions = new Map<string, NextOf>();
  return (cron, after) => {
    const key = `${cron.timezone} ${cron.cron}`;
    const next = expressions.get(key) ?? remembering(search(cron));
    expressions.set(key, next);
    return next(after);
  };
}

type NextOf = (after: number) => number | undefined;

function remembering(next: NextOf): NextOf {
  let asked = Number.POSITIVE_INFINITY;
  let found: number | undefined;
  return (after) => {
    if (after < asked || (found !== undefined && after >= found)) {
      found = next(after);
      asked = after;
    }
    return found;
  };
}

const dayMs = 86_400_000;
/** The 29th of February comes at least once in so long. */
const horizonMs = 8 * 366 * dayMs;

interface Level {
  readonly stepMs: number;
  /** Whether any time from `wallMs` on within the step may match. */
  matches(wallMs: number): boolean;
}

/** Wall-clock times are counted in milliseconds as if they were UTC. */
function search({ cron, timezone }: Cron): NextOf {
  const levels = levelsOf(cron);
  return (after) => {
    const from = wallTime(after, timezone);
    for (const wallMs of matchesFrom(levels, from, from + horizonMs)) {
      const at = instantOf(wallMs, timezone);
      if (at > after) return at;
    }
    return undefined;
  };
}

/** Days, hours, minutes and seconds: each with the finer fields of the expression left open. */
function levelsOf(cron: string): readonly Level[] {
  const fields = cron.trim().split(/\s+/);
  const [second = "", minute = "", hour = "", ...days] =
    fields.length > 5 ? fields : ["0", ...fields];
  const level = (stepMs: number, time: readonly string[]): Level => {
    const task = createTask([...time, ...days].join(" "), () => {}, { timezone: "UTC" });
    return { stepMs, matches: (wallMs) => task.match(new Date(wallMs)) };
  };
  return [
    level(dayMs, ["*", "*", "*"]),
    level(3_600_000, ["*", "*", hour]),
    level(60_000, ["*", minute, hour]),
    level(1_000, [second, minute, hour]),
  ];
}

function* matchesFrom(
  [level, ...finer]: readonly Level[],
  from: number,
  to: number,
): Generator<number> {
  if (!level) {
    yield from;
    return;
  }
  const { stepMs, matches } = level;
  for (let start = Math.floor(from / stepMs) * stepMs; start < to; start += stepMs) {
    if (matches(start))
      yield* matchesFrom(finer, Math.max(from, start), Math.min(to, start + stepMs));
  }
}

function wallTime(at: number, timezone: string): number {
  const wall = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  return at + wall.offsetNanoseconds / 1_000_000;
}

function instantOf(wallMs: number, timezone: string): number {
  const wall = Temporal.Instant.fromEpochMilliseconds(wallMs)
    .toZonedDateTimeISO("UTC")
    .toPlainDateTime();
  const zoned = wall.toZonedDateTime(timezone, { disambiguation: "earlier" });
  const isLeftOut = !zoned.toPlainDateTime().equals(wall);
  return (
    (isLeftOut && zoned.getTimeZoneTransition("next")?.epochMilliseconds) || zoned.epochMilliseconds
  );
}
