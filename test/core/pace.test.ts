import fc from "fast-check";
import { expect, test } from "vitest";
import type { LaneMemory } from "../../src/core/memory.ts";
import { restingLane } from "../../src/core/outbox.ts";
import { countAttempt, type Pace } from "../../src/core/pace.ts";
import { mostWithin } from "../support/pace.ts";

const second = 1_000;
const minute = 60 * second;

/** An attempt: how long the lane has nothing to send before it, and how long until the receiver has it, and until it is over. */
interface Tried {
  readonly idleMs: number;
  readonly wayMs: number;
  readonly backMs: number;
}

/** When the receiver gets each attempt of a lane that always waits no longer than it must. */
function arrivals(limits: readonly Pace[], attempts: readonly Tried[]): readonly number[] {
  let lane: LaneMemory = restingLane;
  let now = 1_000_000;
  return attempts.map(({ idleMs, wayMs, backMs }) => {
    const arrivedAt = Math.max(now + idleMs, lane.resumeAt) + wayMs;
    now = arrivedAt + backMs;
    // What is remembered survives a restart.
    lane = JSON.parse(JSON.stringify(countAttempt(lane, limits, now)));
    return arrivedAt;
  });
}

const limit = fc.record({
  notices: fc.integer({ min: 1, max: 40 }),
  perMs: fc.integer({ min: 1, max: 10 * minute }),
});
const ms = (max: number) => fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(max));
const tried = fc.record({ idleMs: ms(minute), wayMs: ms(5 * second), backMs: ms(5 * second) });

test("however attempts come and however long they take, no span has more of them than the pace allows", () => {
  fc.assert(
    fc.property(
      fc.array(limit, { minLength: 1, maxLength: 2 }),
      fc.array(tried, { minLength: 1, maxLength: 120 }),
      (limits, attempts) => {
        const times = arrivals(limits, attempts);
        for (const { notices, perMs } of limits)
          expect(mostWithin(times, perMs)).toBeLessThanOrEqual(notices);
      },
    ),
  );
});

/** How many go at once, and after how many milliseconds each of the next. */
function shapeOf(limits: readonly Pace[]) {
  const times = arrivals(limits, Array(30).fill({ idleMs: 0, wayMs: 0, backMs: 0 }));
  const [first = 0] = times;
  const next = times.findIndex((at) => at > first);
  return { atOnce: next, thenEvery: (times[next] ?? 0) - first };
}

test.each([
  [[{ notices: 1, perMs: second }], { atOnce: 1, thenEvery: second }],
  [[{ notices: 20, perMs: minute }], { atOnce: 10, thenEvery: 5_455 }],
  [
    [
      { notices: 100, perMs: minute },
      { notices: 5, perMs: second },
    ],
    { atOnce: 3, thenEvery: 334 },
  ],
])("of %o half goes at once, the others evenly", (limits, shape) => {
  expect(shapeOf(limits)).toEqual(shape);
});

const limits = [{ notices: 20, perMs: minute }];
const now = 1_000_000;

test("what is remembered of other limits, or of a wall clock that was set back, holds nothing up for long", () => {
  const lane = { ...restingLane, fullAt: [now + 86_400_000, now] };
  expect(countAttempt(lane, limits, now).resumeAt).toBeLessThan(now + minute);
  expect(countAttempt(lane, [], now)).toEqual(restingLane);
});

test("a lane that waits for something else waits on", () => {
  const lane = { failures: 3, resumeAt: now + minute };
  expect(countAttempt(lane, limits, now)).toMatchObject(lane);
});
