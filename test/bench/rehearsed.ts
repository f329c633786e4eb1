import { spawnSync } from "node:child_process";
import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { idsOf } from "./connections.ts";
import type { Line } from "./line.ts";
import { monthOf } from "./month.ts";

const connections = 1_000;
const monthMs = 30 * 86_400_000;

/** How long it takes to rehearse a month, from the store, with a configuration that delays problems and reminds of them. */
export async function measureRehearsal(runs: number): Promise<readonly Line[]> {
  using directory = mkdtempDisposableSync(join(tmpdir(), "dli-watch-bench-"));
  await fill(join(directory.path, "watch.db"));
  const config = write(directory.path, "watch.yaml", {});
  const next = write(directory.path, "new.yaml", {
    routes: [
      {
        match: { severity: ["warning", "critical"] },
        notify: ["oncall"],
        delay: "2m",
        remind: "4h",
      },
      { match: {}, notify: ["hook"] },
    ],
  });
  const seconds = Array.from({ length: runs }, () => {
    const startedAt = systemClock.monotonic();
    const { status, stderr } = spawnSync(
      process.execPath,
      ["dist/cli.js", "rehearse", next, "-c", config, "--since", "31d"],
      { encoding: "utf8" },
    );
    if (status !== 1) throw new Error(`nothing was told otherwise: ${stderr}`);
    return (systemClock.monotonic() - startedAt) / 1_000;
  });
  return [{ what: "a month of 1,000 connections rehearsed", unit: "s", runs: seconds, aim: 10 }];
}

async function fill(file: string): Promise<void> {
  await using store = openSqliteStore({ file, mode: "daemon" });
  const observations = monthOf(connections, systemClock.now() - monthMs);
  await store.commit({ observations });
}

function write(directory: string, name: string, changed: object): string {
  const file = join(directory, name);
  const project = {
    name: "prod-0",
    project_id: "48cc2c48765f481480c7db9400000000",
    region: "cn-north-4",
    auth: { token: "a-token" },
    connections: idsOf(connections),
  };
  const hook = { type: "webhook", url: "http://127.0.0.1:9" };
  const config = { projects: [project], notifiers: { oncall: hook, hook }, store: "watch.db" };
  writeFileSync(file, JSON.stringify({ ...config, ...changed }));
  return file;
}
