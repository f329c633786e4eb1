import { expect, test } from "vitest";
import { retryAfter } from "../../src/core/retry-after.ts";

const now = Date.UTC(2026, 10, 24, 2);

test.each([
  ["0", now],
  [" 120 ", now + 120_000],
  ["99999999999", now + 99_999_999_999_000],
  ["Tue, 24 Nov 2026 02:05:00 GMT", now + 300_000],
  ["Tue, 24 Nov 2026 01:00:00 GMT", now],
  ["Fri, 31 Dec 9999 23:59:59 GMT", Date.UTC(9999, 11, 31, 23, 59, 59)],
  ["", undefined],
  ["-5", undefined],
  ["1.5", now + 1_500],
  ["0.0001", now + 1],
  ["1.", undefined],
  [".5", undefined],
  ["soon", undefined],
  ["in 2 minutes", undefined],
  ["2026-11-24", undefined],
  ["Tue, 99 Nov 2026 02:05:00 GMT", undefined],
])("Retry-After: %s", (value, expected) => {
  expect(retryAfter(value, now)).toBe(expected);
});
