import type { LaneMemory } from "./memory.ts";

/** At most `notices` in any `perMs` milliseconds. */
export interface Pace {
  readonly notices: number;
  readonly perMs: number;
}

/*
 * A pace is a bucket that holds half of its notices and is refilled with the other half, and a little more, while `perMs`
 * pass: as many as that go at once, the others evenly. However they come, no span shorter than `perMs` has more than
 * `notices` in it; a full bucket would let nearly twice as many through. What is remembered of a limit is when its bucket
 * will be full again.
 *
 * An attempt counts when it is over: the receiver got it before, and gets the next one after, so that the bound holds there
 * too. Not counted is an attempt that ended with its process, and whoever resumes a lane by hand lets one go before its time.
 */

/** The lane after an attempt, whatever became of it, that was over at `now` (epoch milliseconds): it resumes no sooner than these limits allow. */
export function countAttempt(lane: LaneMemory, limits: readonly Pace[], now: number): LaneMemory {
  const { fullAt: before, ...rest } = lane;
  if (limits.length === 0) return rest;
  const buckets = limits.map(({ notices, perMs }, index) => {
    const size = Math.ceil(notices / 2);
    const refillMs = Math.ceil(perMs / (notices - size + 1));
    // No bucket is emptier than empty: the wall clock was set back, or the limit was another.
    const wasFullAt = Math.min(before?.[index] ?? now, now + size * refillMs);
    const fullAt = Math.max(wasFullAt, now) + refillMs;
    return { fullAt, resumeAt: fullAt - (size - 1) * refillMs };
  });
  return {
    ...rest,
    resumeAt: Math.max(rest.resumeAt, ...buckets.map(({ resumeAt }) => resumeAt)),
    fullAt: buckets.map(({ fullAt }) => fullAt),
  };
}
