import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";

test("schema prints what config/dli-watch.schema.json holds", async () => {
  const { status, stdout, stderr } = await runCommand(["schema"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(readFileSync("config/dli-watch.schema.json", "utf8")).toBe(stdout);
});
