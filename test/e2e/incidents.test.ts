import { expect, test } from "vitest";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import { startWatching } from "../support/watching.ts";

const queueIs = (status: string) => ({ queues: { etl: { status } } });

test("a queue that stays in CREATING is told once, the watcher restarted in between, and that it is no longer stuck", async () => {
  const cloud = await startCloud({
    connections: [{ id: "e1", kind: "enhanced", ...queueIs("ACTIVE") }],
  });
  const hook = await startRecording();
  const config = {
    projects: [projectOf(cloud, ["e1"])],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
    policy: { stuck: { CREATING: "500ms" } },
  };
  const before = await startWatching(config);
  await cloud.asked(2);
  cloud.set("e1", queueIs("CREATING"));
  await hook.arrived(2);
  before.signal("SIGTERM");
  expect(await before.ended).toBe(0);
  const after = await startWatching(config, before.directory);
  await cloud.asked(8);
  cloud.set("e1", queueIs("ACTIVE"));
  await hook.arrived(3);
  after.signal("SIGTERM");
  expect(await after.ended).toBe(0);

  const events = eventsOf(hook);
  expect(events.map(lineOf)).toEqual([
    "transition queue etl ACTIVE>CREATING",
    "stuck queue etl >CREATING",
    "unstuck queue etl CREATING>ACTIVE",
  ]);
  const [, stuck, unstuck] = events;
  expect(stuck?.data.previous_for_ms).toBeGreaterThanOrEqual(500);
  expect(unstuck?.data.incident).toBe(stuck?.data.incident);
});
