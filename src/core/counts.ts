import { type Event, type Severity, severities } from "./event.ts";
import type { Phrases } from "./phrases.ts";

/** How many notices of each severity. */
export type Counts = Readonly<Record<Severity, number>>;

/** Counts notices by their severity. */
export function countsOf(events: readonly Event[]): Counts {
  const count = (severity: Severity) =>
    events.filter(({ data }) => data.severity === severity).length;
  return { critical: count("critical"), warning: count("warning"), info: count("info") };
}

/** All of them together. */
export function totalOf(counts: Counts): number {
  return severities.reduce((total, severity) => total + counts[severity], 0);
}

/** In words, the worst first: "3 critical, 1 info"; "none" without any. */
export function countsText(counts: Counts, { severity, none, between }: Phrases): string {
  const named = severities
    .toReversed()
    .flatMap((one) => (counts[one] > 0 ? [severity[one](counts[one])] : []));
  return named.join(between.names) || none;
}
