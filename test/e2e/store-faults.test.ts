import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "../support/command.ts";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import type { Answer } from "../support/receiver.ts";
import { basicId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";
import { startWatching, type Watching } from "../support/watching.ts";

async function watch(...answers: readonly Answer[]) {
  const cloud = await startCloud({
    connections: [{ id: basicId, kind: "basic", queues: { etl: { status: "ACTIVE" } } }],
  });
  const hook = await startRecording(...answers);
  const seen = cloud.asked(2);
  const watching = await startWatching({
    projects: [projectOf(cloud, [{ id: basicId, kind: "basic" }])],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
  });
  await seen;
  return { cloud, hook, watching };
}

const failed = { queues: { etl: { status: "FAILED", err_msg: "no router" } } };
const active = { queues: { etl: { status: "ACTIVE" } } };
const told = ["transition queue etl ACTIVE>FAILED", "recovery queue etl FAILED>ACTIVE"];

/** Locks the store as a process that writes to it; gives back the end. */
function lock({ directory }: Watching): () => void {
  const other = new Database(join(directory, "watch.db"));
  onTestFinished(() => void other.close());
  other.exec("BEGIN IMMEDIATE");
  return () => void other.exec("ROLLBACK");
}

/** Lets no file grow, as on a full disk; gives back the end. */
function fill({ pid }: Watching): () => void {
  const limit = (bytes: string) => execFileSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:`]);
  limit("1");
  return () => void limit("unlimited");
}

async function readiness({ url }: Watching) {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, text: await answer.text() };
}

/** Runs a daemon on `store`, which it must refuse; gives what it says. */
async function refusalOf(directory: string, store: string): Promise<string> {
  const config = writeConfig(directory, {
    projects: [projectOf({ url: "http://127.0.0.1:9" }, [basicId])],
    notifiers: { terminal: { type: "console" } },
    store,
    server: { listen: "127.0.0.1:0" },
  });
  const { status, stdout, stderr } = await runCommand(["run", "-c", config]);
  expect(status).toBe(3);
  expect(stdout).toBe("");
  expect(stderr.trim().split("\n")).toHaveLength(1);
  return stderr;
}

test("a second daemon on the same store is refused, and the first goes on", async () => {
  const { cloud, hook, watching } = await watch();
  const { status, stdout, stderr } = await runCommand(["run", "-c", watching.config]);
  expect(status).toBe(3);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/Another daemon uses the store .*watch\.db/);
  cloud.set(basicId, failed);
  await hook.arrived(1);
});

test("a store that cannot be used is named, left as it is, and nothing starts", async () => {
  const directory = temporaryDirectory();
  const damaged = join(directory, "damaged.db");
  const newer = join(directory, "newer.db");
  writeFileSync(damaged, "precious notes\n".repeat(1_000));
  const { watching } = await watch();
  watching.signal("SIGTERM");
  expect(await watching.ended).toBe(0);
  writeFileSync(newer, readFileSync(join(watching.directory, "watch.db")));
  const database = new Database(newer);
  database.pragma("user_version = 999");
  database.close();
  writeFileSync(join(directory, "plain"), "");

  const before = [damaged, newer].map((file) => readFileSync(file));
  expect(await refusalOf(directory, damaged)).toMatch(/damaged\.db is damaged\. Put back a copy/);
  expect(await refusalOf(directory, newer)).toMatch(/newer\.db was written by a newer dli-watch/);
  expect(await refusalOf(directory, "plain/watch.db")).toMatch(/plain.*must.*be a directory/);
  expect([damaged, newer].map((file) => readFileSync(file))).toEqual(before);
});

test.each([
  ["another process locks the store", lock, /is locked by another process/],
  ["the disk takes nothing more", fill, /could not be read or written by the disk/],
] as const)("while %s nothing is told; afterwards everything, once", async (_, begin, reason) => {
  const { cloud, hook, watching } = await watch();
  expect(await readiness(watching)).toMatchObject({ status: 200 });
  const end = begin(watching);
  cloud.set(basicId, failed);
  const { error } = await watching.logged("Could not record a poll; nothing was told");
  expect(error).toMatch(reason);
  const { status, text } = await readiness(watching);
  expect(status).toBe(503);
  expect(text).toContain(join(watching.directory, "watch.db"));
  await cloud.asked(2);
  expect(hook.requests).toEqual([]);

  end();
  await hook.arrived(1);
  expect(await readiness(watching)).toMatchObject({ status: 200 });
  cloud.set(basicId, active);
  await hook.arrived(2);
  watching.signal("SIGTERM");
  expect(await watching.ended).toBe(0);
  expect(eventsOf(hook).map(lineOf)).toEqual(told);
});

test("what was accepted while the store takes nothing is not sent again", async () => {
  const gate = Promise.withResolvers<void>();
  const { cloud, hook, watching } = await watch({ hold: gate.promise });
  cloud.set(basicId, failed);
  await hook.arrived(1);
  const end = fill(watching);
  gate.resolve();
  await watching.logged("Could not record a delivery; trying again");
  end();
  cloud.set(basicId, active);
  await hook.arrived(2);
  watching.signal("SIGTERM");
  expect(await watching.ended).toBe(0);
  expect(eventsOf(hook).map(lineOf)).toEqual(told);
});
