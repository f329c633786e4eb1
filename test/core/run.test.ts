import fc from "fast-check";
import { expect, test } from "vitest";
import { cutBefore, type ObservationRun, pollFrom, pollTime } from "../../src/core/run.ts";
import { absent } from "../support/timeline.ts";

/** Also runs of polls that the same millisecond saw, and such as the clock was set back in. */
const anyRun: fc.Arbitrary<ObservationRun> = fc
  .record({
    firstAt: fc.nat(50),
    lasts: fc.integer({ min: -5, max: 200 }),
    polls: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ firstAt, lasts, polls }) => {
    const lastAt = polls === 1 ? firstAt : firstAt + lasts;
    return { project: "prod", connection: "a", firstAt, lastAt, polls, observation: absent };
  });

const timesOf = (run: ObservationRun) =>
  Array.from({ length: run.polls }, (_, index) => pollTime(run, index));

test("the polls of a run begin with the first, end with the last, and are evenly spread", () => {
  const run = { project: "prod", connection: "a", observation: absent };
  expect(timesOf({ ...run, firstAt: 1_000, lastAt: 1_000, polls: 1 })).toEqual([1_000]);
  expect(timesOf({ ...run, firstAt: 0, lastAt: 100, polls: 4 })).toEqual([0, 33, 67, 100]);
});

test("the first poll from a time on is found", () => {
  fc.assert(
    fc.property(anyRun, fc.integer({ min: -10, max: 270 }), (run, at) => {
      const times = timesOf(run);
      const index = times.findIndex((time) => time >= at);
      expect(pollFrom(run, at)).toBe(index < 0 ? run.polls : index);
    }),
  );
});

test("what is cut off leaves the later polls, to a millisecond", () => {
  fc.assert(
    fc.property(anyRun, fc.nat(250), (run, at) => {
      const later = timesOf(run).filter((time) => time >= at);
      fc.pre(later.length > 0);
      const left = timesOf(cutBefore(run, at));
      expect(left).toHaveLength(later.length);
      for (const [index, time] of later.entries())
        expect(Math.abs(time - (left[index] ?? Number.NaN))).toBeLessThanOrEqual(1);
    }),
  );
});
