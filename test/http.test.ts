import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { pipeline, Readable } from "node:stream";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from "node:zlib";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createHttp, type Http, type HttpLimits } from "../src/http.ts";
import { fakeClock } from "./support/clock.ts";
import { testHttp } from "./support/http.ts";
import { identities, serveBytes, serveHttp, serveHttps } from "./support/loopback.ts";

const limits = { deadlineMs: 10_000, maxBytes: 1_000, oversize: "fail" } as const;
const secret = "hunter2hunter2";
const clock = fakeClock();
let http: Http;

beforeEach(() => {
  http = testHttp(clock);
});

function get(url: string, more: Partial<HttpLimits> = {}) {
  const headers = { "x-auth-token": secret };
  return http.exchange(
    { method: "GET", url: `${url}/path-${secret}?q=${secret}`, headers },
    { ...limits, ...more },
  );
}

function* endless() {
  for (;;) yield "0123456789".repeat(10_000);
}

function bytes(text: string) {
  return serveBytes((socket) => socket.end(text.replaceAll("\n", "\r\n")));
}

describe("a reply", () => {
  test("is its status, headers and body; the request arrives as it was given", async () => {
    await using server = await serveHttp(async (request, response) => {
      response.setHeader("Set-Cookie", ["a=1", "b=2"]).writeHead(201);
      const { method, url, headers } = request;
      const body = (await request.toArray()).join("");
      response.end(JSON.stringify({ method, url, type: headers["content-type"], body }));
    });
    const { reply } = await http.exchange(
      {
        method: "POST",
        url: `${server.url}/a%20b?c=ü`,
        headers: { "Content-Type": "text/plain" },
        body: "grüß",
      },
      limits,
    );
    expect(reply).toMatchObject({ status: 201, headers: { "set-cookie": "a=1, b=2" } });
    expect(JSON.parse(reply?.body ?? "")).toEqual({
      method: "POST",
      url: "/a%20b?c=%C3%BC",
      type: "text/plain",
      body: "grüß",
    });
  });

  test.each([204, 304, 404, 500, 599])("may have the status %d", async (status) => {
    await using server = await serveHttp((_, response) => response.writeHead(status).end());
    expect(await get(server.url)).toMatchObject({ reply: { status, body: "" } });
  });

  test("is decoded as UTF-8 without its byte order mark", async () => {
    await using server = await serveHttp((_, response) => response.end("\u{FEFF}{}"));
    expect(await get(server.url)).toMatchObject({ reply: { body: "{}" } });
  });

  test.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["BR", brotliCompressSync],
    ["identity", (text: string) => text],
  ])("is decompressed from %s", async (encoding, compress) => {
    await using server = await serveHttp((_, response) =>
      response.setHeader("content-encoding", encoding).end(compress("x".repeat(1_000))),
    );
    expect(await get(server.url)).toMatchObject({ reply: { body: "x".repeat(1_000) } });
  });

  test("is read whole where it comes faster than it is decompressed", async () => {
    const body = randomBytes(1 << 20).toString("hex");
    await using server = await serveHttp((_, response) =>
      response.setHeader("content-encoding", "gzip").end(gzipSync(body)),
    );
    const { reply } = await get(server.url, { maxBytes: body.length });
    expect(reply?.body === body).toBe(true);
  });

  test("that redirects is given back, its target hears nothing", async () => {
    let heard = 0;
    await using target = await serveHttp((_, response) => {
      heard += 1;
      response.end();
    });
    await using server = await serveHttp((_, response) =>
      response.writeHead(307, { location: `${target.url}/elsewhere` }).end(),
    );
    expect(await get(server.url)).toMatchObject({ reply: { status: 307 } });
    expect(heard).toBe(0);
  });

  test("comes over a connection that is kept alive", async () => {
    const sockets = new Set<Socket>();
    await using server = await serveHttp(({ socket }, response) => {
      sockets.add(socket);
      response.end("{}");
    });
    for (let count = 0; count < 10; count += 1) await get(server.url);
    expect(sockets.size).toBeLessThanOrEqual(2);
  });
});

describe("a body larger than is read", () => {
  test("is a failure", async () => {
    await using server = await serveHttp((_, response) => response.end("x".repeat(1_001)));
    expect(await get(server.url)).toMatchObject({ failure: { reason: "too_large" } });
  });

  test("is cut, be it endless", async () => {
    await using server = await serveHttp((_, response) => {
      pipeline(Readable.from(endless()), response, () => {});
    });
    const { reply } = await get(server.url, { oversize: "cut" });
    expect(reply?.body).toBe("0123456789".repeat(100));
  });

  test.each([
    ["fail", { failure: { reason: "too_large" } }],
    ["cut", { reply: { body: "0123456789".repeat(100) } }],
  ] as const)("is not decompressed beyond the limit, be it endless: %s", async (oversize, end) => {
    await using server = await serveHttp((_, response) => {
      response.setHeader("content-encoding", "gzip");
      pipeline(Readable.from(endless()), createGzip(), response, () => {});
    });
    expect(await get(server.url, { oversize })).toMatchObject(end);
  });
});

