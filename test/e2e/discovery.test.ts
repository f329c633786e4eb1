import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import { writeConfig } from "../support/watcher.ts";
import { startWatching, statesOf } from "../support/watching.ts";

test("connections come and go by themselves, over a restart, until discover is taken out", async () => {
  const cloud = await startCloud({
    connections: [
      { id: "e1", kind: "enhanced", queues: { etl: { status: "FAILED", err_msg: "no router" } } },
      { id: "b1", kind: "basic" },
      { id: "e2", kind: "enhanced", absent: true },
    ],
  });
  const hook = await startRecording();
  const { connections, ...project } = projectOf(cloud, ["e1"]);
  const notifiers = { hook: { type: "webhook", url: hook.origin } };
  const first = await startWatching({ projects: [{ ...project, discover: true }], notifiers });
  await hook.arrived(1);
  cloud.set("e2", { absent: false });
  await hook.arrived(2);
  const known = ["b1 ACTIVE", "e1 ACTIVE", "e1 queue etl FAILED", "e2 ACTIVE"];
  expect((await statesOf(first, "prod")).toSorted()).toEqual(known);
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${first.url}/metrics`)).text()).toContain('connection="e2"');

  first.signal("SIGTERM");
  expect(await first.ended).toBe(0);
  const { stdout } = await runCommand(["status", "-c", first.config]);
  expect(stdout).toContain("e2");
  const second = await startWatching(
    { projects: [{ ...project, discover: true }], notifiers },
    first.directory,
  );
  expect((await statesOf(second, "prod")).toSorted()).toEqual(known);
  cloud.set("e2", { absent: true });
  await hook.arrived(3);
  await cloud.asked(6);
  expect((await statesOf(second, "prod")).toSorted()).toEqual(known.slice(0, 3));

  writeConfig(second.directory, {
    schedule: "100ms",
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
    projects: [{ ...project, connections }],
    notifiers,
  });
  await second.logged("Reloaded the configuration");
  expect(await statesOf(second, "prod")).toEqual(["e1 ACTIVE", "e1 queue etl FAILED"]);
  expect(eventsOf(hook).map(lineOf)).toEqual([
    "appeared queue etl >FAILED",
    "appeared connection e2 >ACTIVE",
    "transition connection e2 ACTIVE>DELETED",
  ]);
});

test("a page that fails now and then, repeats another or is empty changes nothing for 2,500 connections", {
  timeout: 90_000,
}, async () => {
  const connections = Array.from({ length: 2_500 }, (_, index) => ({
    id: `e${index}`,
    kind: "enhanced" as const,
    queues: { etl: { uuid: "of-etl" } },
  }));
  const cloud = await startCloud({ connections });
  const page13 = "offset=1200";
  cloud.fault({ url: page13, times: 2, status: 502 });
  const hook = await startRecording();
  const { connections: _, ...project } = projectOf(cloud, []);
  const watching = await startWatching({
    schedule: "500ms",
    projects: [{ ...project, rate: "600000/1m", discover: { kind: "enhanced" } }],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
    policy: { first_sight: "all", unreachable_after: 100 },
    routes: [{ match: { to: ["FAILED", "DELETED"] }, notify: ["hook"] }],
    unrouted: "notify",
  });
  await cloud.asked(14 + 26);
  const states = await statesOf(watching, "prod");
  expect(states).toHaveLength(5_000);
  const faults = [
    { times: 2, status: 502 },
    { times: 1, fields: { connections: [{ id: "e0", status: "ACTIVE" }] } },
    { times: 1, fields: { connections: [] } },
  ];
  for (const fault of faults) {
    cloud.fault({ url: page13, ...fault });
    await cloud.asked(50);
  }
  expect(await statesOf(watching, "prod")).toEqual(states);
  expect(eventsOf(hook)).toEqual([]);
  cloud.set("e1234", { queues: { etl: { status: "FAILED", err_msg: "no router" } } });
  await hook.arrived(1);
  expect(eventsOf(hook).map(lineOf)).toEqual(["transition queue etl ACTIVE>FAILED"]);
  const confirmations = cloud.requests.filter(({ url }) => !url.includes("?"));
  expect(confirmations.length).toBeLessThanOrEqual(50);
});
