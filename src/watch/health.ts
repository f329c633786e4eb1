import type { Clock } from "../clock.ts";
import { formatDuration } from "../core/duration.ts";
import { isoTime } from "../core/notice.ts";
import type { Ledger } from "./ledger.ts";
import type { PollCounts } from "./observe.ts";
import type { RunningSchedule } from "./schedule.ts";

/** What is wrong with the watcher itself, in words; `undefined` if nothing is. */
export interface Health {
  alive(): string | undefined;
  /** An outage of the cloud is not the watcher's: it is told, and does not count here. */
  ready(): string | undefined;
  /** Why notices do not reach those who are to be told. */
  delivers(): string | undefined;
}

/** The schedule looks for due polls every second; after this many milliseconds without, the loop is stuck. */
const stuckAfterMs = 30_000;

/** Each poll has a deadline, and a throttled project pauses for minutes; after this many milliseconds without an end, polls hang. */
const hungAfterMs = 3_600_000;

/** A notice that was tried in vain for so many milliseconds does not pass as a hiccup. */
const overdueAfterMs = 15 * 60_000;

/** Judges the loops by when they last turned. */
export function healthOf({
  ledger,
  schedule,
  counts,
  watched,
  notifiers,
  clock,
}: {
  readonly ledger: Ledger;
  readonly schedule: RunningSchedule;
  readonly counts: Pick<PollCounts, "attempted">;
  /** The connections watched now, as `counts` names them. */
  readonly watched: () => readonly string[];
  /** Names of those that are configured now. */
  readonly notifiers: () => readonly string[];
  readonly clock: Clock;
}): Health {
  let roundAttempted = false;
  return {
    alive() {
      const now = clock.monotonic();
      const silentMs = now - schedule.lookedAt();
      if (silentMs > stuckAfterMs) {
        return `the schedule has not run for ${formatDuration(silentMs)}`;
      }
      const hangingMs = now - (schedule.hangingSince() ?? now);
      return hangingMs > hungAfterMs
        ? `polls are under way, but none has ended for ${formatDuration(hangingMs)}`
        : undefined;
    },
    ready() {
      const fault = ledger.fault();
      if (fault !== undefined) return `the store cannot be written: ${fault}`;
      if (roundAttempted) return undefined;
      const names = watched();
      const missing = names.filter((name) => !counts.attempted.has(name)).length;
      roundAttempted = missing === 0;
      return roundAttempted
        ? undefined
        : `${missing} of ${names.length} connections have not been polled yet`;
    },
    delivers() {
      const { lanes } = ledger;
      const failing = notifiers().find((name) => lanes.memory(name).failing);
      if (failing !== undefined) return `the notifier ${failing} refuses everything`;
      const now = clock.now();
      const late = notifiers()
        .flatMap((name) => lanes.waiting(name))
        .find(
          ({ attempts, hold, createdAt }) =>
            attempts > 0 && !hold && now - createdAt > overdueAfterMs,
        );
      return (
        late &&
        `the notifier ${late.notifier} has not taken a notice since ${isoTime(late.createdAt)}`
      );
    },
  };
}