describe("a body that is damaged", () => {
  const compressed = gzipSync("x".repeat(500));
  test.each([
    ["its length is not reached", "HTTP/1.1 200 OK\nContent-Length: 20\n\n{}"],
    ["its last chunk is missing", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\n{}\n"],
    ["its coding is another", "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 2\n\n{}"],
  ])("is a failure: %s", async (_, text) => {
    await using server = await bytes(text);
    expect(await get(server.url)).toMatchObject({ failure: { reason: "cut" } });
  });

  test("is a failure: its compression has no end", async () => {
    await using server = await serveHttp((_, response) =>
      response.setHeader("content-encoding", "gzip").end(compressed.subarray(0, -9)),
    );
    expect(await get(server.url)).toMatchObject({ failure: { reason: "cut" } });
  });

  test("cannot be told where only the connection's end ends it", async () => {
    await using server = await bytes('HTTP/1.1 200 OK\n\n{"half":');
    expect(await get(server.url)).toMatchObject({ reply: { body: '{"half":' } });
  });
});

describe("no reply", () => {
  test.each([
    ["reset", "closed the connection", (socket: Socket) => socket.resetAndDestroy()],
    ["reset", "closed the connection", (socket: Socket) => socket.end()],
    ["network", "cannot be reached", (socket: Socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n")],
  ])("is a failure: %s", async (reason, words, answer) => {
    await using server = await serveBytes(answer);
    const { failure } = await get(server.url);
    expect(failure).toMatchObject({ reason, message: expect.stringContaining(words) });
    expect(failure?.message).toContain(server.host);
    expect(failure?.message).not.toContain(secret);
  });

  test("is a failure: refused", async () => {
    const server = await serveHttp(() => {});
    await server[Symbol.asyncDispose]();
    expect(await get(server.url)).toEqual({
      failure: {
        reason: "refused",
        message: `${server.host} refuses connections: check host and port, and that the service runs (ECONNREFUSED)`,
      },
    });
  });

  test("is a failure: a name that does not resolve", async () => {
    expect(await get("https://dli.invalid")).toMatchObject({
      failure: { reason: "dns", message: expect.stringMatching(/^dli\.invalid:443 does not res/) },
    });
  });

  test.each([
    ["no address", "nonsense", "an address that is no URL cannot be reached"],
    ["a header HTTP cannot carry", "http://127.0.0.1:9", "127.0.0.1:9 cannot be reached"],
  ])("is a failure that shows nothing: %s", async (_, url, message) => {
    const { failure } = await http.exchange(
      { method: "GET", url, headers: { "x-auth-token": `${secret}\n` } },
      limits,
    );
    expect(failure?.reason).toBe("network");
    expect(failure?.message).toContain(message);
    expect(failure?.message).not.toContain(secret);
  });
});

describe("TLS", () => {
  const identity = identities.loopback;

  test("is refused to a certificate nobody vouches for", async () => {
    await using server = await serveHttps(identity, (_, response) => response.end("{}"));
    const { failure } = await get(server.url);
    expect(failure?.reason).toBe("tls");
    expect(failure?.message).toContain(`${server.host} has no certificate that is trusted here`);
  });

  test("is spoken with an authority that was given", async () => {
    await using trusting = createHttp({ clock, ca: identity.certificate });
    await using server = await serveHttps(identity, (_, response) => response.end("{}"));
    const request = { method: "GET", url: server.url, headers: {} } as const;
    expect(await trusting.exchange(request, limits)).toMatchObject({ reply: { body: "{}" } });
  });

  test("is spoken with the system's authorities beside one that was given", async () => {
    const system = getCACertificates();
    onTestFinished(() => setDefaultCACertificates(system));
    setDefaultCACertificates([identity.certificate]);
    await using trusting = createHttp({ clock, ca: identities.elsewhere.certificate });
    await using server = await serveHttps(identity, (_, response) => response.end("{}"));
    const request = { method: "GET", url: server.url, headers: {} } as const;
    expect(await trusting.exchange(request, limits)).toMatchObject({ reply: { body: "{}" } });
  });

  test("is refused to a certificate for another host", async () => {
    const other = identities.elsewhere;
    await using trusting = createHttp({ clock, ca: other.certificate });
    await using server = await serveHttps(other, (_, response) => response.end("{}"));
    const request = { method: "GET", url: server.url, headers: {} } as const;
    expect(await trusting.exchange(request, limits)).toMatchObject({ failure: { reason: "tls" } });
  });

  test("is refused to a server that does not speak it", async () => {
    await using server = await bytes("HTTP/1.1 400 Bad Request\n\n");
    expect(await get(server.url.replace("http:", "https:"))).toMatchObject({
      failure: { reason: "tls" },
    });
  });
});
