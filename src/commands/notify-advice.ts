import { formatDuration } from "../core/duration.ts";
import { isoTime } from "../core/notice.ts";
import type { Verdict } from "../core/outbox.ts";

/** What became of a test notice. */
export interface Outcome {
  readonly verdict: Verdict;
  /** Place of the notifier in the configuration. */
  readonly path: string;
  /** Epoch milliseconds, when the answer had come. */
  readonly now: number;
  /** The answer's `Date` header; empty if there was none. */
  readonly date: string;
}

/** What to do about it, a sentence each; nothing where all is well. */
export function adviceOn(outcome: Outcome): readonly string[] {
  return [...onVerdict(outcome), ...onClock(outcome)];
}

function onVerdict({ verdict, path }: Outcome): readonly string[] {
  switch (verdict.verdict) {
    case "accepted":
      return [];
    case "retry":
      return verdict.notBefore === undefined
        ? [
            `Test again; a running watcher tries for three days. If it stays so, compare the address at ${path}.`,
          ]
        : [`It asks for patience: test again after ${isoTime(verdict.notBefore)}.`];
    case "refused":
      return verdict.fault === "destination"
        ? [
            `It would refuse every notice: compare address and credentials at ${path} with what the platform shows.`,
          ]
        : [
            `It does not take what it was sent: see what it says, and whether the type of ${path} fits its address.`,
          ];
    default:
      return verdict satisfies never;
  }
}

/** Platforms refuse signatures from another time than theirs; the strictest allows five minutes. */
const tolerableMs = 5 * 60_000;

function onClock({ now, date }: Outcome): readonly string[] {
  const aheadMs = now - Date.parse(date);
  if (!(Math.abs(aheadMs) > tolerableMs)) return [];
  const off = `${formatDuration(Math.abs(aheadMs))} ${aheadMs > 0 ? "ahead of" : "behind"}`;
  return [
    `The clock here is ${off} the receiver's: set it (NTP), for signatures with a wrong time are refused.`,
  ];
}
