import type { Clock } from "../clock.ts";
import { formatDuration } from "../core/duration.ts";
import type { Ledger } from "./ledger.ts";
import type { PollCounts } from "./poll.ts";
import type { RunningSchedule } from "./schedule.ts";

/** What is wrong with the watcher itself, in words; `undefined` if nothing is. */
export interface Health {
  alive(): string | undefined;
  /** An outage of the cloud is not the watcher's: it is told, and does not count here. */
  ready(): string | undefined;
}

/** The schedule looks for due polls every second; after this many milliseconds without, the loop is stuck. */
const stuckAfterMs = 30_000;

/** Judges the loops by when they last turned. `connections` is how many are watched. */
export function healthOf({
  ledger,
  schedule,
  counts,
  connections,
  clock,
}: {
  readonly ledger: Ledger;
  readonly schedule: RunningSchedule;
  readonly counts: PollCounts;
  readonly connections: number;
  readonly clock: Clock;
}): Health {
  return {
    alive() {
      const silentMs = clock.monotonic() - schedule.lookedAt();
      return silentMs > stuckAfterMs
        ? `the schedule has not run for ${formatDuration(silentMs)}`
        : undefined;
    },
    ready() {
      const fault = ledger.fault();
      if (fault !== undefined) return `the store cannot be written: ${fault}`;
      const missing = connections - counts.attempted.size;
      return missing > 0
        ? `${missing} of ${connections} connections have not been polled yet`
        : undefined;
    },
  };
}
