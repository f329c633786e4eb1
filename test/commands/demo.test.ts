import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";

test("demo --once shows a queue fail, the alert with its reason, and the recovery, and ends", {
  timeout: 60_000,
}, async () => {
  const { status, stdout, stderr } = await runCommand(["demo", "--once"]);
  const told = [...stdout.matchAll(/the webhook receiver got dli-watch\.(.*)/g)].map(
    ([, what]) => what,
  );
  expect(told).toEqual([
    "transition: Connection op is ACTIVE",
    "appeared: Queue etl of op appeared and is CREATING",
    "appeared: Pool reports of withvpc appeared and is CREATING",
    "transition: Queue etl of op is FAILED",
    "transition: Pool reports of withvpc is ACTIVE",
    "transition: Queue etl of op is CREATING",
    "recovery: Queue etl of op is ACTIVE again",
  ]);
  expect(stdout).toMatch(
    /^CRITICAL Queue etl of op is FAILED\n {2}> Failed to get subnet .*VPC\.0202/m,
  );
  expect(stdout).toMatch(/^ {2}Action: Grant DLI's agency the VPC permissions/m);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
