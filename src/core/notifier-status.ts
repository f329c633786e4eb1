import type { LaneMemory } from "./memory.ts";
import { isoTime } from "./notice.ts";

/** A notifier; bad while it refuses everything. Times are ISO 8601. */
export interface NotifierStatus {
  readonly name: string;
  readonly bad: boolean;
  readonly failing:
    | {
        readonly since: string;
        readonly error: string;
        /** When it is tried again. */
        readonly next_at: string;
        readonly incident: string;
      }
    | undefined;
}

/** What is remembered of a notifier's lane, if anything is. */
export function notifierStatus(name: string, lane: LaneMemory | undefined): NotifierStatus {
  const failing = lane?.failing;
  return {
    name,
    bad: failing !== undefined,
    failing: failing && {
      since: isoTime(failing.openedAt),
      error: failing.error,
      next_at: isoTime(lane.resumeAt),
      incident: failing.id,
    },
  };
}
