import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { EventSource, MessageEvent } from "undici";
import { expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import { createFeed, mostListeners } from "../../src/web/feed.ts";
import { serve } from "../../src/web/serve.ts";
import { fakeClock } from "../support/clock.ts";
import { storedEvent } from "../support/store-samples.ts";
import { appWith, ask } from "../support/web-app.ts";

const start = Date.UTC(2026, 10, 24);
const id = "01JDEM7K8R5G3E1P7Y6A9QXC2M";

/** A feed with three events, one an hour; the second has an id that is one. */
async function fed(size = 3) {
  const store = openMemoryStore();
  const clock = fakeClock();
  let latest = 0;
  const report = (error: unknown) => expect(error).toBe("none");
  const feed = createFeed({ store, latest: () => latest, clock, report });
  onTestFinished(feed.end);
  async function commit(json = "{}") {
    latest += 1;
    const time = start + latest * 3_600_000;
    const named = latest === 2 ? { id } : {};
    await store.commit({ events: [storedEvent(latest, { time, json, ...named })] });
    feed.told();
  }
  for (let count = 0; count < size; count += 1) await commit();
  const now = () => start + 12 * 3_600_000;
  const app = appWith({ store, feed, now });
  return { store, latest: () => latest, clock, report, feed, commit, app };
}

type Fed = Awaited<ReturnType<typeof fed>>;

async function served({ app, clock }: Fed) {
  const server = await serve({ fetch: app.fetch, listen: { host: "127.0.0.1", port: 0 }, clock });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { server, url: `${server.url}/api/v1/events` };
}

/** The sequences that the first chunk tells. */
async function firstTold(
  { app }: Fed,
  path: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await app.request(`/api/v1/events${path}`, {
    headers: { host: "localhost", ...headers },
  });
  expect(response.status).toBe(200);
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return [...new TextDecoder().decode(value).matchAll(/^id: (\d+)$/gm)].map(([, told]) =>
    Number(told),
  );
}

test.each([
  ["", {}, []],
  ["?since=0", {}, [1, 2, 3]],
  ["?since=2", {}, [3]],
  ["?since=3", {}, []],
  [`?since=${id}`, {}, [3]],
  ["?since=10h", {}, [2, 3]],
  ["?since=2026-11-25", {}, []],
  ["", { "last-event-id": "1" }, [2, 3]],
  ["?since=0", { "last-event-id": "2" }, [3]],
  ["?since=0", { "last-event-id": "" }, [1, 2, 3]],
])("%j %j begins with %j", async (path, headers, sequences) => {
  expect(await firstTold(await fed(), path, headers)).toEqual(sequences);
});

test("it is a stream of events that nobody keeps, and nginx passes on", async () => {
  const { app } = await fed();
  const response = await app.request("/api/v1/events", { headers: { host: "localhost" } });
  await response.body?.cancel();
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
});

test.each([
  ["?since=yesterday", /^since or Last-Event-ID: must be a time/],
  ["?since=01JDEM7K8R5G3E1P7Y6A9Q0000", /^since or Last-Event-ID: the event with this id/],
  ["?sinse=0", /^sinse: not a parameter here; these are: since$/],
])("%s is refused", async (path, error) => {
  const { app } = await fed();
  expect(await ask(app, `/api/v1/events${path}`)).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(error) },
  });
});

test("HEAD begins nothing", async () => {
  const { app, clock } = await fed();
  const headers = { host: "localhost" };
  const response = await app.request("/api/v1/events", { method: "HEAD", headers });
  expect([response.status, await response.text(), clock.waiting()]).toEqual([200, "", 0]);
});

test("it needs the token like all the rest", async () => {
  const app = appWith({ server: { token: new Secret("s3cret"), hosts: [] } });
  expect(await ask(app, "/api/v1/events")).toMatchObject({ status: 401 });
});

test("one too many is told when to come again, and where to ask meanwhile", async () => {
  const { app, feed } = await fed();
  for (let count = 0; count < mostListeners; count += 1) feed.listen({ hangUp: () => {} });
  const { status, headers, body } = await ask(app, "/api/v1/events");
  expect([status, headers.get("retry-after")]).toEqual([503, "30"]);
  expect(body).toEqual({
    error:
      "256 clients listen already, which is all that may; ask again later, or for /api/v1/transitions?since=…",
  });
});

test("a browser's EventSource that is cut off comes again and misses nothing", async () => {
  const own = await fed();
  const { url } = await served(own);
  const source = new EventSource(`${url}?since=1`);
  onTestFinished(() => source.close());
  const told: string[] = [];
  let changes = 0;
  let arrived = Promise.withResolvers<void>();
  source.addEventListener("transition", (event) => {
    if (event instanceof MessageEvent) told.push(`${event.lastEventId} ${event.data}`);
    arrived.resolve();
  });
  source.addEventListener("change", () => {
    changes += 1;
  });
  const until = async (count: number) => {
    while (told.length < count) {
      arrived = Promise.withResolvers();
      await arrived.promise;
    }
  };
  await until(2);
  own.feed.end();
  await own.commit('{"while":"nobody listened"}');
  await until(3);
  await own.commit();
  await until(4);
  expect(told).toEqual(["2 {}", "3 {}", '4 {"while":"nobody listened"}', "5 {}"]);
  expect(changes).toBe(2);
});

test("one whose client takes nothing more is cut off, and the server is rid of it", async () => {
  const own = await fed(0);
  const { server } = await served(own);
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  const closed = once(socket, "close");
  socket.write("GET /api/v1/events?since=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(socket, "readable");
  // More than the sockets on both sides take; nobody reads it.
  for (let count = 0; count < 40; count += 1) await own.commit(JSON.stringify("x".repeat(1 << 20)));
  await own.clock.advance(60_000);
  const last = { text: "" };
  socket.on("data", (chunk) => {
    last.text = chunk.toString().slice(-5);
  });
  await closed;
  expect(last.text).not.toBe("0\r\n\r\n"); // as a whole answer ends
  expect(own.clock.waiting()).toBe(0);
});

test("one that leaves is forgotten", async () => {
  const own = await fed();
  const forgotten = Promise.withResolvers<void>();
  const after: Clock["after"] = () => forgotten.resolve;
  const feed = createFeed({ ...own, clock: { ...own.clock, after } });
  const { url } = await served({ ...own, feed, app: appWith({ store: own.store, feed }) });
  const request = get(url);
  const [response] = await once(request, "response");
  await once(response, "data");
  request.destroy();
  await forgotten.promise;
});

test("at the stop it ends at once, whole", async () => {
  const own = await fed();
  const { server, url } = await served(own);
  const [response] = await once(get(`${url}?since=2`), "response");
  await once(response, "readable");
  own.feed.end();
  await server[Symbol.asyncDispose]();
  expect(await text(response)).toBe(
    "id: 3\nevent: transition\ndata: {}\n\nevent: change\ndata:\n\n",
  );
  expect(own.clock.waiting()).toBe(0);
});
