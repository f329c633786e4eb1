import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../src/simulator/scenario.ts";
import { fakeClock } from "../support/clock.ts";
import {
  basicId,
  enhancedId,
  projectId,
  type SimulatorUnderTest,
  simulate,
} from "../support/simulator.ts";

const path = `/v2.0/${projectId}/datasource-connection/${basicId}`;
const otherPath = `/v2.0/${projectId}/datasource/enhanced-connections/${enhancedId}`;
const body = "0123456789";

/** What arrives on a bare socket, and how that ends. */
function read({ url }: SimulatorUnderTest): Promise<{ head: string; body: string; end: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let received = "";
    let end = "closed";
    socket.setEncoding("utf8");
    socket.on("data", (text) => {
      received += text;
    });
    socket.on("error", () => {
      end = "reset";
    });
    socket.on("close", () => {
      const [head = "", ...rest] = received.split("\r\n\r\n");
      resolve({ head, body: rest.join("\r\n\r\n"), end });
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
  });
}

async function statusOf(simulator: SimulatorUnderTest, asked = path): Promise<number> {
  const response = await request(simulator.url + asked);
  await response.body.dump();
  return response.statusCode;
}

describe("a reply of its own", () => {
  test("has its status, headers and text", async () => {
    await using simulator = await simulate();
    const headers = { "Content-Type": "text/html", "Retry-After": "7", Date: "yesterday" };
    simulator.fault({ status: 503, headers, body: "<html>" });
    const { head, body: text } = await read(simulator);
    expect(text).toBe("<html>");
    expect(head).toMatch(/^HTTP\/1\.1 503 /);
    expect(head).toMatch(/\r\nContent-Type: text\/html\r\n/);
    expect(head).toMatch(/\r\nRetry-After: 7\r\n/);
    expect(head).toMatch(/\r\nDate: yesterday\r\n/);
  });

  test.each<[Fault, string]>([
    [{ status: 500 }, "500 "],
    [{ body: "null" }, "200 null"],
    [{ status: 200, body: "" }, "200 "],
    [{ fields: { is_success: false, message: "no" } }, '200 {"is_success":false,"message":"no",'],
    [{ body: "[]", fields: { is_success: false } }, "200 []"],
  ])("%j", async (fault, expected) => {
    await using simulator = await simulate();
    simulator.fault(fault);
    const response = await request(simulator.url + path);
    expect(`${response.statusCode} ${await response.body.text()}`).toContain(expected);
  });

  test("can be compressed", async () => {
    await using simulator = await simulate();
    simulator.fault({ body: "0".repeat(1_000_000), gzip: true });
    const { headers, body: compressed } = await request(simulator.url + path);
    expect(headers["content-encoding"]).toBe("gzip");
    const bytes = await compressed.arrayBuffer();
    expect(bytes.byteLength).toBeLessThan(2_000);
    expect(gunzipSync(bytes)).toHaveLength(1_000_000);
  });
});

describe("a body is cut", () => {
  test.each<[Fault, RegExp, string, string]>([
    [{ cut: 4 }, /content-length: 10/, "0123", "closed"],
    [{ cut: 0 }, /content-length: 10/, "", "closed"],
    [{ cut: 4, framing: "chunked" }, /transfer-encoding: chunked/i, "4\r\n0123\r\n", "closed"],
    [{ cut: 4, framing: "close" }, /connection: close/, "0123", "closed"],
    [{ framing: "close" }, /connection: close/, body, "closed"],
    [{ framing: "chunked" }, /chunked/i, `a\r\n${body}\r\n0\r\n\r\n`, "closed"],
  ])("by %j", async (fault, head, arrived, end) => {
    await using simulator = await simulate();
    simulator.fault({ body, ...fault });
    const reply = await read(simulator);
    expect(reply.head).toMatch(head);
    expect(reply).toMatchObject({ body: arrived, end });
  });

  test("without a length where the connection's end is the body's", async () => {
    await using simulator = await simulate();
    simulator.fault({ body, cut: 4, framing: "close" });
    expect((await read(simulator)).head).not.toMatch(/content-length|transfer-encoding/i);
  });
});

