import { execFileSync } from "node:child_process";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import type { Receiver } from "../support/receiver.ts";
import { basicId } from "../support/simulator.ts";
import { startWatcher, temporaryDirectory, writeConfig } from "../support/watcher.ts";
import { startWatching } from "../support/watching.ts";

/** An attempt under way is given this long when one signal asks for the stop. */
const graceMs = 7_000;

const alert = "appeared queue etl >FAILED";
const failed = { queues: { etl: { status: "FAILED", err_msg: "no router" } } };

/** A watcher of a connection whose queue has failed from the beginning. */
async function watchFailed(hook: Receiver) {
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic", ...failed }] });
  const config = {
    projects: [projectOf(cloud, [{ id: basicId, kind: "basic" }])],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
  };
  return { cloud, config, watching: await startWatching(config) };
}

test("while a receiver never answers it ends within ten seconds, and tells the same again after its next start", async () => {
  const hook = await startRecording({ fault: "hang" }, {});
  const { watching, config } = await watchFailed(hook);
  await hook.arrived(1);
  const askedAt = systemClock.monotonic();
  watching.signal("SIGTERM");
  expect(await watching.ended).toBe(0);
  expect(systemClock.monotonic() - askedAt).toBeLessThan(10_000);
  expect(hook.requests).toHaveLength(1);

  await startWatching(config, watching.directory);
  await hook.arrived(2);
  const [before, after] = hook.requests;
  expect(after?.headers["webhook-id"]).toBe(before?.headers["webhook-id"]);
  expect(after?.body).toBe(before?.body);
});

test("a second signal ends it at once, and loses nothing either", async () => {
  const hook = await startRecording({ fault: "hang" }, {});
  const { watching, config } = await watchFailed(hook);
  await hook.arrived(1);
  const askedAt = systemClock.monotonic();
  watching.signal("SIGTERM");
  watching.signal("SIGINT");
  expect(await watching.ended).toBe(0);
  expect(systemClock.monotonic() - askedAt).toBeLessThan(graceMs);

  await startWatching(config, watching.directory);
  await hook.arrived(2);
  expect(hook.requests[1]?.body).toBe(hook.requests[0]?.body);
});

test("stopped in quiet, again and again: nothing is told twice, and what happened meanwhile is told", async () => {
  const hook = await startRecording();
  const { watching, config, cloud } = await watchFailed(hook);
  const stops = [
    ["SIGTERM", "CREATING"],
    ["SIGINT", "FAILED"],
    ["SIGTERM", "ACTIVE"],
  ] as const;
  let running = watching;
  for (const [index, [signal, status]] of stops.entries()) {
    await hook.arrived(1 + index);
    await cloud.asked(2);
    running.signal(signal);
    expect(await running.ended).toBe(0);
    cloud.set(basicId, { queues: { etl: { status } } });
    running = await startWatching(config, watching.directory);
  }
  await hook.arrived(1 + stops.length);
  expect(eventsOf(hook).map(lineOf)).toEqual([
    alert,
    "transition queue etl FAILED>CREATING",
    "transition queue etl CREATING>FAILED",
    "recovery queue etl FAILED>ACTIVE",
  ]);
});

test("a poll that hangs is cut off and is no failed poll", async () => {
  const hook = await startRecording();
  const { watching, config, cloud } = await watchFailed(hook);
  await hook.arrived(1);
  const end = cloud.fault({ delayMs: 60_000 });
  await cloud.asked(1);
  watching.signal("SIGTERM");
  expect(await watching.ended).toBe(0);
  expect(watching.output()).not.toContain("Poll failed");

  end();
  cloud.set(basicId, { queues: { etl: { status: "ACTIVE" } } });
  await startWatching(config, watching.directory);
  await hook.arrived(2);
  expect(eventsOf(hook).map(lineOf)).toEqual([alert, "recovery queue etl FAILED>ACTIVE"]);
});

test("a signal during the start is not lost", async () => {
  const directory = temporaryDirectory();
  const secret = join(directory, "secret");
  execFileSync("mkfifo", [secret]);
  const config = writeConfig(directory, {
    projects: [
      projectOf({ url: "http://127.0.0.1:9" }, [basicId], {
        auth: { token: `\${file:${secret}}` },
      }),
    ],
    notifiers: { terminal: { type: "console" } },
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
  });
  const watcher = startWatcher("run", "-c", config);
  // Opens as soon as the start reads it, which then waits for the token.
  const pipe = await open(secret, "w");
  watcher.signal("SIGTERM");
  await pipe.writeFile("a-token-of-the-test");
  await pipe.close();
  expect(await watcher.ended).toBe(0);
});
