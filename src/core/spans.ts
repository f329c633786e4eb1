import type { Event } from "./event.ts";
import type { ObservationRun } from "./run.ts";

/*
 * What was known of a resource, and when. Its states are read off the events: from each on it is in the state `to`. What
 * was before the first of them stands in that one's `from`. Over that lie the gaps: from the last poll before one that
 * failed, or before the watcher itself was away, to the next one that was read.
 */

/** A stretch of time in epoch milliseconds; `until` is its end. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** What is known of a resource for a while: its state, that it could not be seen, or that there was nothing to see. */
type Known =
  | { readonly known: "state"; readonly state: string }
  | { readonly known: "blind" }
  | { readonly known: "nothing" };

/** What was known from one time to another. */
export type Span = Stretch & Known;

/** A resource as it is now; `since` in epoch milliseconds. */
export interface Present {
  readonly state: string;
  readonly since: number;
}

const nothing: Known = { known: "nothing" };

/** What was known within a stretch: spans without a hole, no two equal ones in a row. */
export function spansOf(
  /** Of this resource, in their order. */
  events: readonly Event[],
  { present, gaps, within }: PresentAndGaps,
): readonly Span[] {
  const marks = [...events.flatMap(marksOf), ...marksOfPresent(present)];
  const states = marks.map((mark, index) => ({
    ...mark,
    until: marks[index + 1]?.from ?? within.until,
  }));
  const whole = [{ from: within.from, until: states[0]?.from ?? within.until, ...nothing }];
  const clipped = [...whole, ...states].map((span) => clip(span, within)).filter(isLong);
  return merged(gaps.map((gap) => clip(gap, within)).reduce(blinded, clipped));
}

interface PresentAndGaps {
  /** Absent where it is no more. */
  readonly present: Present | undefined;
  readonly gaps: readonly Stretch[];
  readonly within: Stretch;
}

type Mark = { readonly from: number } & Known;

function marksOf({ time, type, data }: Event, index: number): readonly Mark[] {
  const at = Date.parse(time);
  const { from, to, previous_for_ms: lasted = 0 } = data;
  if (type === "dli-watch.disappeared")
    return [...before(index, data, at), { from: at, ...nothing }];
  if (!to) return [];
  // Without a state before it, what is told has been so for a while: it is stuck.
  return from
    ? [...before(index, data, at), { from: at, known: "state", state: to }]
    : [{ from: index === 0 ? at - lasted : at, known: "state", state: to }];
}

/** The state before the first event. */
function before(index: number, { from, previous_for_ms: lasted = 0 }: Event["data"], at: number) {
  return index === 0 && from ? [{ from: at - lasted, known: "state", state: from } as const] : [];
}

function marksOfPresent(present: Present | undefined): readonly Mark[] {
  return present ? [{ from: present.since, known: "state", state: present.state }] : [];
}

/** A run that is long over when the next begins was followed by nothing: the watcher was away. So many of its own intervals are long. */
const longIntervals = 3;
/** The end of a run is known no better than this, in milliseconds, if the watcher was killed. */
const shortestAwayMs = 15 * 60_000;

/** When nothing could be seen of a connection: `runs` in their order, up to `now` (epoch milliseconds). */
export function gapsOf(runs: readonly ObservationRun[], now: number): readonly Stretch[] {
  const gaps: Stretch[] = [];
  let seen: ObservationRun | undefined;
  let failedAt: number | undefined;
  for (const run of runs) {
    if (run.observation.outcome === "failed") {
      failedAt ??= run.firstAt;
      continue;
    }
    const from = seen?.lastAt ?? failedAt;
    const away = seen && run.firstAt - seen.lastAt > awayAfterMs(seen);
    if (from !== undefined && (failedAt !== undefined || away)) {
      gaps.push({ from, until: run.firstAt });
    }
    seen = run;
    failedAt = undefined;
  }
  return failedAt === undefined ? gaps : [...gaps, { from: seen?.lastAt ?? failedAt, until: now }];
}

function awayAfterMs({ firstAt, lastAt, polls }: ObservationRun): number {
  const intervalMs = polls > 1 ? (lastAt - firstAt) / (polls - 1) : 0;
  return Math.max(shortestAwayMs, longIntervals * intervalMs);
}

function clip<Part extends Stretch>(part: Part, { from, until }: Stretch): Part {
  return { ...part, from: Math.max(part.from, from), until: Math.min(part.until, until) };
}

function isLong({ from, until }: Stretch): boolean {
  return until > from;
}

/** The spans with a gap laid over them. */
function blinded(spans: readonly Span[], gap: Stretch): readonly Span[] {
  if (!isLong(gap)) return spans;
  return spans.flatMap((span): readonly Span[] => {
    if (span.known === "nothing") return [span];
    const hidden = clip(span, gap);
    if (!isLong(hidden)) return [span];
    const { from, until } = hidden;
    return [
      { ...span, until: from },
      { from, until, known: "blind" } as const,
      { ...span, from: until },
    ].filter(isLong);
  });
}

function merged(spans: readonly Span[]): readonly Span[] {
  const done: Span[] = [];
  for (const span of spans) {
    const last = done.at(-1);
    if (last && isSame(last, span)) done[done.length - 1] = { ...last, until: span.until };
    else done.push(span);
  }
  return done;
}

function isSame(one: Known, other: Known): boolean {
  if (one.known !== "state" || other.known !== "state") return one.known === other.known;
  return one.state === other.state;
}
