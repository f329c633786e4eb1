import { type Context, Hono } from "hono";
import type { ApiSource } from "./api.ts";
import { endpoints } from "./endpoints.ts";
import { type Feed, mostListeners } from "./feed.ts";
import { badQuery, readQuery } from "./query.ts";
import type { Wire } from "./serve.ts";
import { readSince } from "./since.ts";

/** What the stream reads from. */
export interface LiveSource extends Pick<ApiSource, "store" | "now"> {
  readonly feed: Feed;
}

const { path, query, contentType } = endpoints.events;

const streamHeaders = {
  "content-type": contentType,
  "x-accel-buffering": "no", // nginx passes it on at once
};

const full = `${mostListeners} clients listen already, which is all that may; ask again later, or for /api/v1/transitions?since=…`;

/** What happens, as it happens: a browser that lost it says by itself how far it came. */
export function live({ feed, store, now }: LiveSource): Hono<Wire> {
  const app = new Hono<Wire>();
  app.get(path, async (c) => {
    const asked = readQuery(c, query);
    if ("problem" in asked) return badQuery(c, asked.problem);
    const since = c.req.header("last-event-id") || asked.data.since;
    const start = since === undefined ? {} : await startOf(since, { store, now });
    if ("problem" in start) return badQuery(c, start.problem);
    if (c.req.method === "HEAD") return c.body(null, 200, streamHeaders);
    const stream = feed.listen({ ...start, hangUp: () => c.env.outgoing?.destroy() });
    return stream ? c.body(stream, 200, streamHeaders) : refuse(c);
  });
  return app;
}

/** The sequence of the event after which it begins; none where nothing has come since. */
async function startOf(since: string, { store, now }: Omit<LiveSource, "feed">) {
  const read = await readSince(since, store, now());
  if ("problem" in read) return { problem: `since or Last-Event-ID: ${read.problem}` };
  if (read.from.since === undefined) return { after: read.from.after };
  const [first] = await store.events({ ...read.from, limit: 1 });
  return first ? { after: first.sequence - 1 } : {};
}

function refuse(c: Context): Response {
  return c.json({ error: full }, 503, { "retry-after": "30" });
}
