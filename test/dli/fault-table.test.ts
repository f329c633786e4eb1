import type { RequestListener, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Listing } from "../../src/core/listing.ts";
import type { Failure, FailureCause, Observation } from "../../src/core/model.ts";
import type { DliClient } from "../../src/dli/client.ts";
import { answers, benchForEach, enhancedId, golden } from "../support/dli-client.ts";
import {
  identities,
  type Loopback,
  serveBytes,
  serveHttp,
  serveHttps,
} from "../support/loopback.ts";

/*
 * The faults of the cloud's API, row by row, and what a poll or a list becomes of each. What takes more than one of them
 * is shown elsewhere:
 *
 *   a token that ended is renewed once for all; a second refusal is no loop     auth/password.test.ts, e2e/credentials
 *   refused keys: two tries, then one after each lock; other projects go on     door.test.ts, watch/projects.test.ts
 *   a throttled project pauses, and slows down to the window that is named      door.test.ts, throttle.test.ts
 *   no false transition, one notice that nothing can be seen, one that it can   e2e/api-faults, api-refused, api-gone
 *   pages that fail change nothing for thousands of connections                 e2e/discovery
 *   rows in another order are no difference                                     core/diff.test.ts
 *   never two polls of a connection at once: skipped and counted                watch/schedule.test.ts, watch/projects.test.ts
 */

/** What a request comes to: it is read, read as if nothing was wrong, or it is `gone`, or nobody knows for this cause. */
type Outcome = "read" | "unharmed" | "gone" | FailureCause;

/** A cloud with a fault. */
interface Cloud extends Loopback {
  /** Resolves when it falls silent. */
  readonly silence?: Promise<void>;
}

type Case = readonly [
  what: string,
  start: () => Promise<Cloud>,
  outcome: Outcome,
  says?: string | RegExp,
];

const enhanced = golden("enhanced-pools");
const requestId = "id-of-the-request";
const credential = "hunter2";

const reply =
  (status: number, body: string | Buffer, headers = {}): RequestListener =>
  (_, response) => {
    response.sendDate = false;
    response.writeHead(status, { "x-request-id": requestId, ...headers }).end(body);
  };
const replying =
  (...parts: Parameters<typeof reply>) =>
  () =>
    serveHttp(reply(...parts));
const refusing = (status: number, error_code: string, error_msg = "no", headers = {}) =>
  replying(status, JSON.stringify({ error_code, error_msg }), headers);
const authentication = (text: string) =>
  refusing(401, "APIGW.0301", `Incorrect IAM authentication information: ${text}`);
const saying = (fields: object) =>
  replying(200, JSON.stringify({ ...JSON.parse(enhanced), ...fields }));

const head = `HTTP/1.1 200 OK\r\nX-Request-Id: ${requestId}\r\n`;
const half = enhanced.slice(0, 100);
const sending = (bytes: string) => () => serveBytes((socket) => socket.end(bytes));
const silentAfter = (bytes: string) => async (): Promise<Cloud> => {
  const silence = Promise.withResolvers<void>();
  const server = await serveBytes((socket) => {
    socket.write(bytes);
    silence.resolve();
  });
  return { ...server, silence: silence.promise };
};
const nobody = async (): Promise<Cloud> => {
  const server = await serveHttp(() => {});
  await server[Symbol.asyncDispose]();
  return { ...server, async [Symbol.asyncDispose]() {} };
};
const nowhere = async (): Promise<Cloud> => {
  const host = "dli.invalid";
  return { url: `https://${host}`, host, async [Symbol.asyncDispose]() {} };
};

const pools: readonly object[] = JSON.parse(enhanced).elastic_resource_pools;
const row = { name: "pool_b", status: "ACTIVE" };
const throttled = (headers = {}) => refusing(429, "APIGW.0308", "over ratelimit", headers);

