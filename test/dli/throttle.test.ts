import { describe, expect, test } from "vitest";
import { throttlePauseMs, windowIntervalMs } from "../../src/dli/throttle.ts";

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

describe("the window a gateway names", () => {
  const reached = "The throttling threshold has been reached: policy user over ratelimit";
  test.each([
    [`${reached},limit:200,time:5 minute`, 1_500],
    [`${reached},limit:5,time:1 minute`, 12_000],
    [`${reached},limit:10,time:1 second`, 100],
    [`${reached},limit:1,time:1 day`, 900_000],
    [`${reached},limit:0,time:1 minute`, undefined],
    [`${reached},limit:200,time:5 fortnights`, undefined],
    [reached, undefined],
  ])("%s", (text, expected) => {
    expect(windowIntervalMs(text)).toBe(expected);
  });
});
