import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { startProgress } from "../../src/commands/progress.ts";

/** Everything that is written while something comes this far. */
function shownOn(stream: object, ...shares: readonly number[]): string {
  const output = Object.assign(new PassThrough({ encoding: "utf8" }), stream);
  {
    using progress = startProgress(output);
    for (const share of shares) progress.show(share);
  }
  return output.read() ?? "";
}

test("a terminal shows a bar, drawn anew for each percent, and nothing is left of it", () => {
  const written = shownOn({ isTTY: true }, 0, 0.001, 0.5, 1.2);
  expect(written.split("\r")).toEqual([
    "",
    `${"░".repeat(40)} 0 %`,
    `${"█".repeat(20)}${"░".repeat(20)} 50 %`,
    `${"█".repeat(40)} 100 %`,
    "\u001b[K",
  ]);
});

test("a pipe shows nothing", () => {
  expect(shownOn({}, 0, 0.5, 1)).toBe("");
});
