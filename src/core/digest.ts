import { countsOf } from "./counts.ts";
import type { Draft } from "./draft.ts";
import { type Event, type Severity, severities } from "./event.ts";
import { truncate } from "./text.ts";

/** So many notices are listed in full; the others are counted. */
const mostItems = 100;

/** Each text of a listed notice, in characters: the whole must not be larger than receivers take. */
const longestText = 1_000;

/** What tells one notifier many notices as one: the worst first, then as they came. */
export function digestOf(notifier: string, events: readonly Event[]): Draft {
  return {
    type: "digest",
    severity: worstOf(events),
    resource: { type: "notifier", name: notifier },
    ...itemsOf(events),
    tell: [notifier],
    routed: false,
  };
}

/** The items of any notice that holds others, and how many there are of each severity. */
export function itemsOf(events: readonly Event[]): Pick<Draft, "items" | "counts"> {
  const sorted = events.toSorted((one, other) => rank(other) - rank(one) || order(one, other));
  return { items: sorted.slice(0, mostItems).map(shortened), counts: countsOf(events) };
}

/** The worst severity among them; `info` if there are none. */
export function worstOf(events: readonly Event[]): Severity {
  return severities[Math.max(0, ...events.map(rank))] ?? "info";
}

function rank({ data }: Event): number {
  return severities.indexOf(data.severity);
}

function order(one: Event, other: Event): number {
  return one.data.sequence - other.data.sequence;
}

function shortened({ data: { err_msg, changed, ...data }, ...event }: Event): Event {
  const cut = (text: string) => truncate(text, longestText);
  return {
    ...event,
    data: {
      ...data,
      ...(err_msg && { err_msg: cut(err_msg) }),
      ...(changed && {
        changed: changed.map(({ field, from, to }) => ({ field, from: cut(from), to: cut(to) })),
      }),
    },
  };
}
