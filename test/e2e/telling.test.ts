import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { eventsOf, projectOf, startCloud, startRecording } from "../support/installation.ts";
import { lineOf } from "../support/timeline.ts";
import { startWatching } from "../support/watching.ts";

const queuesIn = (status: string, ...names: readonly string[]) => ({
  queues: Object.fromEntries(names.map((name) => [name, { status }])),
});

/** A watcher of one connection with these queues, all ACTIVE and seen as such. */
async function startTelling(names: readonly string[], more: object = {}) {
  const cloud = await startCloud({
    connections: [{ id: "e1", kind: "enhanced", ...queuesIn("ACTIVE", ...names) }],
  });
  const hook = await startRecording();
  const config = {
    projects: [projectOf(cloud, ["e1"])],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
    ...more,
  };
  const watching = await startWatching(config);
  await cloud.asked(2);
  return { cloud, hook, config, watching, told: () => eventsOf(hook).map(lineOf) };
}

test("a mute that is added and removed beside the running watcher withholds, and ends with what is bad", async () => {
  const { cloud, hook, watching, told } = await startTelling(["etl", "bi"]);
  const mute = (...args: readonly string[]) => runCommand(["mute", ...args, "-c", watching.config]);
  const added = await mute("add", "--match", "name=etl", "--for", "1h", "--why", "moving the VPC");
  expect(added).toMatchObject({ status: 0, stdout: expect.stringContaining("Muted for 1h: ") });

  cloud.set("e1", queuesIn("FAILED", "etl", "bi"));
  await hook.arrived(1);
  await cloud.asked(2);
  expect(told()).toEqual(["!!transition bi ACTIVE>FAILED"]);

  const listed = await mute("list", "--json");
  const [{ id, name }] = JSON.parse(listed.stdout);
  expect(name).toBe("moving the VPC");
  const removed = await mute("remove", id);
  expect(removed).toMatchObject({ status: 0, stdout: "1 mute ended.\n" });
  await hook.arrived(2);
  cloud.set("e1", queuesIn("ACTIVE", "etl", "bi"));
  await hook.arrived(4);
  watching.signal("SIGTERM");
  expect(await watching.ended).toBe(0);

  const [first, summary, ...recoveries] = told();
  expect(first).toBe("!!transition bi ACTIVE>FAILED");
  expect(summary).toBe("!!mute_summary moving the VPC [!!reminder etl >FAILED]");
  expect(recoveries.toSorted()).toEqual([
    "recovery bi FAILED>ACTIVE",
    "recovery etl FAILED>ACTIVE",
  ]);
  expect((await mute("list")).stdout).toBe("There are none.\n");
});

test("thirty queues that fail at once come in eleven messages, all of them named", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `queue-${index}`);
  const { cloud, hook, watching } = await startTelling(names, {
    policy: { storm: { over: 10, within: "2s" } },
  });
  cloud.set("e1", queuesIn("FAILED", ...names));
  await hook.arrived(11);
  watching.signal("SIGTERM");
  expect(await watching.ended).toBe(0);

  const messages = eventsOf(hook);
  expect(messages).toHaveLength(11);
  expect(messages.at(-1)?.data.counts).toEqual({ critical: 20, warning: 0, info: 0 });
  const named = messages.flatMap((event) => event.data.items ?? [event]);
  expect(named.map(({ data }) => data.resource.name).toSorted()).toEqual(names.toSorted());
});

test("killed while a problem waits for its delay, it is told by the next process, once", async () => {
  const { cloud, hook, config, watching, told } = await startTelling(["etl"], {
    routes: [{ match: {}, notify: ["hook"], delay: "3s" }],
  });
  cloud.set("e1", queuesIn("FAILED", "etl"));
  await cloud.asked(3);
  expect(told()).toEqual([]);
  watching.signal("SIGKILL");
  await watching.ended;
  const after = await startWatching(config, watching.directory);
  await hook.arrived(1);
  cloud.set("e1", queuesIn("ACTIVE", "etl"));
  await hook.arrived(2);
  after.signal("SIGTERM");
  expect(await after.ended).toBe(0);

  expect(told()).toEqual(["!!transition etl ACTIVE>FAILED", "recovery etl FAILED>ACTIVE"]);
  const [{ at } = { at: 0 }] = hook.requests;
  expect(at - Date.parse(eventsOf(hook)[0]?.time ?? "")).toBeGreaterThanOrEqual(3_000);
});
