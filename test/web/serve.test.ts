import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { json, text } from "node:stream/consumers";
import { Hono } from "hono";
import { describe, expect, onTestFinished, test } from "vitest";
import { serve } from "../../src/web/serve.ts";
import { fakeClock } from "../support/clock.ts";
import { appWith } from "../support/web-app.ts";

const listen = { host: "127.0.0.1", port: 0 };

/** Connections that the client would keep open, were it for the client. */
function keptAlive(): Agent {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  return agent;
}

async function get(
  url: string,
  options: { agent?: Agent; headers?: Record<string, string> } = {},
): Promise<IncomingMessage> {
  const [response] = await once(request(url, options).end(), "response");
  return response;
}

test("a free port is found and told, and the app answers there", async () => {
  await using server = await serve({ fetch: appWith().fetch, listen, clock: fakeClock() });
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  const response = await get(`${server.url}/healthz`);
  expect(response.statusCode).toBe(200);
  expect(await json(response)).toEqual({ status: "ok" });
});

test("the Host header decides, not the address that was dialled", async () => {
  await using server = await serve({ fetch: appWith().fetch, listen, clock: fakeClock() });
  const url = `${server.url}/api/v1/connections`;
  const own = await get(url);
  const rebound = await get(url, { headers: { host: "evil.example.com" } });
  expect([own.resume().statusCode, rebound.resume().statusCode]).toEqual([200, 421]);
});

test("a health check over HTTP/1.0, without a Host, is answered; the API is not", async () => {
  await using server = await serve({ fetch: appWith().fetch, listen, clock: fakeClock() });
  const port = Number(new URL(server.url).port);
  const ask = (path: string) =>
    text(connect(port, listen.host).end(`GET ${path} HTTP/1.0\r\n\r\n`));
  expect(await ask("/healthz")).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask("/api/v1/connections")).toMatch(/^HTTP\/1\.1 421 /);
});

test("a port in use is named, with the way out", async () => {
  await using server = await serve({ fetch: appWith().fetch, listen, clock: fakeClock() });
  const { host, port } = new URL(server.url);
  const second = serve({
    fetch: appWith().fetch,
    listen: { ...listen, port: Number(port) },
    clock: fakeClock(),
  });
  await expect(second).rejects.toMatchObject({
    name: "UserError",
    status: 2,
    message: `server.listen: cannot listen on ${host}: another process has this port; stop it or choose another port`,
  });
});

test("an address of another machine is named, with the way out", async () => {
  const elsewhere = { host: "192.0.2.1", port: 8080 };
  await expect(
    serve({ fetch: appWith().fetch, listen: elsewhere, clock: fakeClock() }),
  ).rejects.toMatchObject({
    status: 2,
    message:
      "server.listen: cannot listen on 192.0.2.1:8080: this machine has no such address; use 127.0.0.1, or 0.0.0.0 for all of its addresses",
  });
});

describe("when it stops", () => {
  test("idle connections are closed at once", async () => {
    const clock = fakeClock();
    const server = await serve({ fetch: appWith().fetch, listen, clock });
    const response = await get(`${server.url}/healthz`, { agent: keptAlive() });
    await text(response);
    await server[Symbol.asyncDispose]();
    expect(clock.waiting()).toBe(0);
    await expect(get(`${server.url}/healthz`)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  /** A server with one request under way, answered when the test says so. */
  async function busyServer() {
    const clock = fakeClock();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<string>();
    const app = new Hono().get("/", async (c) => {
      asked.resolve();
      return c.text(await answer.promise);
    });
    const server = await serve({ fetch: app.fetch, listen, clock });
    const response = get(server.url, { agent: keptAlive() });
    await asked.promise;
    return { clock, server, answer, response };
  }

  test("an answer under way is finished", async () => {
    const { clock, server, answer, response } = await busyServer();
    const stopped = server[Symbol.asyncDispose]();
    answer.resolve("done");
    expect(await text(await response)).toBe("done");
    await stopped;
    expect(clock.waiting()).toBe(0);
  });

  test("one that takes longer than a second is cut off", async () => {
    const { clock, server, response } = await busyServer();
    const stopped = server[Symbol.asyncDispose]();
    const cut = expect(response).rejects.toMatchObject({ code: "ECONNRESET" });
    await clock.advance(1_000);
    await stopped;
    await cut;
  });
});