const polls: Readonly<Record<string, readonly Case[]>> = {
  "401: the token ended": [
    ["DLI.0013", refusing(401, "DLI.0013"), "credentials", "check the credentials (auth)"],
    ["DLI.0014", refusing(401, "DLI.0014"), "credentials"],
    ["APIGW.0301", authentication("token expires, expires_at: 2026-11-24"), "credentials"],
    ["APIGW.0307", refusing(401, "APIGW.0307"), "credentials"],
  ],
  "the keys are refused": [
    ["unknown", authentication("Get secretKey failed,ak:X,err:ak not exist"), "credentials"],
    ["temporary", authentication("decrypt token fail"), "credentials"],
    [
      "wrong, and the server shows what it signed",
      authentication("verify aksk signature fail, canonicalRequest:GET\n/v2.0/\n\nhost:dli"),
      "credentials",
      "canonicalRequest:GET⏎/v2.0/⏎⏎host:dli – check the credentials",
    ],
    ["locked", authentication("AK access failed to reach the limit,forbidden"), "credentials"],
  ],
  "403": [
    [
      "names the project and the permission",
      refusing(403, "APIGW.0302"),
      "permission",
      /project 48cc\w+ \(dli:edsconnection:get and :list\)/,
    ],
    ["another project", refusing(403, "APIGW.0310"), "permission", "check project_id"],
    ["from here", refusing(403, "APIGW.0401"), "permission", "from this address"],
    ["as 400", refusing(400, "DLI.0003"), "permission"],
    ["as HTML", replying(403, "<html>"), "permission"],
  ],
  "404 of the gateway, a wrong host": [
    ["no such API", refusing(404, "APIGW.0101"), "address", "check endpoint, region, project_id"],
    ["in another cloud", refusing(404, "APIG.0101"), "address"],
    ["another web server", replying(404, "<html>"), "address"],
    ["but 404 of DLI", refusing(404, "DLI.0023"), "gone"],
    ["but 400 of DLI", refusing(400, "DLI.0001", "Connection x is not exist."), "gone"],
  ],
  "429": [
    ["alone", throttled(), "throttled", "the project pause for 0ms"],
    ["with seconds", throttled({ "retry-after": "60" }), "throttled", "pause for 1m"],
    [
      "with a date",
      throttled({ "retry-after": "Tue, 24 Nov 2026 02:02:00 GMT" }),
      "throttled",
      "pause for 2m",
    ],
    [
      "with a date that is past",
      throttled({ "retry-after": "Tue, 24 Nov 2026 01:00:00 GMT" }),
      "throttled",
      "pause for 0ms",
    ],
    [
      "with a date that is far",
      throttled({ "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }),
      "throttled",
      "pause for 15m",
    ],
    ["with nonsense", throttled({ "retry-after": "soon" }), "throttled", "pause for 0ms"],
    ["without words", replying(429, ""), "throttled", "lower rate, or poll less often"],
  ],
  "an answer that is none": [
    ["500", refusing(500, "APIGW.0601"), "server", "answered 500 APIGW.0601: no"],
    ["502 as HTML", replying(502, "<html>"), "server", "its body is an HTML page"],
    ["503 that says it is gone", refusing(503, "DLI.0002"), "server"],
    ["504 without a body", replying(504, ""), "server", "its body is empty"],
    ["HTML", replying(200, "<html>"), "server", "but its body is an HTML page"],
    ["empty", replying(200, ""), "server", "but its body is empty"],
    ["null", replying(200, "null"), "server", "but its body is other JSON"],
    ["[]", replying(200, "[]"), "server", "but its body is other JSON"],
    [
      "cut short of its length",
      sending(`${head}Content-Length: 500\r\n\r\n${half}`),
      "server",
      "ended early",
    ],
    [
      "cut short of its last chunk",
      sending(`${head}Transfer-Encoding: chunked\r\n\r\n64\r\n${half}`),
      "server",
      "ended early",
    ],
    [
      "cut short by the end of the connection",
      sending(`${head}\r\n${half}`),
      "server",
      "but its body is no complete JSON",
    ],
  ],
  "the wrong fields": [
    ["a status that is a number", saying({ status: 1 }), "server", "but field status: "],
    ["no status", saying({ status: undefined }), "server", "but field status: "],
    [
      "a row of a wrong type",
      saying({ elastic_resource_pools: [row, { ...row, err_msg: 7 }] }),
      "server",
      "but field elastic_resource_pools[1].err_msg: ",
    ],
    ["another id", saying({ id: "another" }), "server", "it speaks of another connection, another"],
    [
      "is_success false",
      saying({ is_success: false, message: "not now" }),
      "server",
      "but is_success is false: not now",
    ],
    ["but no id is none the worse", saying({ id: undefined }), "unharmed"],
  ],
  "what nobody has heard of": [
    ["a state is passed on", saying({ status: "Melted" }), "read", '"state":"Melted"'],
    ["fields are ignored", saying({ brand_new: { deep: [1] } }), "unharmed"],
  ],
  "the same binding twice": [
    ["equal", saying({ elastic_resource_pools: [...pools, ...pools] }), "unharmed"],
    [
      "contradicting",
      saying({ elastic_resource_pools: [row, { ...row, status: "FAILED" }] }),
      "server",
      "but pool pool_b is listed twice, as ACTIVE and as FAILED",
    ],
  ],
  "rows in another order": [
    ["are no news", saying({ elastic_resource_pools: pools.toReversed() }), "unharmed"],
  ],
  "the way there": [
    ["a huge body", replying(200, Buffer.alloc(5 << 20, " ")), "server", "larger reply"],
    [
      "a gzip bomb",
      replying(200, gzipSync(Buffer.alloc(32 << 20)), { "content-encoding": "gzip" }),
      "server",
      "larger reply",
    ],
    ["nothing at all", silentAfter(""), "network", "did not answer completely in time"],
    ["slow headers", silentAfter(`${head}X: `), "network", "did not answer completely in time"],
    [
      "a slow body",
      silentAfter(`${head}Content-Length: 500\r\n\r\n${half}`),
      "network",
      "did not answer completely in time",
    ],
    [
      "a reset",
      () => serveBytes((socket) => socket.resetAndDestroy()),
      "network",
      "closed the connection before it answered",
    ],
    ["refused", nobody, "network", "refuses connections: check host and port"],
    ["a name that does not resolve", nowhere, "network", "check the host name and the DNS server"],
    [
      "a certificate nobody vouches for",
      () => serveHttps(identities.loopback, reply(200, enhanced)),
      "network",
      "has no certificate that is trusted here: check ca_file",
    ],
    ["a redirect", replying(302, "", { location: "//other.example/" }), "address", "other.example"],
  ],
  "the clocks are far apart": [
    [
      "21 minutes behind",
      replying(401, "", { date: "Tue, 24 Nov 2026 02:21:00 GMT" }),
      "clock",
      /^the clock is 21 min behind the server's Date header \(127.* – set this machine's clock$/,
    ],
    [
      "but 14 are none",
      replying(401, "", { date: "Tue, 24 Nov 2026 02:14:00 GMT" }),
      "credentials",
    ],
  ],
};

/** A list of 150 connections on two pages, of which the second is answered otherwise. */
const secondPage = (answer: RequestListener) => () =>
  serveHttp((request, response) => {
    const isSecond = request.url?.endsWith("offset=100");
    (isSecond ? answer : reply(200, pageOf(connectionsOf(100))))(request, response);
  });

const connectionsOf = (count: number, from = 0): readonly object[] =>
  Array.from({ length: count }, (_, index) => ({ id: `c${from + index}`, status: "ACTIVE" }));
const pageOf = (connections: unknown) => JSON.stringify({ connections });

const endless = () => {
  let page = 0;
  return serveHttp((...exchange) =>
    reply(200, pageOf(connectionsOf(100, 100 * page++)))(...exchange),
  );
};

const lists: Readonly<Record<string, readonly Case[]>> = {
  "page 2 fails": [
    ["502", secondPage(reply(502, "")), "server", "answered 502"],
    ["429", secondPage(reply(429, "")), "throttled", "lower rate"],
    ["empty", secondPage(reply(200, "")), "server", "but its body is empty"],
    ["is_success false", secondPage(reply(200, '{"is_success":false}')), "server", "is_success"],
    ["a reset", secondPage(({ socket }) => socket.resetAndDestroy()), "network", "closed the"],
    [
      "cut short",
      secondPage((_, response) => {
        response.writeHead(200, { "x-request-id": requestId, "content-length": 500 });
        response.write(half, () => response.destroy());
      }),
      "server",
      "ended early",
    ],
  ],
  "pages repeat or loop": [
    [
      "every page is the first",
      replying(200, pageOf(connectionsOf(100))),
      "server",
      "lists the enhanced connection c0 twice: its pages do not fit together",
    ],
    [
      "two overlap",
      secondPage(reply(200, pageOf(connectionsOf(50, 99)))),
      "server",
      "lists the enhanced connection c99 twice",
    ],
    ["there is no end", endless, "server", "more than 10000 enhanced connections"],
  ],
  "the wrong fields": [
    ["no list", replying(200, "{}"), "server", "but field connections: "],
    ["null", replying(200, pageOf(null)), "server", "but field connections: "],
    [
      "an item without an id",
      replying(200, pageOf([...connectionsOf(1), { name: "no id" }])),
      "server",
      "but field connections[1]: has no id",
    ],
    [
      "an id that is none",
      replying(200, pageOf([{ id: "a/../b" }])),
      "server",
      "but field connections[0]: has no id",
    ],
  ],
};

const bench = benchForEach();

type Ask = (client: DliClient) => Promise<Observation | Listing>;

const pollIt: Ask = (client) => client.poll({ id: enhancedId, kind: "enhanced" });
const listIt: Ask = (client) => client.list("enhanced");

/** What the request comes to where nothing is wrong. */
async function unharmed(ask: Ask) {
  await using server = await replying(200, enhanced)();
  return await bench.settled(ask(bench.client(server.url)));
}

async function expectOutcome(ask: Ask, [, start, outcome, says = ""]: Case) {
  await using server = await start();
  const asked = ask(bench.client(server.url));
  if (server.silence) {
    await server.silence;
    await bench.clock.advance(10_000);
  }
  const came = await bench.settled(asked);
  if (outcome === "unharmed") return expect(came).toEqual(await unharmed(ask));
  if (outcome === "read") return expect(JSON.stringify(came)).toMatch(says);
  if (outcome === "gone") return expect(came.outcome).toBe("absent");
  if (came.outcome !== "failed") throw new Error(`not failed: ${JSON.stringify(came)}`);
  const { cause, message, requestId: told } = came.failure;
  expect({ cause, told }).toEqual({ cause: outcome, told: idBehind(came.failure) });
  expect(message).toMatch(says);
  expect(message).toContain(server.host);
  expect(message, "says what to do").toMatch(/(– |: )(check|allow|lower|set|name|nothing to do)/);
  expect(message).not.toContain(credential);
}

/** Where no reply comes, or several do not fit together, there is none to be named. */
function idBehind({ cause, message }: Failure): string | undefined {
  return cause === "network" || message.includes(" lists ") ? undefined : requestId;
}

describe("a poll", () => {
  describe.each(Object.entries(polls))("%s", (_, cases) => {
    for (const one of cases) test(one[0], () => expectOutcome(pollIt, one));
  });
});

describe("a list", () => {
  describe.each(Object.entries(lists))("%s", (_, cases) => {
    for (const one of cases) test(one[0], () => expectOutcome(listIt, one));
  });

  test("pages in another order are no news", async () => {
    const connections = connectionsOf(150);
    const idsIn = async (all: readonly object[]) => {
      await using server = await serveHttp((request, response) => {
        const offset = request.url?.endsWith("offset=0") ? 0 : 100;
        reply(200, pageOf(all.slice(offset, offset + 100)))(request, response);
      });
      const listing = await bench.settled(bench.client(server.url).list("enhanced"));
      return listing.outcome === "read" ? listing.connections.map(({ id }) => id) : [];
    };
    const ids = await idsIn(connections);
    expect(ids).toHaveLength(150);
    expect((await idsIn(connections.toReversed())).toSorted()).toEqual(ids.toSorted());
  });
});

test.each([301, 302, 303, 307, 308])(
  "another host to which %d redirects hears nothing",
  async (status) => {
    const elsewhere = answers([200, enhanced]);
    await using target = await serveHttp(elsewhere.listener);
    await using server = await replying(status, "", { location: target.url })();
    for (const ask of [pollIt, listIt]) {
      const came = await bench.settled(ask(bench.client(server.url)));
      expect(came).toMatchObject({
        failure: { cause: "address", message: expect.stringContaining(target.host) },
      });
    }
    expect(elsewhere.heard).toEqual([]);
  },
);

test("a poll that is stopped is not said to be the cloud's fault", async () => {
  const target = { id: enhancedId, kind: "auto" } as const;
  const stopped = bench.client("http://127.0.0.1:9").poll(target, AbortSignal.abort());
  expect(await stopped).toMatchObject({
    failure: { cause: "network", message: expect.stringContaining("stopped") },
  });
});

test("all requests of a poll together end within 25 seconds", async () => {
  const asked: PromiseWithResolvers<ServerResponse>[] = Array.from({ length: 3 }, () =>
    Promise.withResolvers(),
  );
  let heard = 0;
  await using server = await serveHttp((_, response) => {
    asked[heard]?.resolve(response);
    heard += 1;
  });
  const poll = bench.client(server.url).poll({ id: enhancedId, kind: "auto" });
  for (const [index, status] of [503, 404].entries()) {
    const response = await bench.settled(asked[index]?.promise ?? Promise.reject());
    await bench.clock.advance(9_000);
    response.writeHead(status).end('{"error_code":"DLI.0002","error_msg":""}');
  }
  await bench.settled(asked[2]?.promise ?? Promise.reject());
  await bench.clock.advance(7_000);
  expect(await poll).toMatchObject({ failure: { message: expect.stringContaining("in time") } });
});
