import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { connectionMemory, everythingIn } from "../support/store-samples.ts";

const program = fileURLToPath(new URL("../support/commit-until-killed.ts", import.meta.url));

test("a daemon killed at any instant loses no acknowledged commit and frees its lock", async () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), "dli-watch-"));
  const file = join(directory.path, "store.db");
  for (const commits of [1, 2, 10, 50, 200, 3]) {
    const acknowledged = await killedAfter(commits, file);
    await using store = openSqliteStore({ file, mode: "daemon" });
    const { sequence, events, deliveries, connections } = await everythingIn(store);
    const upToLast = Array.from({ length: sequence }, (_, index) => index + 1);
    expect(sequence).toBeGreaterThanOrEqual(acknowledged);
    expect(events.map((event) => event.sequence)).toEqual(upToLast);
    expect(deliveries.map((one) => one.sequence).toSorted((a, b) => a - b)).toEqual(upToLast);
    expect(connections).toMatchObject([{ memory: connectionMemory(sequence) }]);
  }
});

test("beside a daemon of another process: no second daemon, but a reader, before and after its death", async () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), "dli-watch-"));
  const file = join(directory.path, "store.db");
  const acknowledged = await killedAfter(5, file, async () => {
    expect(() => openSqliteStore({ file, mode: "daemon" })).toThrow(`${file}.lock`);
    await using reader = openSqliteStore({ file, mode: "reader" });
    expect((await reader.events({ limit: 5 })).length).toBe(5);
  });
  await using reader = openSqliteStore({ file, mode: "reader" });
  expect((await reader.memories()).sequence).toBeGreaterThanOrEqual(acknowledged);
});

/** Lets the program make so many commits, then kills it; gives the last sequence that it acknowledged. */
async function killedAfter(
  commits: number,
  file: string,
  meanwhile = async () => {},
): Promise<number> {
  const child = spawn(process.execPath, [program, file], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  try {
    let acknowledged = 0;
    let seen = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      seen += 1;
      if (seen !== commits) continue;
      await meanwhile();
      child.kill("SIGKILL");
    }
    expect(seen).toBeGreaterThanOrEqual(commits);
    return acknowledged;
  } finally {
    child.kill("SIGKILL");
    await closed;
  }
}
