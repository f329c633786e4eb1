import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Event } from "../../src/core/event.ts";
import { startReceiver } from "../../src/simulator/receiver.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { lineOf, projectOf } from "../support/installation.ts";
import { enhancedId, projectId } from "../support/simulator.ts";
import { startWatching } from "../support/watching.ts";

const listen = { host: "::1", port: 0 };

test("cloud, receiver and the watcher itself may have addresses of IPv6", async () => {
  const cloud = await startSimulator({
    listen,
    scenario: {
      project_id: projectId,
      connections: [{ id: enhancedId, kind: "enhanced", queues: { etl: { status: "FAILED" } } }],
    },
    clock: systemClock,
  });
  onTestFinished(() => cloud[Symbol.asyncDispose]());
  const told = Promise.withResolvers<Event>();
  const hook = await startReceiver({
    listen,
    accept: ({ body }) => told.resolve(JSON.parse(body)),
  });
  onTestFinished(() => hook[Symbol.asyncDispose]());
  const watching = await startWatching({
    projects: [projectOf(cloud, [enhancedId], { auth: { token: "any-token-will-do" } })],
    notifiers: { hook: { type: "webhook", url: hook.url } },
    server: { listen: "[::1]:0" },
  });
  expect(lineOf(await told.promise)).toBe("appeared queue etl >FAILED");
  expect([cloud.url, hook.url, watching.url]).toEqual(
    Array(3).fill(expect.stringMatching(/^http:\/\/\[::1\]:\d+$/)),
  );
  const answer = await fetch(`${watching.url}/api/v1/connections`);
  expect(await answer.json()).toMatchObject({ items: [{ id: enhancedId }] });
});
