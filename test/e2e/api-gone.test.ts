import { expect, test } from "vitest";
import type { Scenario } from "../../src/simulator/scenario.ts";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { startWatching, statesOf } from "../support/watching.ts";

const connections: Scenario["connections"] = [
  {
    id: basicId,
    kind: "basic",
    fields: { name: "op" },
    queues: { etl: { status: "FAILED", err_msg: "no router" } },
  },
  { id: enhancedId, kind: "enhanced", fields: { name: "vpc" } },
];

test("a cloud that is down deletes nothing; a connection that is gone for good is told after two answers", async () => {
  const cloud = await startCloud({ connections });
  const hook = await startRecording();
  const watching = await startWatching({
    projects: [projectOf(cloud, [basicId, enhancedId])],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
  });
  await hook.arrived(1);
  await cloud.asked(4);
  const states = await statesOf(watching, "prod");

  await cloud[Symbol.asyncDispose]();
  await hook.arrived(2);
  expect(await statesOf(watching, "prod")).toEqual(states);
  const restarted = await startCloud({ connections }, Number(new URL(cloud.url).port));
  await hook.arrived(3);
  expect(await statesOf(watching, "prod")).toEqual(states);

  restarted.set(basicId, { absent: true });
  await hook.arrived(5);
  restarted.set(enhancedId, { state: "DELETED" });
  await hook.arrived(6);
  const events = eventsOf(hook);
  expect(events.map((event) => [lineOf(event), event.data.cause].join(" ").trim())).toEqual([
    "appeared queue etl >FAILED",
    "unreachable project prod network",
    "reachable project prod",
    "transition connection op ACTIVE>DELETED",
    "disappeared queue etl FAILED>",
    "transition connection vpc ACTIVE>DELETED",
  ]);
  const [problem, , , , disappeared] = events;
  expect(disappeared?.data.incident).toBe(problem?.data.incident);
});
