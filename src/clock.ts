/** The only door to time and timers; tests pass a clock of their own. */
export interface Clock {
  /** Wall-clock time in epoch milliseconds; it may jump. */
  now(): number;
  /** Milliseconds since some fixed instant; it never jumps. */
  monotonic(): number;
  /** Runs `task` once after `delayMs`; gives back its cancellation. */
  after(delayMs: number, task: () => void): () => void;
}

/** `setTimeout` fires at once beyond this many milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's own clock. A longer delay than a timer can hold fires early; callers re-check what is due. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(Math.max(delayMs, 0), longestTimerMs));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`, or at once when `signal` aborts. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** The machine's chance: a number in [0, 1). */
export const systemRandom: () => number = Math.random;
