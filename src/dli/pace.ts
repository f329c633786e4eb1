import type { Clock } from "../clock.ts";
import type { Rate } from "../core/access.ts";

/** When a project's requests may start: one at a time each interval, in the order they came, never in a burst. */
export interface Pace {
  /** Waits for its turn; gives back what ends it, or `undefined` when it was aborted or turned away. */
  enter(signal?: AbortSignal): Promise<(() => void) | undefined>;
  /** Nothing starts for so long. */
  pause(delayMs: number): void;
  /** So long between two starts, the last one and the next included. */
  space(intervalMs: number): void;
  /** From now on so many at once. */
  limit(concurrency: number): void;
  /** Sends away everyone who waits. */
  turnAway(): void;
}

interface Waiting {
  readonly signal: AbortSignal | undefined;
  /** Ends the waiting, with what ends the turn, or without a turn. */
  readonly settle: (leave?: () => void) => void;
}

/** Times are on the monotonic clock: a wall clock that jumps neither stops the requests nor lets them burst. */
export function createPace(clock: Clock, rate: Rate): Pace {
  let intervalMs = rate.perMs / rate.count;
  let concurrency = 1;
  let running = 0;
  let startedAt = Number.NEGATIVE_INFINITY;
  let pausedUntil = 0;
  let cancelTimer = () => {};
  const queue = new Set<Waiting>();
  const obeyed = new WeakSet<AbortSignal>();

  const admitDue = () => {
    cancelTimer();
    const [first] = queue;
    if (!first || running >= concurrency) return;
    const delayMs = Math.max(pausedUntil, startedAt + intervalMs) - clock.monotonic();
    if (delayMs > 0) {
      cancelTimer = clock.after(delayMs, admitDue);
      return;
    }
    running += 1;
    startedAt = clock.monotonic();
    queue.delete(first);
    first.settle(leave);
    admitDue();
  };

  const leave = () => {
    running -= 1;
    admitDue();
  };

  const sendAway = (by?: AbortSignal) => {
    for (const waiting of queue) {
      if (by && waiting.signal !== by) continue;
      queue.delete(waiting);
      waiting.settle();
    }
    admitDue();
  };

  // Thousands may wait by one signal, and a listener takes as long to add as the signal has others.
  const obey = (signal: AbortSignal) => {
    if (obeyed.has(signal)) return;
    obeyed.add(signal);
    signal.addEventListener("abort", () => sendAway(signal), { once: true });
  };

  return {
    enter: (signal) =>
      new Promise((settle) => {
        if (signal?.aborted) return settle(undefined);
        if (signal) obey(signal);
        queue.add({ signal, settle });
        admitDue();
      }),
    pause(delayMs) {
      pausedUntil = Math.max(pausedUntil, clock.monotonic() + delayMs);
      admitDue();
    },
    space(interval) {
      intervalMs = interval;
    },
    limit(count) {
      concurrency = count;
      admitDue();
    },
    turnAway: () => sendAway(),
  };
}
