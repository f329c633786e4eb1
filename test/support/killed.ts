import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import Database from "better-sqlite3";
import { expect, onTestFinished } from "vitest";
import { pause, systemClock } from "../../src/clock.ts";
import type { Event } from "../../src/core/event.ts";
import type { Change } from "../../src/simulator/scenario.ts";
import { lineOf, projectOf, startCloud } from "./installation.ts";
import { startWatcher, temporaryDirectory, writeConfig } from "./watcher.ts";

const connections = Array.from({ length: 20 }, (_, index) => `c${index}`);

/** What the queue of a connection goes through, over and over, and what must be told of it. */
const cycle: readonly { readonly change: Change; readonly line: string }[] = [
  {
    change: { queues: { etl: { status: "FAILED", err_msg: "no router" } } },
    line: "transition queue etl ACTIVE>FAILED",
  },
  {
    change: { queues: { etl: { status: "CREATING" } } },
    line: "transition queue etl FAILED>CREATING",
  },
  { change: { queues: { etl: { status: "ACTIVE" } } }, line: "recovery queue etl CREATING>ACTIVE" },
];
const firstSight = "appeared queue etl >FAILED";
const step = (index: number) => cycle[index % cycle.length] ?? { change: {}, line: "" };

interface Accepted {
  readonly id: string;
  readonly connection: string;
  readonly line: string;
  readonly body: string;
}

/** A receiver that notes what it accepts; what it refuses by chance (503) it has never seen. */
async function startNoting({
  refuses,
  onAccepted,
}: {
  readonly refuses: number;
  readonly onAccepted: (accepted: Accepted) => void;
}) {
  const accepted: Accepted[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    if (Math.random() < refuses) return response.writeHead(503).end();
    const event: Event = JSON.parse(body);
    const one = {
      id: event.id,
      connection: event.data.connection?.id ?? "",
      line: lineOf(event),
      body,
    };
    accepted.push(one);
    onAccepted(one);
    return response.writeHead(200).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    await server[Symbol.asyncDispose]();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`, accepted };
}

/** What must have been told of a connection after so many steps. */
function expectedLines(steps: number): readonly string[] {
  return Array.from({ length: steps }, (_, index) => (index === 0 ? firstSight : step(index).line));
}

/** Each event once, as it was first accepted. */
function firsts(accepted: readonly Accepted[]): readonly Accepted[] {
  return [...new Map(accepted.toReversed().map((one) => [one.id, one])).values()].toReversed();
}

/**
 * Kills a watcher again and again while the queues of twenty connections fail and recover: now and then while it
 * starts, mostly in the midst of its work. Gives the number of transitions.
 */
export async function killOver(kills: number): Promise<number> {
  const directory = temporaryDirectory();
  const cloud = await startCloud({
    connections: connections.map((id) => ({
      id,
      kind: "enhanced",
      queues: { etl: { status: "ACTIVE" } },
    })),
  });
  const steps = new Map(connections.map((id) => [id, 0]));
  const ids = new Set<string>();
  let advancing = true;
  let settled = () => {};
  const more = (count: number) => {
    const target = steady.accepted.length + count;
    return new Promise<void>((resolve) => {
      settled = () => steady.accepted.length >= target && resolve();
    });
  };
  const advance = (id: string) => {
    const index = steps.get(id) ?? 0;
    steps.set(id, index + 1);
    cloud.set(id, step(index).change);
  };
  const steady = await startNoting({
    refuses: 0,
    onAccepted({ id, connection }) {
      if (advancing && !ids.has(id)) advance(connection);
      ids.add(id);
      settled();
    },
  });
  const shaky = await startNoting({ refuses: 0.1, onAccepted: () => settled() });
  const config = writeConfig(directory, {
    schedule: "100ms",
    projects: [projectOf(cloud, connections)],
    policy: { flapping: false, storm: false },
    notifiers: {
      steady: { type: "webhook", url: steady.url },
      shaky: { type: "webhook", url: shaky.url },
    },
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
    log: { level: "error" },
  });

  for (const id of connections) advance(id);
  for (let kill = 0; kill < kills; kill += 1) {
    const watcher = startWatcher("run", "-c", config);
    await watcher.started;
    if (Math.random() > 0.2) await more(Math.ceil(Math.random() * 50));
    await pause(systemClock, Math.random() * 50);
    watcher.signal("SIGKILL");
    expect(await watcher.ended).toBe("SIGKILL");
  }
  advancing = false;
  const total = [...steps.values()].reduce((sum, count) => sum + count, 0);
  const all = Promise.withResolvers<void>();
  settled = () => {
    if (firsts(steady.accepted).length >= total && firsts(shaky.accepted).length >= total)
      all.resolve();
  };
  const watcher = startWatcher("run", "-c", config);
  settled();
  await Promise.race([all.promise, watcher.ended]);
  watcher.signal("SIGTERM");
  expect(await watcher.ended).toBe(0);

  for (const { accepted } of [steady, shaky]) {
    for (const id of connections) {
      const told = firsts(accepted).filter(({ connection }) => connection === id);
      expect(told.map(({ line }) => line)).toEqual(expectedLines(steps.get(id) ?? 0));
    }
    expect(accepted.length - firsts(accepted).length).toBeLessThanOrEqual(kills);
    for (const copies of Map.groupBy(accepted, ({ id }) => id).values()) {
      expect(new Set(copies.map(({ body }) => body)).size).toBe(1);
    }
  }
  const store = new Database(join(directory, "watch.db"), { readonly: true });
  expect(store.pragma("integrity_check", { simple: true })).toBe("ok");
  expect(
    store.prepare("SELECT count(*) AS waiting FROM deliveries WHERE state <> 'accepted'").get(),
  ).toEqual({ waiting: 0 });
  store.close();
  return total;
}
