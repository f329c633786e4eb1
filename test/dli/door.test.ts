import { describe, expect, test } from "vitest";
import { answers, benchForEach, enhancedId, golden } from "../support/dli-client.ts";
import { serveHttp } from "../support/loopback.ts";

const enhanced = golden("enhanced-active");
const bench = benchForEach();

describe("a throttled project", () => {
  test.each([
    [{}, 0],
    [{ "retry-after": "60" }, 60_000],
  ])("pauses as it was asked to: %j", async (headers, pauseMs) => {
    const { heard, listener } = answers([429, "", headers], [200, enhanced]);
    await using server = await serveHttp(listener);
    const client = bench.client(server.url);
    const target = { id: enhancedId, kind: "enhanced" } as const;
    expect(await bench.settled(client.poll(target))).toMatchObject({
      failure: { cause: "throttled", message: expect.stringContaining("pause for") },
    });
    const next = client.poll(target);
    await bench.clock.advance(Math.max(0, pauseMs - 1_000));
    expect(heard).toHaveLength(1);
    await bench.clock.advance(1_000);
    expect(await bench.settled(next)).toMatchObject({ outcome: "snapshot" });
  });

  test("slows down to the window the gateway names", async () => {
    const error_msg = "policy user over ratelimit,limit:60,time:1 minute";
    const body = JSON.stringify({ error_code: "APIGW.0308", error_msg });
    const { heard, listener } = answers([429, body], [200, enhanced]);
    await using server = await serveHttp(listener);
    const client = bench.client(server.url);
    const poll = () => client.poll({ id: enhancedId, kind: "enhanced" });
    await bench.settled(poll());
    for (const before of [1, 2]) {
      const next = poll();
      await bench.clock.advance(990);
      expect(heard).toHaveLength(before);
      await bench.clock.advance(10);
      expect(await bench.settled(next)).toMatchObject({ outcome: "snapshot" });
    }
  });
});

describe("a throttled project, after a while", () => {
  test("is asked more often again, and less where it is throttled again; who wants to know is told", async () => {
    const error_msg = "policy user over ratelimit,limit:5,time:1 minute";
    const throttle = JSON.stringify({ error_code: "APIGW.0308", error_msg });
    const { listener } = answers(
      [429, throttle],
      [200, enhanced],
      [200, enhanced],
      [429, throttle],
      [200, enhanced],
    );
    await using server = await serveHttp(listener);
    const intervals: (number | undefined)[] = [];
    const client = bench.client(server.url, {
      rate: { count: 10, perMs: 60_000 },
      onPace: (intervalMs) => intervals.push(intervalMs),
    });
    const pollAfter = async (ms: number) => {
      await bench.clock.advance(ms);
      return bench.settled(client.poll({ id: enhancedId, kind: "enhanced" }));
    };
    await pollAfter(0);
    await pollAfter(600_000);
    await pollAfter(12_000);
    expect(intervals).toEqual([12_000, 10_000]);
    await pollAfter(12_000);
    expect(intervals).toEqual([12_000, 10_000, 12_000]);
    for (let count = 0; count < 5; count += 1) await pollAfter(600_000);
    expect(intervals.slice(3).map((ms) => ms && Math.round(ms))).toEqual([
      10_000,
      8_571,
      7_500,
      6_667,
      undefined,
    ]);
  });
});

describe("refused credentials", () => {
  const target = { id: enhancedId, kind: "enhanced" } as const;

  test("are tried twice, then not for longer than the cloud's lock, then by one request", async () => {
    const { heard, listener } = answers([401, ""], [401, ""], [401, ""], [200, enhanced]);
    await using server = await serveHttp(listener);
    const client = bench.client(server.url);
    const polls = await bench.settled(
      Promise.all(Array.from({ length: 9 }, () => client.poll(target))),
    );
    expect(polls.every(({ outcome }) => outcome === "failed")).toBe(true);
    expect(heard).toHaveLength(2);

    await bench.clock.advance(359_000);
    expect(await client.poll(target)).toMatchObject({
      failure: { cause: "credentials", message: expect.stringMatching(/2 times .* for \d+m?s/) },
    });
    expect(heard).toHaveLength(2);

    await bench.clock.advance(1_000);
    await bench.settled(Promise.all([client.poll(target), client.poll(target)]));
    expect(heard).toHaveLength(3);

    await bench.clock.advance(360_000);
    const all = await bench.settled(Promise.all([client.poll(target), client.poll(target)]));
    expect(all).toMatchObject([{ outcome: "snapshot" }, { outcome: "snapshot" }]);
  });

  test("are tried on where every other try is accepted", async () => {
    const { heard, listener } = answers([401, ""], [200, enhanced], [401, ""], [200, enhanced]);
    await using server = await serveHttp(listener);
    const client = bench.client(server.url);
    for (let count = 0; count < 4; count += 1) await bench.settled(client.poll(target));
    expect(heard).toHaveLength(4);
  });

  test("may be the clock's fault, which is said while nothing is sent, too", async () => {
    const { listener } = answers([401, "", { date: "Tue, 24 Nov 2026 02:21:00 GMT" }]);
    await using server = await serveHttp(listener);
    const client = bench.client(server.url);
    for (let count = 0; count < 3; count += 1) {
      expect(await bench.settled(client.poll(target))).toMatchObject({
        failure: { cause: "clock", message: expect.stringContaining("21 min behind") },
      });
    }
  });
});
