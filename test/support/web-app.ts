import type { Hono } from "hono";
import type { Clock } from "../../src/clock.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import type { About } from "../../src/web/api.ts";
import type { AppParts } from "../../src/web/app.ts";
import { createApp } from "../../src/web/app.ts";
import { createFeed } from "../../src/web/feed.ts";
import type { Wire } from "../../src/web/serve.ts";
import { fakeClock } from "./clock.ts";

/** A watcher that is well, and started an hour ago. */
export const aboutWatcher: About = {
  name: "dli-watch",
  startedAt: Date.UTC(2026, 10, 24, 11),
  seenBefore: undefined,
  sequence: 0,
  trouble: [],
  configuration: { loadedAt: Date.UTC(2026, 10, 24, 11), problems: [] },
};

/** Nobody waits here. */
const atOnce: Clock["after"] = (_, task) => {
  queueMicrotask(task);
  return () => {};
};

/** An app over an empty store, in good health and open to all; `parts` replace its own. */
export function appWith({
  store = openMemoryStore(),
  ...parts
}: Partial<AppParts> & { readonly store?: Store } = {}): Hono<Wire> {
  const report = (error: unknown) => {
    throw error;
  };
  return createApp({
    store,
    remembered: () => store.memories(),
    projects: () => [],
    notifiers: async () => [],
    mutes: async () => [],
    about: () => aboutWatcher,
    explain: () => undefined,
    timezone: () => "UTC",
    now: () => Date.UTC(2026, 10, 24, 12),
    server: { hosts: [] },
    health: { alive: () => undefined, ready: () => undefined },
    metrics: async () => "",
    feed: createFeed({ store, latest: () => 0, clock: fakeClock(), report }),
    clock: { ...fakeClock(), after: atOnce },
    report,
    ...parts,
  });
}

/** Asks as a client on the same machine does. */
export async function ask(
  app: Hono<Wire>,
  path: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await app.request(path, { headers: { host: "localhost", ...headers } }, {});
  return { status: response.status, headers: response.headers, body: await response.json() };
}
