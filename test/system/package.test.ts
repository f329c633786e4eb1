import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import { basicId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";

const shippedTops = [
  "dist",
  "config",
  "package.json",
  "README.md",
  "README.zh-CN.md",
  "LICENSE",
  "CHANGELOG.md",
];

test("the packed program, installed alone, watches, tells, and stops when asked", async () => {
  const directory = temporaryDirectory();
  const [packed] = JSON.parse(npm("pack", "--json", "--pack-destination", directory));
  const packedTops = packed.files.map(({ path }: { path: string }) => path.split("/")[0]);
  expect(shippedTops).toEqual(expect.arrayContaining(packedTops));
  npm("install", "--prefer-offline", "--prefix", directory, join(directory, packed.filename));

  const cloud = await startCloud({
    connections: [{ id: basicId, kind: "basic", queues: { etl: { status: "FAILED" } } }],
  });
  const hook = await startRecording();
  const config = writeConfig(directory, {
    projects: [projectOf(cloud, [basicId])],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
  });
  const program = join(directory, "node_modules/dli-watch/dist/cli.js");
  const watcher = spawn(process.execPath, [program, "run", "-c", config], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(watcher, "exit");
  onTestFinished(() => void watcher.kill("SIGKILL"));

  const [watching] = await once(createInterface(watcher.stdout), "line");
  await hook.arrived(1);
  expect(eventsOf(hook).map(lineOf)).toEqual(["appeared queue etl >FAILED"]);
  const ready = await fetch(new URL("/readyz", JSON.parse(watching).url));
  expect(ready.status).toBe(200);
  watcher.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

/** Runs npm and gives what it prints. */
function npm(...args: readonly string[]): string {
  return execFileSync("npm", args, { encoding: "utf8" });
}
