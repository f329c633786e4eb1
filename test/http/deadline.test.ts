import type { Socket } from "node:net";
import { beforeEach, describe, expect, test } from "vitest";
import type { Http } from "../../src/http.ts";
import { fakeClock } from "../support/clock.ts";
import { testHttp } from "../support/http.ts";
import { serveBytes, serveHttp } from "../support/loopback.ts";

const clock = fakeClock();
let http: Http;

beforeEach(() => {
  http = testHttp(clock);
});

function get(url: string, signal?: AbortSignal) {
  const limits = { deadlineMs: 10_000, maxBytes: 1_000, oversize: "fail" } as const;
  return http.exchange(
    { method: "GET", url, headers: {} },
    { ...limits, ...(signal && { signal }) },
  );
}

function closing(socket: Socket) {
  return new Promise<void>((resolve) => socket.once("close", () => resolve()));
}

describe("the deadline", () => {
  const slow = [
    ["no byte", ""],
    ["half of the headers", "HTTP/1.1 200 OK\r\nContent-"],
    ["half of the body", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{}"],
  ] as const;

  test.each(slow)("ends the exchange after %s", async (_, text) => {
    const asked = Promise.withResolvers<Socket>();
    await using server = await serveBytes((socket) => {
      socket.write(text);
      asked.resolve(socket);
    });
    const outcome = get(server.url);
    const closed = closing(await asked.promise);
    await clock.advance(9_999);
    expect(clock.waiting()).toBe(1);
    await clock.advance(1);
    expect(await outcome).toMatchObject({
      failure: { reason: "timeout", message: expect.stringContaining(server.host) },
    });
    await closed;
  });

  test.each(slow)("need not be waited for once stopped, after %s", async (_, text) => {
    const asked = Promise.withResolvers<Socket>();
    await using server = await serveBytes((socket) => {
      socket.write(text);
      asked.resolve(socket);
    });
    const controller = new AbortController();
    const outcome = get(server.url, controller.signal);
    const closed = closing(await asked.promise);
    controller.abort();
    expect(await outcome).toMatchObject({ failure: { reason: "stopped" } });
    await closed;
  });

  test("leaves nothing to do where it was stopped before", async () => {
    let heard = 0;
    await using server = await serveHttp((_, response) => {
      heard += 1;
      response.end();
    });
    const outcome = await get(server.url, AbortSignal.abort());
    expect(outcome).toMatchObject({ failure: { reason: "stopped" } });
    expect(heard).toBe(0);
  });
});
