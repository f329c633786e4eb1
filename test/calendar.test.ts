import { expect, test } from "vitest";
import { createCalendar } from "../src/calendar.ts";

test.each<[what: string, cron: string, timezone: string, after: string, next: string]>([
  ["a daily time", "0 9 * * *", "Asia/Shanghai", "2026-11-24T00:59:59Z", "2026-11-24T01:00:00Z"],
  ["strictly later", "0 9 * * *", "Asia/Shanghai", "2026-11-24T01:00:00Z", "2026-11-25T01:00:00Z"],
  [
    "within a minute",
    "* * * * *",
    "Asia/Kathmandu",
    "2026-03-28T12:00:30Z",
    "2026-03-28T12:01:00Z",
  ],
  ["with seconds", "30 0 9 * * 1", "UTC", "2026-03-28T12:00:00Z", "2026-03-30T09:00:30Z"],
  ["a leap day", "0 0 29 2 *", "UTC", "2026-03-28T12:00:00Z", "2028-02-29T00:00:00Z"],
  [
    "a time left out in spring",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-03-28T12:00:00Z",
    "2026-03-29T01:00:00Z",
  ],
  [
    "the day after it",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-03-29T01:00:00Z",
    "2026-03-30T00:30:00Z",
  ],
  [
    "a time doubled in autumn",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-10-24T12:00:00Z",
    "2026-10-25T00:30:00Z",
  ],
  [
    "… which comes once",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-10-25T00:30:00Z",
    "2026-10-26T01:30:00Z",
  ],
  [
    "a change of half an hour",
    "15 2 * * *",
    "Australia/Lord_Howe",
    "2026-10-03T12:00:00Z",
    "2026-10-03T15:30:00Z",
  ],
])("%s", (_, cron, timezone, after, next) => {
  const at = createCalendar()({ cron, timezone }, Date.parse(after)) ?? 0;
  expect(new Date(at).toISOString()).toBe(new Date(next).toISOString());
});

test("what was found is given again only while it lies ahead", () => {
  const next = createCalendar();
  const daily = { cron: "0 9 * * *", timezone: "UTC" };
  const [day, hour] = [86_400_000, 3_600_000];
  const asked = [0, 8 * hour, 9 * hour, 5 * hour, 3 * day, 2 * day];
  expect(asked.map((after) => next(daily, after))).toEqual(
    [9, 9, 33, 9, 81, 57].map((hours) => hours * hour),
  );
});
