import { expect, test } from "vitest";
import { killOver } from "../support/killed.ts";

test("killed again and again: nothing lost, nothing invented, little told twice", {
  timeout: 120_000,
}, async () => {
  expect(await killOver(10)).toBeGreaterThanOrEqual(60);
});
