import { describe, expect, test } from "vitest";
import { type Slowdown, slowedDown, spedUp, throttlePauseMs } from "../../src/dli/throttle.ts";

const now = Date.UTC(2026, 10, 24, 2);

describe("the pause of a throttled project", () => {
  test.each([
    ["nothing is said", undefined, 1, 1_000],
    ["it grows", undefined, 4, 8_000],
    ["seconds are asked for", "120", 1, 120_000],
    ["fewer seconds than the own backoff", "1", 4, 8_000],
    ["a date is asked for", "Tue, 24 Nov 2026 02:05:00 GMT", 1, 300_000],
    ["the date is past", "Tue, 24 Nov 2026 01:00:00 GMT", 1, 1_000],
    ["the date is far in the future", "Fri, 31 Dec 9999 23:59:59 GMT", 1, 900_000],
    ["a day is asked for", "86400", 1, 900_000],
    ["nonsense is asked for", "later", 1, 1_000],
    ["it was throttled without end", undefined, 5_000, 450_000],
  ])("%s", (_, header, times, expected) => {
    expect(throttlePauseMs({ times, header, now, random: 0.5 })).toBe(expected);
  });
});

describe("a project that was throttled", () => {
  const reached = "The throttling threshold has been reached: policy user over ratelimit";
  const usualMs = 50;
  test.each([
    [`${reached},limit:200,time:5 minute`, 1_500, 300_000],
    [`${reached},limit:5,time:1 minute`, 12_000, 60_000],
    [`${reached},limit:10,time:1 second`, 100, 1_000],
    [`${reached},limit:1,time:1 day`, 900_000, 86_400_000],
  ])("keeps to the window the gateway names: %s", (text, intervalMs, windowMs) => {
    const expected = { intervalMs, windowMs, calmSince: 7 };
    expect(slowedDown(undefined, { text, usualMs, now: 7 })).toEqual(expected);
  });

  test.each([
    `${reached},limit:0,time:1 minute`,
    `${reached},limit:200,time:5 fortnights`,
    `${reached},limit:5,time:0 minute`,
    `${reached},limit:1200,time:1 minute`,
    reached,
  ])("is as slow as before where it is slow enough, or none is named: %s", (text) => {
    expect(slowedDown(undefined, { text, usualMs, now: 7 })).toBeUndefined();
    const before = { intervalMs: 2_000, windowMs: 60_000, calmSince: 0 };
    const after = slowedDown(before, { text, usualMs, now: 7 });
    expect(after).toEqual({ ...before, calmSince: 7 });
  });

  test("is slowed down more by a narrower window, and not less by a wider one", () => {
    const before = { intervalMs: 2_000, windowMs: 60_000, calmSince: 0 };
    const told = (limit: number) =>
      slowedDown(before, { text: `limit:${limit},time:1 minute`, usualMs, now: 7 })?.intervalMs;
    expect([told(10), told(30), told(60)]).toEqual([6_000, 2_000, 2_000]);
  });

  const minute = 60_000;
  test.each([
    [{ intervalMs: 12_000, windowMs: minute, calmSince: 0 }, 10 * minute - 1, 12_000],
    [{ intervalMs: 12_000, windowMs: minute, calmSince: 0 }, 10 * minute, 60_000 / 7],
    [{ intervalMs: 12_000, windowMs: minute, calmSince: minute }, 10 * minute, 12_000],
    [{ intervalMs: 12_000, windowMs: 1_000, calmSince: 0 }, 10 * minute - 1, 12_000],
    [{ intervalMs: 12_000, windowMs: 5 * minute, calmSince: 0 }, 50 * minute - 1, 12_000],
    [{ intervalMs: 12_000, windowMs: 5 * minute, calmSince: 0 }, 50 * minute, 60_000 / 7],
    [{ intervalMs: 3_200, windowMs: minute, calmSince: 0 }, 10 * minute, undefined],
  ])("is asked a little more often after ten calm windows: %j at %d", (before, at, expected) => {
    const after = spedUp(before, { usualMs: 3_000, now: at });
    if (expected === undefined) return expect(after).toBeUndefined();
    expect(after?.intervalMs).toBeCloseTo(expected);
    return expect(after?.calmSince).toBe(expected === 12_000 ? before.calmSince : at);
  });

  test("is asked as often as configured in the end, by smaller and smaller steps, and never more often", () => {
    const intervals: number[] = [];
    let now = 0;
    let slow: Slowdown | undefined = { intervalMs: 12_000, windowMs: minute, calmSince: now };
    while (slow) {
      intervals.push(slow.intervalMs);
      now += 10 * minute;
      slow = spedUp(slow, { usualMs: 3_000, now });
    }
    expect(intervals.map(Math.round)).toEqual([
      12_000, 8_571, 6_667, 5_455, 4_615, 4_000, 3_529, 3_158,
    ]);
  });
});
