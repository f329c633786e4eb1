import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../src/clock.ts";

/** A clock that stands still until the test moves it. */
export interface FakeClock extends Clock {
  /** Runs what falls due within `ms`, in order, letting promises settle after each; then the time is `ms` later. */
  advance(ms: number): Promise<void>;
  /** The wall clock is set forward or back; monotonic time and timers do not notice. */
  jump(ms: number): void;
  /** The event loop stands still: `ms` pass and nothing falls due before they are over. */
  stall(ms: number): void;
  /** How many timers wait: 0 at the end of a test that leaks none. */
  waiting(): number;
}

/** `start` is the wall-clock time in epoch milliseconds. */
export function fakeClock(start = Date.UTC(2026, 10, 24, 2)): FakeClock {
  let elapsed = 0;
  let offset = start;
  const timers = new Set<{ readonly at: number; readonly task: () => void }>();
  const earliest = (until: number) =>
    [...timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];

  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    after(delayMs, task) {
      const timer = { at: elapsed + Math.max(delayMs, 0), task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const until = elapsed + ms;
      await setImmediate();
      for (let due = earliest(until); due; due = earliest(until)) {
        elapsed = Math.max(elapsed, due.at);
        timers.delete(due);
        due.task();
        await setImmediate();
      }
      elapsed = until;
    },
    jump(ms) {
      offset += ms;
    },
    stall(ms) {
      elapsed += ms;
    },
    waiting: () => timers.size,
  };
}
