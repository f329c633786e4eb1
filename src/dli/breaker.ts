import type { Failure } from "../core/model.ts";

/**
 * Keeps refused credentials from being tried until the cloud locks them (more than five failures in a row,
 * five minutes): after two refusals in a row nothing is sent for longer than the lock, then one probe, whose
 * refusal closes it anew.
 */
export interface Breaker {
  /** Refusals in a row. */
  readonly refusals: number;
  /** Nothing is sent before this, in monotonic milliseconds. */
  readonly closedUntil: number;
}

export const untried: Breaker = { refusals: 0, closedUntil: 0 };

/** Longer than the cloud's lock of five minutes. */
const closedMs = 6 * 60_000;

const refusalsAllowed = 2;

/** Whether the cloud may count a failure towards its lock. */
export function isRefusal({ cause }: Failure): boolean {
  return cause === "credentials" || cause === "clock";
}

/** `now` in monotonic milliseconds. */
export function afterRefusal({ refusals }: Breaker, now: number): Breaker {
  const inARow = refusals + 1;
  return { refusals: inARow, closedUntil: inARow < refusalsAllowed ? 0 : now + closedMs };
}
