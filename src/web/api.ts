import { Hono } from "hono";
import type { Event } from "../core/event.ts";
import { historyTypes } from "../core/history.ts";
import type { ListedMute } from "../core/mute-list.ts";
import { isoTime } from "../core/notice.ts";
import type { NotifierStatus } from "../core/notifier-status.ts";
import type { Delivery } from "../core/outbox.ts";
import {
  type ConfiguredProject,
  type ConnectionStatus,
  type Remembered,
  type Status,
  statusOf,
} from "../core/status.ts";
import type { Store, StoredEvent } from "../store/store.ts";
import { answer } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { badQuery } from "./query.ts";
import type { Wire } from "./serve.ts";
import { readSince } from "./since.ts";
import { isWanted } from "./wanted.ts";

/** What is known of the watcher itself. Times are epoch milliseconds. */
export interface About {
  /** Name of this installation. */
  readonly name: string;
  /** Where people reach it, without a slash at its end. */
  readonly publicUrl?: string;
  readonly startedAt: number;
  /** When anything had been seen last before the start. */
  readonly seenBefore: number | undefined;
  /** The greatest sequence given so far. */
  readonly sequence: number;
  /** What is wrong with it. */
  readonly trouble: readonly string[];
  readonly configuration: {
    readonly loadedAt: number;
    /** Why a later file was not taken up. */
    readonly problems: readonly string[];
  };
}

/** What the API reads from. */
export interface ApiSource {
  readonly store: Pick<Store, "events" | "event" | "deliveries">;
  readonly remembered: () => Promise<Remembered>;
  readonly projects: () => readonly ConfiguredProject[];
  readonly notifiers: () => Promise<readonly NotifierStatus[]>;
  readonly mutes: () => Promise<readonly ListedMute[]>;
  readonly about: () => About;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Everything below /api/v1 but the stream. Of lists `next` is the cursor to what follows, or null. */
export function api(source: ApiSource): Hono<Wire> {
  const { store, notifiers, mutes, about, now } = source;
  const app = new Hono<Wire>();
  answer(app, endpoints.connections, async ({ after, limit, ...wanted }, c) => {
    const { connections } = await presentOf(source);
    const last = connections.findIndex((one) => keyOf(one) === after);
    if (after !== undefined && last < 0) return badQuery(c, afterUnknown);
    const found = connections.slice(last + 1).filter((one) => isWanted(one, wanted));
    return page(found, limit, keyOf);
  });
  answer(app, endpoints.history, async ({ before, limit }, c) => {
    const { project, id } = c.req.param();
    const { connections } = await presentOf(source);
    const connection = connections.find((one) => one.project === project && one.id === id);
    if (!connection) return c.json({ error: notWatched }, 404);
    const about = { project: connection.project, connection: connection.id };
    const range = {
      ...(before !== undefined && { before }),
      newestFirst: true,
      limit: limit + 1,
    } as const;
    const { items, next } = page(await store.events({ ...about, ...range }), limit, sequenceOf);
    return {
      connection,
      items: await Promise.all(items.map((event) => toldOf(event, store))),
      next,
    };
  });
  answer(app, endpoints.transitions, async ({ since, limit }, c) => {
    const start = await readSince(since, store, now());
    if ("problem" in start) return badQuery(c, `since: ${start.problem}`);
    const found = await store.events({ ...start.from, types: historyTypes, limit: limit + 1 });
    const { items, next } = page(found, limit, sequenceOf);
    const frozen = items.map(({ json }) => json).join(",");
    return c.body(`{"items":[${frozen}],"next":${JSON.stringify(next)}}`, {
      headers: { "content-type": "application/json" },
    });
  });
  answer(app, endpoints.deliveries, async ({ limit, ...wanted }) => {
    const found = await store.deliveries({ ...wanted, limit: limit + 1 });
    const { items, next } = page(found, limit, ({ id }) => id);
    return { items: items.map(deliveryItem), next };
  });
  answer(app, endpoints.notifiers, async () => ({ items: await notifiers(), next: null }));
  answer(app, endpoints.mutes, async () => ({ items: await mutes(), next: null }));
  answer(app, endpoints.status, async () => statusItem(about(), await presentOf(source)));
  return app;
}

const afterUnknown = "after: this connection is watched no more; begin anew, without `after`";

const notWatched =
  "no such connection is watched in this project; /api/v1/connections lists those that are";

async function presentOf({ projects, remembered, about }: ApiSource): Promise<Status> {
  return statusOf(projects(), await remembered(), about().publicUrl);
}

/** What was asked for of `found`, which holds more where there is more. */
function page<Row>(found: readonly Row[], limit: number, cursor: (row: Row) => string) {
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : cursor(last) };
}

function keyOf({ project, id }: ConnectionStatus): string {
  return `${encodeURIComponent(project)}/${encodeURIComponent(id)}`;
}

function sequenceOf({ sequence }: StoredEvent): string {
  return `${sequence}`;
}

/** An event, and what became of it on its way to each notifier. */
async function toldOf({ id, json }: StoredEvent, store: Pick<Store, "deliveries">) {
  const event: Event = JSON.parse(json);
  const deliveries = await store.deliveries({ event: id, limit: 1_000 });
  return { event, deliveries: deliveries.map(deliveryItem) };
}

function statusItem(
  { name, publicUrl, startedAt, seenBefore, sequence, trouble, configuration }: About,
  { projects, connections }: Status,
) {
  return {
    name,
    public_url: publicUrl,
    started_at: isoTime(startedAt),
    seen_before: seenBefore === undefined ? undefined : isoTime(seenBefore),
    sequence,
    trouble,
    configuration: {
      loaded_at: isoTime(configuration.loadedAt),
      problems: configuration.problems,
    },
    connections: {
      watched: connections.length,
      bad: connections.filter(({ bad }) => bad).length,
    },
    projects,
  };
}

/** A delivery as programs see it: a settled one has no next attempt, a waiting one is not settled. */
export function deliveryItem(delivery: Delivery) {
  const { id, event, notifier, state, attempts, settledAt } = delivery;
  return {
    id,
    event,
    notifier,
    state,
    attempts,
    last_error: delivery.lastError,
    next_at: state === "waiting" ? isoTime(delivery.nextAt) : null,
    created_at: isoTime(delivery.createdAt),
    settled_at: settledAt === undefined ? null : isoTime(settledAt),
  };
}
