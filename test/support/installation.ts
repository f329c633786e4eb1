import { onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Event } from "../../src/core/event.ts";
import type { Scenario } from "../../src/simulator/scenario.ts";
import { type Served, type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { projectId } from "./simulator.ts";

/** The keys of the simulated cloud. */
export const keyPair = {
  access_key: "TESTACCESSKEY",
  secret_key: "test-secret-key-of-the-simulator",
};

/** A simulated cloud in real time; it checks signatures. */
export interface Cloud extends Simulator {
  /** Every request so far, in order. */
  readonly requests: readonly Served[];
  /** Resolves when it has been asked so many times from now on. A connection's second poll begins after its first was recorded. */
  asked(times: number): Promise<void>;
}

/** Port 0 is any free one. */
export async function startCloud(scenario: Partial<Scenario>, port = 0): Promise<Cloud> {
  const requests: Served[] = [];
  const waiting = new Set<{ times: number; readonly done: () => void }>();
  const simulator = await startSimulator({
    listen: { host: "127.0.0.1", port },
    scenario: { project_id: projectId, credentials: [keyPair], connections: [], ...scenario },
    clock: systemClock,
    observe(served) {
      requests.push(served);
      for (const one of waiting) {
        one.times -= 1;
        if (one.times > 0) continue;
        waiting.delete(one);
        one.done();
      }
    },
  });
  onTestFinished(() => simulator[Symbol.asyncDispose]());
  return {
    ...simulator,
    requests,
    asked: (times) => new Promise((done) => waiting.add({ times, done })),
  };
}

/** A receiver that is stopped when the test ends. */
export async function startRecording(
  ...answers: Parameters<typeof startReceiver>
): Promise<Receiver> {
  const receiver = await startReceiver(...answers);
  onTestFinished(() => receiver[Symbol.asyncDispose]());
  return receiver;
}

/** A project as the configuration file has it, polled as fast as tests like it. */
export function projectOf(
  cloud: Pick<Simulator, "url">,
  connections: readonly unknown[],
  more: object = {},
) {
  return {
    name: "prod",
    endpoint: cloud.url,
    project_id: projectId,
    auth: keyPair,
    rate: "60000/1m",
    concurrency: 20,
    connections,
    ...more,
  };
}

/** The events a webhook has received, in order. */
export function eventsOf(receiver: Receiver): readonly Event[] {
  return receiver.requests.map(({ body }): Event => JSON.parse(body));
}

/** What an event says, in a line. */
export function lineOf({ type, data }: Event): string {
  const states = data.from || data.to ? ` ${data.from ?? ""}>${data.to ?? ""}` : "";
  return `${type.slice("dli-watch.".length)} ${data.resource.type} ${data.resource.name}${states}`;
}

/** Resolves with the events of a project when the webhook has received so many. */
export async function toldOf(
  receiver: Receiver,
  project: string,
  count: number,
): Promise<readonly Event[]> {
  const mark = `"project":{"name":${JSON.stringify(project)}`;
  for (;;) {
    const own = receiver.requests.filter(({ body }) => body.includes(mark));
    if (own.length >= count) return own.map(({ body }): Event => JSON.parse(body));
    await receiver.arrived(receiver.requests.length + 1);
  }
}
