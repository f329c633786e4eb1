import type { Told } from "./desk.ts";
import { wayText } from "./dispatch-rules.ts";
import { toldInDigest } from "./due.ts";
import { formatDuration } from "./duration.ts";
import type { Event, Hint } from "./event.ts";
import type { ReplayListener } from "./replay.ts";

/*
 * Two configurations go through one history side by side, and what becomes of each notice for each notifier is compared. A
 * digest is no notice of its own: what it holds is told in it. Notices are the same if they say the same of the same
 * resource and were noticed at the same time. Of the others two that follow each other, one of each side, within a day
 * are one that is noticed at another time.
 */

/** What becomes of a notice for one notifier. */
export interface Outcome {
  readonly event: Event;
  readonly notifier: string;
  readonly told: "alone" | "in a digest" | "not";
  /** When it is told, or closed, in epoch milliseconds. */
  readonly at: number;
  /** Why it is not told; empty if it is. */
  readonly reason: string;
  /** Why it goes to this notifier, and how. */
  readonly way: string;
}

/** A notice that a notifier is told on one side only, or otherwise on the other. */
export interface Difference {
  readonly change: "gained" | "lost" | "changed";
  /** How it is told; before, where it is lost. */
  readonly told: Outcome;
  readonly before: Outcome | undefined;
  readonly after: Outcome | undefined;
  /** In a few words. */
  readonly why: string;
}

/** Listens to two replays that go side by side. */
export interface Comparison {
  readonly before: ReplayListener;
  readonly after: ReplayListener;
  /** All of them once both have ended, in the order of time. */
  differences(): readonly Difference[];
}

/** One side less what is the same on the other. */
interface Side {
  /** Keys of what was noticed. */
  readonly noticed: Set<string>;
  /** By the keys of notices and their notifiers. */
  readonly outcomes: Map<string, Outcome>;
}

type Pair = Pick<Difference, "before" | "after">;

/** Two notices further apart than this, in milliseconds, are never one. */
const longestShiftMs = 86_400_000;

/** What is the same on both sides is forgotten at once. */
export function compareTold(): Comparison {
  const before: Side = { noticed: new Set(), outcomes: new Map() };
  const after: Side = { noticed: new Set(), outcomes: new Map() };
  return {
    before: listenerOf(before, after),
    after: listenerOf(after, before),
    differences: () =>
      pairsOf(before, after)
        .flatMap((pair) => differenceOf(pair, { before, after }))
        .toSorted((one, other) => one.told.at - other.told.at),
  };
}

function listenerOf(own: Side, other: Side): ReplayListener {
  function settle(told: Outcome["told"], { at, event, delivery }: Told): void {
    if (event.type === "dli-watch.digest") return;
    const { notifier, way, lastError } = delivery;
    const reason = told === "not" ? lastError : "";
    const outcome = { event, notifier, told, at, reason, way: way ? wayText(way) : "" };
    const key = `${noticeKey(event)}\n${notifier}`;
    const counterpart = other.outcomes.get(key);
    if (counterpart && changesOf(counterpart, outcome).length === 0) other.outcomes.delete(key);
    else own.outcomes.set(key, outcome);
  }

  return {
    onNoticed(event) {
      const key = noticeKey(event);
      if (!other.noticed.delete(key)) own.noticed.add(key);
    },
    onTold: (told) => settle("alone", told),
    onClosed: (told) =>
      settle(told.delivery.lastError === toldInDigest ? "in a digest" : "not", told),
  };
}

/** How the second outcome differs from the first, in words; nothing where neither is told. */
function changesOf(one: Outcome, other: Outcome): readonly string[] {
  if (one.told === "not" && other.told === "not") return [];
  const [{ data: was }, { data: is }] = [one.event, other.event];
  return [
    ...(one.at === other.at ? [] : [shiftText(other.at - one.at)]),
    ...(one.told === other.told ? [] : [other.told]),
    ...(was.severity === is.severity ? [] : [`${is.severity}, not ${was.severity}`]),
    ...(was.summary === is.summary ? [] : ["in other words"]),
    ...(isSame(was.hint, is.hint) ? [] : ["with another hint"]),
  ];
}

