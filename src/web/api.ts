import { Hono } from "hono";
import { z } from "zod";
import { historyTypes } from "../core/history.ts";
import { isoTime } from "../core/notice.ts";
import { type Delivery, deliveryStates } from "../core/outbox.ts";
import type { ConfiguredProject, Remembered } from "../core/status.ts";
import { statusOf } from "../core/status.ts";
import type { Store } from "../store/store.ts";
import { badQuery, itemLimit, query } from "./query.ts";
import { readSince } from "./since.ts";

/** What the API reads from. */
export interface ApiSource {
  readonly store: Pick<Store, "events" | "event" | "deliveries">;
  readonly remembered: () => Promise<Remembered>;
  readonly projects: () => readonly ConfiguredProject[];
  /** Where people reach this installation, if that is known; without a slash at its end. */
  readonly publicUrl: () => string | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const transitionsQuery = query({
  since: z.string("must be given once").default("0"),
  limit: itemLimit,
});
const deliveriesQuery = query({
  state: z.enum(deliveryStates, `must be one of ${deliveryStates.join(", ")}`).exactOptional(),
  notifier: z.string("must be given once").exactOptional(),
  after: z.ulid("must be `next` of the answer before").exactOptional(),
  limit: itemLimit,
});

/** The lists; each answers `{ items, next }`, where `next` is the cursor to what follows or null. */
export function api({ store, remembered, projects, publicUrl, now }: ApiSource): Hono {
  const app = new Hono();
  app.get("/connections", query({}), async (c) => {
    const { connections } = statusOf(projects(), await remembered(), publicUrl());
    return c.json({ items: connections, next: null });
  });
  app.get("/transitions", transitionsQuery, async (c) => {
    const { since, limit } = c.req.valid("query");
    const start = await readSince(since, store, now());
    if ("problem" in start) return badQuery(c, `since: ${start.problem}`);
    const found = await store.events({ ...start.from, types: historyTypes, limit: limit + 1 });
    const { items, next } = page(found, limit, ({ sequence }) => `${sequence}`);
    const frozen = items.map(({ json }) => json).join(",");
    return c.body(`{"items":[${frozen}],"next":${JSON.stringify(next)}}`, {
      headers: { "content-type": "application/json" },
    });
  });
  app.get("/deliveries", deliveriesQuery, async (c) => {
    const { limit, ...wanted } = c.req.valid("query");
    const found = await store.deliveries({ ...wanted, limit: limit + 1 });
    const { items, next } = page(found, limit, ({ id }) => id);
    return c.json({ items: items.map(deliveryItem), next });
  });
  return app;
}

/** What was asked for of `found`, which holds one more where there is more. */
function page<Row>(found: readonly Row[], limit: number, cursor: (row: Row) => string) {
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : cursor(last) };
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