describe("the connection is reset", () => {
  test("instead of a reply", async () => {
    await using simulator = await simulate();
    simulator.fault({ reset: true });
    expect(await read(simulator)).toEqual({ head: "", body: "", end: "reset" });
  });

  test("in the middle of the body", async () => {
    await using simulator = await simulate();
    simulator.fault({ body, cut: 4, reset: true });
    expect(await read(simulator)).toMatchObject({ end: "reset" });
  });
});

describe("a reply takes its time", () => {
  test("before it begins", async () => {
    await using simulator = await simulate();
    simulator.fault({ delayMs: 3_000 });
    const asked = simulator.nextServed();
    const reply = statusOf(simulator);
    await asked;
    expect(simulator.clock.waiting()).toBe(1);
    await simulator.clock.advance(3_000);
    expect(await reply).toBe(200);
  });

  test("byte by byte", async () => {
    const pauses: number[] = [];
    await using simulator = await simulate(
      { faults: [{ body, dripMs: 1_000 }] },
      {
        ...fakeClock(),
        after(delayMs, task) {
          pauses.push(delayMs);
          setImmediate(task);
          return () => {};
        },
      },
    );
    const response = await request(simulator.url + path);
    expect(await response.body.text()).toBe(body);
    expect(pauses).toEqual(Array(body.length).fill(1_000));
  });

  test("and nothing waits for a client that left", async () => {
    const cancelled = Promise.withResolvers<void>();
    await using simulator = await simulate(
      { faults: [{ delayMs: 3_000 }] },
      {
        ...fakeClock(),
        after: () => cancelled.resolve,
      },
    );
    const asked = simulator.nextServed();
    const leave = new AbortController();
    const reply = request(simulator.url + path, { signal: leave.signal });
    await asked;
    leave.abort();
    await expect(reply).rejects.toThrow();
    await cancelled.promise;
  });

  test("and nothing waits when the simulator stops", async () => {
    const simulator = await simulate();
    simulator.fault({ delayMs: 3_000 });
    const asked = simulator.nextServed();
    const reply = statusOf(simulator);
    await asked;
    await Promise.all([expect(reply).rejects.toThrow(), simulator[Symbol.asyncDispose]()]);
    expect(simulator.clock.waiting()).toBe(0);
  });
});

describe("a fault is on", () => {
  test("from its beginning for as long as it lasts", async () => {
    await using simulator = await simulate({
      faults: [{ atMs: 2_000, forMs: 1_000, status: 503 }],
    });
    const statuses: number[] = [];
    for (const stepMs of [0, 1_999, 1, 999, 1]) {
      await simulator.clock.advance(stepMs);
      statuses.push(await statusOf(simulator));
    }
    expect(statuses).toEqual([200, 200, 503, 503, 200]);
  });

  test("from now on when it is added, until it is ended", async () => {
    await using simulator = await simulate();
    await simulator.clock.advance(60_000);
    const end = simulator.fault({ status: 503, forMs: 1_000 });
    expect(await statusOf(simulator)).toBe(503);
    end();
    expect(await statusOf(simulator)).toBe(200);
  });

  test("for so many requests", async () => {
    await using simulator = await simulate({ faults: [{ status: 401, times: 2 }] });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push(await statusOf(simulator));
    expect(statuses).toEqual([401, 401, 200]);
  });

  test("only for the addresses it names", async () => {
    await using simulator = await simulate({ faults: [{ status: 503, url: basicId }] });
    expect(await statusOf(simulator)).toBe(503);
    expect(await statusOf(simulator, otherPath)).toBe(200);
  });

  test("before those that were there earlier", async () => {
    await using simulator = await simulate({ faults: [{ status: 503 }] });
    const end = simulator.fault({ status: 429 });
    expect(await statusOf(simulator)).toBe(429);
    end();
    expect(await statusOf(simulator)).toBe(503);
  });
});
