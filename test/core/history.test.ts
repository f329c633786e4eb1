import { describe, expect, test } from "vitest";
import { historyTypes, parseSince } from "../../src/core/history.ts";

const now = Date.UTC(2026, 10, 24, 12);

describe("parseSince", () => {
  test.each([
    ["24h", Date.UTC(2026, 10, 23, 12)],
    ["30m", Date.UTC(2026, 10, 24, 11, 30)],
    ["2026-11-24", Date.UTC(2026, 10, 24)],
    ["2026-11-24T02:10Z", Date.UTC(2026, 10, 24, 2, 10)],
    ["2026-11-24T02:10:05.120Z", Date.UTC(2026, 10, 24, 2, 10, 5, 120)],
    ["2026-11-24T10:10:05+08:00", Date.UTC(2026, 10, 24, 2, 10, 5)],
  ])("%s", (text, at) => expect(parseSince(text, now)).toBe(at));

  test.each(["", "yesterday", "24", "1", "2026-13-01", "2026-11-24T02:10:05", "24 hours"])(
    "neither a time with zone nor a duration: %j",
    (text) => expect(parseSince(text, now)).toBeUndefined(),
  );
});

test("history is about what is watched, not about the telling", () => {
  expect(historyTypes).toEqual(
    expect.arrayContaining([
      "dli-watch.transition",
      "dli-watch.unreachable",
      "dli-watch.not_found",
    ]),
  );
  expect(historyTypes).not.toContain("dli-watch.undelivered");
  expect(historyTypes).not.toContain("dli-watch.test");
});
