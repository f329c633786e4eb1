import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import Database from "better-sqlite3";
import { expect, onTestFinished } from "vitest";
import type { Event } from "../../src/core/event.ts";
import type { Change } from "../../src/simulator/scenario.ts";
import { lineOf, projectOf, startCloud } from "./installation.ts";
import { type startWatcher, temporaryDirectory } from "./watcher.ts";

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

/** Twenty connections whose queues fail and recover, each as soon as its last change was told, and two receivers of that. */
export async function startRestless() {
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

  return {
    directory,
    configuration: {
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
    },
    begin() {
      for (const id of connections) advance(id);
    },
    /** Resolves when so many more notices were accepted. */
    more(count: number): Promise<void> {
      const target = steady.accepted.length + count;
      return new Promise((resolve) => {
        settled = () => steady.accepted.length >= target && resolve();
      });
    },
    /** Lets a watcher tell what it has not told yet, and stops it. */
    async finish(watcher: ReturnType<typeof startWatcher>): Promise<void> {
      advancing = false;
      const total = sum(steps.values());
      const all = Promise.withResolvers<void>();
      settled = () => {
        if ([steady, shaky].every(({ accepted }) => firsts(accepted).length >= total))
          all.resolve();
      };
      settled();
      await Promise.race([all.promise, watcher.ended]);
      watcher.signal("SIGTERM");
      expect(await watcher.ended).toBe(0);
    },
    /** Expects that each change was told to both receivers, in order, all but `doubled` of them once; gives their number. */
    expectTold(doubled: number): number {
      for (const { accepted } of [steady, shaky]) {
        for (const id of connections) {
          const told = firsts(accepted).filter(({ connection }) => connection === id);
          expect(told.map(({ line }) => line)).toEqual(expectedLines(steps.get(id) ?? 0));
        }
        expect(accepted.length - firsts(accepted).length).toBeLessThanOrEqual(doubled);
        for (const copies of Map.groupBy(accepted, ({ id }) => id).values()) {
          expect(new Set(copies.map(({ body }) => body)).size).toBe(1);
        }
      }
      const store = new Database(join(directory, "watch.db"), { readonly: true });
      expect(store.pragma("integrity_check", { simple: true })).toBe("ok");
      expect(
        store
          .prepare(
            "SELECT count(*) AS waiting FROM deliveries WHERE state <> 'accepted' AND notifier IN ('steady', 'shaky')",
          )
          .get(),
      ).toEqual({ waiting: 0 });
      store.close();
      return sum(steps.values());
    },
  };
}

function sum(numbers: Iterable<number>): number {
  return Array.from(numbers).reduce((total, one) => total + one, 0);
}
