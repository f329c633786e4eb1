import type { RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answers, type Bench, dliBench, enhancedId, golden } from "../support/dli-client.ts";
import { identities, serveBytes, serveHttp, serveHttps } from "../support/loopback.ts";

const enhanced = golden("enhanced-active");
let bench: Bench;

beforeEach(() => {
  bench = dliBench();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  expect(bench.clock.waiting()).toBe(0);
});

function pollEnhanced(endpoint: string) {
  return bench.settled(bench.client(endpoint).poll({ id: enhancedId, kind: "enhanced" }));
}

describe("a fault of the cloud is a failed poll", () => {
  const ok = (body: string | Buffer, headers = {}): RequestListener => {
    return (_, response) => response.writeHead(200, headers).end(body);
  };
  test.each([
    ["HTML", ok("<html></html>"), "server", "an HTML page"],
    ["empty", ok(""), "server", "but its body is empty"],
    ["null", ok("null"), "server", "other JSON"],
    ["[]", ok("[]"), "server", "other JSON"],
    ["wrong types", ok(enhanced.replace('"ACTIVE"', "1")), "server", "[0].status"],
    ["is_success: false", ok(enhanced.replace("true", "false")), "server", "is_success"],
    [
      "a gzip bomb",
      ok(gzipSync(Buffer.alloc(32 << 20)), { "content-encoding": "gzip" }),
      "server",
      "larger",
    ],
    ["a huge body", ok(Buffer.alloc(5 << 20, " ")), "server", "larger"],
  ])("%s", async (_, listener, cause, words) => {
    await using server = await serveHttp(listener);
    expect(await pollEnhanced(server.url)).toMatchObject({
      outcome: "failed",
      failure: { cause, message: expect.stringContaining(words) },
    });
  });

  const half = enhanced.slice(0, 100);
  const head = "HTTP/1.1 200 OK\r\n";
  test.each([
    ["cut short of its length", `${head}Content-Length: 500\r\n\r\n${half}`, "ended early"],
    [
      "cut short of its last chunk",
      `${head}Transfer-Encoding: chunked\r\n\r\n64\r\n${half}`,
      "early",
    ],
    ["cut short by the end of the connection", `${head}\r\n${half}`, "no complete JSON"],
  ])("%s", async (_, bytes, words) => {
    await using server = await serveBytes((socket) => socket.end(bytes));
    expect(await pollEnhanced(server.url)).toMatchObject({
      outcome: "failed",
      failure: { cause: "server", message: expect.stringContaining(words) },
    });
  });

  test("a redirect to another host, which hears nothing", async () => {
    const elsewhere = answers([200, enhanced]);
    await using target = await serveHttp(elsewhere.listener);
    const { listener } = answers([302, "", { location: target.url }]);
    await using server = await serveHttp(listener);
    expect(await pollEnhanced(server.url)).toMatchObject({ failure: { cause: "address" } });
    expect(elsewhere.heard).toEqual([]);
  });

  test("a certificate nobody vouches for", async () => {
    const { heard, listener } = answers([200, enhanced]);
    await using server = await serveHttps(identities.loopback, listener);
    expect(await pollEnhanced(server.url)).toMatchObject({
      failure: { cause: "network", message: expect.stringContaining(server.host) },
    });
    expect(heard).toEqual([]);
  });

  test.each(["", `${head}X: `, `${head}Content-Length: 500\r\n\r\n${half}`])(
    "no end within ten seconds after %j",
    async (bytes) => {
      const asked = Promise.withResolvers<void>();
      await using server = await serveBytes((socket: Socket) => {
        socket.write(bytes);
        asked.resolve();
      });
      const poll = bench.client(server.url).poll({ id: enhancedId, kind: "enhanced" });
      await asked.promise;
      await bench.clock.advance(10_000);
      expect(await poll).toMatchObject({
        failure: { cause: "network", message: expect.stringContaining("in time") },
      });
    },
  );

  test("a name that does not resolve, a port nobody listens on, a poll that is stopped", async () => {
    const server = await serveHttp(() => {});
    await server[Symbol.asyncDispose]();
    for (const endpoint of ["https://dli.invalid", server.url]) {
      expect(await pollEnhanced(endpoint)).toMatchObject({ failure: { cause: "network" } });
    }
    const target = { id: enhancedId, kind: "auto" } as const;
    expect(await bench.client(server.url).poll(target, AbortSignal.abort())).toMatchObject({
      failure: { cause: "network", message: expect.stringContaining("stopped") },
    });
  });

  test("no end of all its requests together within 25 seconds", async () => {
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
});
