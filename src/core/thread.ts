import type { Delivery } from "./outbox.ts";

/*
 * A thread is what one notifier took of one incident, kept where that matters again: where the platform can edit or answer its
 * first message, which then has a handle; and where the platform forgets, so that the last notice is sent anew (refresh.ts).
 * It begins with the first notice that is accepted, goes on with each, and is over with the end of the incident: at once, or,
 * where the platform forgets, when that was sent anew for a while. One whose end is never accepted (dropped by hand, told in a
 * digest) is forgotten as everything that is older than the retention.
 */

/** What one notifier took of one incident. */
export interface Thread {
  readonly notifier: string;
  /** Id of the incident. */
  readonly incident: string;
  /** What the platform calls the first message that can be edited or answered. */
  readonly handle?: string;
  /** Id of the event that was accepted last. */
  readonly event: string;
  /** When it was last accepted, also anew, in epoch milliseconds. */
  readonly toldAt: number;
  /** When the end of the incident was accepted, in epoch milliseconds; absent before. */
  readonly endedAt?: number;
}

/** A delivery that was accepted. */
interface Accepted {
  readonly delivery: Delivery;
  readonly handle?: string | undefined;
  /** It says that the incident is over. */
  readonly ends: boolean;
  /** How often its platform wants to be told anew, in milliseconds; absent where it remembers. */
  readonly refreshEvery?: number | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What changes of the threads. */
export interface ThreadChange {
  readonly threads: readonly Thread[];
  readonly endedThreads: readonly Thread[];
}

/** The thread goes on, or is over, with one more of its notices that was accepted. */
export function goOn(thread: Thread | undefined, accepted: Accepted): ThreadChange {
  const next = continued(thread, accepted);
  return { threads: next ? [next] : [], endedThreads: thread && !next ? [thread] : [] };
}

/** For how long what is over is told anew, in milliseconds. */
const afterEndMs = 5 * 60_000;

/** The thread after one more of its notices was accepted; `undefined` where nothing of it matters any more. */
function continued(thread: Thread | undefined, accepted: Accepted): Thread | undefined {
  const { delivery, ends, refreshEvery, now } = accepted;
  const { notifier, incident, event } = delivery;
  const { handle = accepted.handle, endedAt = ends ? now : undefined } = thread ?? {};
  const matters =
    refreshEvery === undefined
      ? handle !== undefined && endedAt === undefined
      : endedAt === undefined || now + refreshEvery <= endedAt + afterEndMs;
  if (incident === "" || !matters) return undefined;
  return {
    notifier,
    incident,
    ...(handle !== undefined && { handle }),
    event,
    toldAt: now,
    ...(endedAt !== undefined && { endedAt }),
  };
}
