import type { Context } from "hono";
import { Hono } from "hono";
import { etag } from "hono/etag";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Clock } from "../clock.ts";
import type { Access } from "./access.ts";
import { requireHost, requireToken } from "./access.ts";
import type { ApiSource } from "./api.ts";
import { api } from "./api.ts";
import { type LiveSource, live } from "./live.ts";
import { openApi } from "./openapi.ts";
import { pages } from "./page.ts";
import type { PageSource } from "./page-source.ts";
import type { Wire } from "./serve.ts";
import { createTries } from "./tries.ts";

/** How the daemon is doing: each answers what is wrong, or `undefined` if nothing is. */
interface Health {
  /** Whether the loop still turns. */
  alive(): string | undefined;
  /** Whether the store can be written and the first round was attempted; a cloud outage is no matter here. */
  ready(): string | undefined;
}

export interface AppParts extends ApiSource, LiveSource, PageSource {
  readonly store: ApiSource["store"] & PageSource["store"];
  readonly server: Access;
  readonly health: Health;
  readonly clock: Clock;
  /** In Prometheus' text format 0.0.4. */
  readonly metrics: () => Promise<string>;
  /** Told of errors that the client only learns the existence of. */
  readonly report: (error: unknown) => void;
}

/** Everything this installation answers over HTTP; read-only. The order of the lines is the order of the checks. */
export function createApp({
  server,
  health,
  metrics,
  clock,
  report,
  ...source
}: AppParts): Hono<Wire> {
  const app = new Hono<Wire>();
  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(safeHeaders)) c.header(name, value);
    await next();
  });
  app.use(methodNotAllowed({ app, onMethodNotAllowed }));
  app.get("/healthz", (c) => answerHealth(c, health.alive()));
  app.get("/readyz", (c) => answerHealth(c, health.ready()));
  app.use(requireToken(server.token, createTries(clock)));
  app.get("/metrics", async (c) => c.text(await metrics(), 200, metricsHeaders));
  app.use(requireHost(server));
  app.get("/api/openapi.json", etag(), (c) => c.json(openApi()));
  app.route("/api/v1", api(source));
  app.route("/api/v1", live(source));
  app.route("/", pages(source));
  app.notFound((c) => c.json({ error: `there is nothing at ${c.req.path}` }, 404));
  app.onError((error, c) => {
    report(error);
    return c.json({ error: "something went wrong inside: see the log" }, 500);
  });
  return app;
}

/** What every answer has; one that is a page has a policy of its own in place of this, which lets nothing be loaded or framed. */
const safeHeaders = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const metricsHeaders = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };

function onMethodNotAllowed(c: Context, methods: readonly string[]): Response {
  const allow = [...methods, "OPTIONS"].join(", ");
  if (c.req.method === "OPTIONS") return c.body(null, 204, { allow });
  return c.json({ error: `${c.req.method} is not possible here, only ${allow}` }, 405, { allow });
}

function answerHealth(c: Context, trouble: string | undefined): Response {
  return trouble === undefined
    ? c.json({ status: "ok" })
    : c.json({ status: "failing", reason: trouble }, 503);
}
