import { once } from "node:events";
import type { RequestListener, Server } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import type { Clock } from "../clock.ts";
import { exitStatus, messageOf, UserError } from "../errors.ts";

/** Where to listen; port 0 is any that is free. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** What an app may know of the connection; absent in tests without one. */
export type Wire = { readonly Bindings: Partial<HttpBindings> };

/** A server that answers until it is disposed of. */
export interface Listening extends AsyncDisposable {
  readonly url: string;
}

// An import would evaluate every export, Node's own fetch and WebSocket too: that takes longer than all the rest.
const { createServer } = process.getBuiltinModule("node:http");

/** How long an answer under way may take when the server stops. */
const graceMs = 1_000;

/** Lets `fetch` answer at `listen`; throws a UserError where it cannot listen. */
export async function serve({
  fetch,
  listen,
  clock,
}: {
  readonly fetch: Hono<Wire>["fetch"];
  readonly listen: Listen;
  readonly clock: Clock;
}): Promise<Listening> {
  let listener: Promise<RequestListener> | undefined;
  const server = createServer(async (request, response) => {
    listener ??= listenerOf(fetch);
    (await listener)(request, response);
  });
  server.on("request", (_, response) => {
    response.once("close", () => !server.listening && server.closeIdleConnections());
  });
  server.listen(listen);
  await once(server, "listening").catch((error: unknown) => {
    throw cannotListen(listen, error);
  });
  return { url: urlOf(server, listen), [Symbol.asyncDispose]: () => stop(server, clock) };
}

/** Loaded when somebody asks: the first poll does not wait for it. */
async function listenerOf(fetch: Hono<Wire>["fetch"]): Promise<RequestListener> {
  const { getRequestListener } = await import("@hono/node-server");
  return getRequestListener(fetch, {
    overrideGlobalObjects: false,
    hostname: "localhost", // for the URL alone, where a health check over HTTP/1.0 names no host
  });
}

/** Idle connections end at once, busy ones with their answer, but no later than {@link graceMs} from now. */
async function stop(server: Server, clock: Clock): Promise<void> {
  const closed = once(server, "close");
  const cancel = clock.after(graceMs, () => server.closeAllConnections());
  server.close();
  await closed;
  cancel();
}

function urlOf(server: Server, { host, port }: Listen): string {
  const address = server.address();
  const bound = address !== null && typeof address === "object" ? address.port : port;
  return `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;
}

function cannotListen({ host, port }: Listen, error: unknown): UserError {
  return new UserError(
    `server.listen: cannot listen on ${host}:${port}: ${wayOut(error) ?? messageOf(error)}`,
    exitStatus.configuration,
    { cause: error },
  );
}

function wayOut(error: unknown): string | undefined {
  switch (error instanceof Error && "code" in error && error.code) {
    case "EADDRINUSE":
      return "another process has this port; stop it or choose another port";
    case "EACCES":
      return "this user may not use this port; choose one above 1023";
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "this machine has no such address; use 127.0.0.1, or 0.0.0.0 for all of its addresses";
    default:
      return undefined;
  }
}
