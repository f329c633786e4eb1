import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPace } from "../../src/dli/pace.ts";
import { fakeClock } from "../support/clock.ts";

function start(rate = { count: 20, perMs: 60_000 }) {
  const clock = fakeClock();
  const pace = createPace(clock, rate);
  const starts: [name: string, at: number][] = [];
  const enter = async (name: string, signal?: AbortSignal) => {
    const leave = await pace.enter(signal);
    if (leave) starts.push([name, clock.monotonic()]);
    return leave;
  };
  return { clock, pace, starts, enter };
}

describe("the pace", () => {
  test("spreads the rate evenly, in the order of asking", async () => {
    const { clock, pace, starts, enter } = start();
    pace.limit(9);
    for (const name of ["a", "b", "c"]) void enter(name);
    await clock.advance(60_000);
    void enter("d");
    await clock.advance(10_000);
    expect(starts).toEqual([
      ["a", 0],
      ["b", 3_000],
      ["c", 6_000],
      ["d", 60_000],
    ]);
    expect(clock.waiting()).toBe(0);
  });

  test("lets only so many in at once", async () => {
    const { clock, pace, starts, enter } = start();
    pace.limit(2);
    const first = enter("a");
    void enter("b");
    void enter("c");
    await clock.advance(30_000);
    expect(starts).toHaveLength(2);
    (await first)?.();
    await clock.advance(0);
    expect(starts[2]).toEqual(["c", 30_000]);
  });

  test("pauses, and goes on at its rate", async () => {
    const { clock, pace, starts, enter } = start();
    pace.limit(9);
    for (const name of ["a", "b", "c"]) void enter(name);
    await clock.advance(1_000);
    pace.pause(60_000);
    pace.pause(10);
    pace.space(10_000);
    await clock.advance(90_000);
    expect(starts.slice(1)).toEqual([
      ["b", 61_000],
      ["c", 71_000],
    ]);
  });

  test("forgets who gave up, and sends away who waits", async () => {
    const { clock, pace, starts, enter } = start();
    pace.limit(9);
    const controller = new AbortController();
    void enter("a");
    const given = enter("b", controller.signal);
    const waiting = enter("c");
    controller.abort();
    expect(await given).toBeUndefined();
    pace.turnAway();
    expect(await waiting).toBeUndefined();
    expect(await enter("d", AbortSignal.abort())).toBeUndefined();
    await clock.advance(9_000);
    expect(starts).toEqual([["a", 0]]);
    expect(clock.waiting()).toBe(0);
  });

  test("never starts two closer than its interval nor more than may run, whatever happens", async () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 500 }),
      does: fc.constantFrom("enter", "leave", "pause"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step), fc.integer({ min: 1, max: 3 }), async (steps, limit) => {
        const { clock, pace, starts, enter } = start({ count: 10, perMs: 1_000 });
        const inside: (() => void)[] = [];
        pace.limit(limit);
        const actions = {
          enter: () => void enter("").then((leave) => leave && inside.push(leave)),
          leave: () => inside.pop()?.(),
          pause: () => pace.pause(100),
        };
        for (const { afterMs, does } of steps) {
          actions[does]();
          await clock.advance(afterMs);
          expect(inside.length).toBeLessThanOrEqual(limit);
        }
        const times = starts.map(([, at]) => at);
        expect(times.filter((at, index) => at - (times[index - 1] ?? -100) < 100)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
