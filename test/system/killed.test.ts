import { expect, test } from "vitest";
import { killOver } from "../support/killed.ts";

test("killed 60 times over 1,000 transitions: nothing lost, nothing invented, little told twice", {
  timeout: 400_000,
}, async () => {
  expect(await killOver(60)).toBeGreaterThanOrEqual(1_000);
});
