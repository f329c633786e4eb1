import { join } from "node:path";
import { expect, test } from "vitest";
import { watchFile } from "../../src/commands/file-changes.ts";
import { silentLog } from "../support/silent-log.ts";
import { temporaryDirectory } from "../support/watcher.ts";

test("a file that the system cannot watch is warned of, and nothing ends", () => {
  const warnings: unknown[] = [];
  const log = { ...silentLog, warn: (...warning: unknown[]) => warnings.push(warning) };
  const file = join(temporaryDirectory(), "gone", "watch.yaml");
  const stop = watchFile(file, { changed: () => {}, log });
  expect(warnings).toEqual([
    [
      { file, error: expect.stringContaining("ENOENT") },
      "Cannot watch the configuration file any more; SIGHUP still reloads it",
    ],
  ]);
  stop();
});