function shiftText(laterMs: number): string {
  return `${formatDuration(Math.abs(laterMs))} ${laterMs > 0 ? "later" : "earlier"}`;
}

function isSame(one: Hint | undefined, other: Hint | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** What stands on one side alone. */
interface Lone {
  readonly outcome: Outcome;
  readonly isBefore: boolean;
}

function pairsOf(before: Side, after: Side): readonly Pair[] {
  const pairs: Pair[] = [];
  const lone: Lone[] = [];
  for (const [key, outcome] of before.outcomes) {
    const counterpart = after.outcomes.get(key);
    if (counterpart) pairs.push({ before: outcome, after: counterpart });
    else lone.push({ outcome, isBefore: true });
  }
  for (const [key, outcome] of after.outcomes)
    if (!before.outcomes.has(key)) lone.push({ outcome, isBefore: false });
  const alike = Map.groupBy(
    lone,
    ({ outcome: { event, notifier } }) => `${subjectKey(event)}\n${notifier}`,
  );
  return [...pairs, ...[...alike.values()].flatMap(joinShifted)];
}

function joinShifted(lone: readonly Lone[]): readonly Pair[] {
  const pairs: Pair[] = [];
  let last: Lone | undefined;
  for (const one of lone.toSorted((one, other) => noticedAt(one) - noticedAt(other))) {
    if (last && isShifted(last, one)) {
      pairs.push(pairOf(last, one));
      last = undefined;
    } else {
      if (last) pairs.push(pairOf(last));
      last = one;
    }
  }
  return last ? [...pairs, pairOf(last)] : pairs;
}

function isShifted(one: Lone, other: Lone): boolean {
  return one.isBefore !== other.isBefore && noticedAt(other) - noticedAt(one) <= longestShiftMs;
}

function pairOf(...lone: readonly Lone[]): Pair {
  return {
    before: lone.find(({ isBefore }) => isBefore)?.outcome,
    after: lone.find(({ isBefore }) => !isBefore)?.outcome,
  };
}

function differenceOf(
  { before, after }: Pair,
  sides: { readonly before: Side; readonly after: Side },
): readonly Difference[] {
  const [was, is] = [before, after].map((one) => (one?.told === "not" ? undefined : one));
  const pair = { before, after };
  if (was && is) return [{ change: "changed", told: is, ...pair, why: whyChanged(was, is) }];
  if (is) return [{ change: "gained", told: is, ...pair, why: whyGained(is, before, sides.after) }];
  if (!was) return [];
  return [{ change: "lost", told: was, ...pair, why: after?.reason ?? whyLost(was, sides.before) }];
}

function whyChanged(before: Outcome, after: Outcome): string {
  const changes = changesOf(before, after).join(", ");
  return before.way === after.way ? changes : `${changes} (${after.way})`;
}

function whyLost({ event, notifier }: Outcome, { noticed }: Side): string {
  return noticed.has(noticeKey(event)) ? "not noticed" : `noticed, but not for ${notifier}`;
}

function whyGained(
  { event, way }: Outcome,
  before: Outcome | undefined,
  { noticed }: Side,
): string {
  if (before) return `${way}; before: ${before.reason}`;
  return noticed.has(noticeKey(event)) ? `${way}; not noticed before` : way;
}

function noticedAt({ outcome }: Lone): number {
  return Date.parse(outcome.event.data.observed_at);
}

function noticeKey(event: Event): string {
  return `${subjectKey(event)}\n${event.data.observed_at}`;
}

/** What a notice says of what; a name may be that of two queues. */
function subjectKey({ type, subject, data }: Event): string {
  const { project, resource, from, to } = data;
  return [project?.name, subject, resource.peer_id, type, from, to].join("\n");
}
