import { describe, expect, test } from "vitest";
import {
  answers,
  basicId,
  benchForEach,
  enhancedId,
  golden,
  projectId,
} from "../support/dli-client.ts";
import { serveBytes, serveHttp } from "../support/loopback.ts";

const enhanced = golden("enhanced-active");
const basic = golden("basic-failed");
const absent = JSON.stringify({ error_code: "DLI.0002", error_msg: "does not exist" });
const noSuchApi = JSON.stringify({ error_code: "APIGW.0101", error_msg: "no such API" });
const bench = benchForEach();

function pollEnhanced(endpoint: string) {
  return bench.settled(bench.client(endpoint).poll({ id: enhancedId, kind: "enhanced" }));
}

describe("a poll", () => {
  test.each([
    ["enhanced", enhancedId, enhanced, `datasource/enhanced-connections/${enhancedId}`],
    ["basic", basicId, basic, `datasource-connection/${basicId}`],
  ] as const)("asks for one %s connection", async (kind, id, body, path) => {
    const { heard, listener } = answers([200, body]);
    await using server = await serveHttp(listener);
    const observation = await bench.settled(bench.client(`${server.url}/`).poll({ id, kind }));
    expect(observation).toMatchObject({ outcome: "snapshot", snapshot: { kind, id } });
    expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET /v2.0/${projectId}/${path}`,
    ]);
    expect(heard[0]?.headers).toMatchObject({
      accept: "application/json",
      "x-language": "en-us",
      "x-project-id": projectId,
      "x-auth-token": "token-hunter2",
    });
  });

  test("reads a text that says nothing new only once, but never another connection's", async () => {
    await using server = await serveHttp(
      answers([200, enhanced], [200, enhanced], [200, basic], [200, enhanced]).listener,
    );
    const client = bench.client(server.url);
    const poll = (id: string) => bench.settled(client.poll({ id, kind: "enhanced" }));
    const first = await poll(enhancedId);
    expect(await poll(enhancedId)).toBe(first);
    expect(await poll(enhancedId)).toMatchObject({ outcome: "failed" });
    expect(await poll(basicId)).toMatchObject({ outcome: "failed" });
  });

  const wrong = JSON.stringify({ error_code: "APIGW.0306", error_msg: "denied" });
  const kinds: [string, [number, string][], string][] = [
    ["enhanced answers", [[200, enhanced]], "snapshot"],
    [
      "basic answers",
      [
        [404, absent],
        [200, golden("basic-creating")],
      ],
      "snapshot",
    ],
    [
      "neither knows it",
      [
        [404, absent],
        [404, absent],
      ],
      "absent",
    ],
    [
      "there is no basic API",
      [
        [404, absent],
        [404, noSuchApi],
      ],
      "absent",
    ],
    [
      "there is no enhanced API",
      [
        [404, noSuchApi],
        [200, golden("basic-creating")],
      ],
      "snapshot",
    ],
    [
      "there is no API at all",
      [
        [404, noSuchApi],
        [404, noSuchApi],
      ],
      "failed",
    ],
    [
      "basic is not allowed",
      [
        [404, absent],
        [403, wrong],
      ],
      "failed",
    ],
  ];
  test.each(kinds)(
    "of an unknown kind asks enhanced, then basic: %s",
    async (_, replies, outcome) => {
      const { heard, listener } = answers(...replies);
      await using server = await serveHttp(listener);
      const id = replies.length === 1 ? enhancedId : basicId;
      const observation = await bench.settled(bench.client(server.url).poll({ id, kind: "auto" }));
      expect(observation.outcome).toBe(outcome);
      expect(heard).toHaveLength(replies.length);
    },
  );

  test.each([500, 502, 503, 504])("is tried once more after %d", async (status) => {
    const { heard, listener } = answers([status, ""], [200, enhanced]);
    await using server = await serveHttp(listener);
    expect(await pollEnhanced(server.url)).toMatchObject({ outcome: "snapshot" });
    expect(heard).toHaveLength(2);
  });

  test("is tried once more after a reset, each try in its own turn of the rate", async () => {
    let tries = 0;
    await using server = await serveBytes((socket) => {
      tries += 1;
      if (tries === 1) socket.resetAndDestroy();
      else socket.end(`HTTP/1.1 200 OK\r\n\r\n${enhanced}`);
    });
    const client = bench.client(server.url, { rate: { count: 1, perMs: 1 } });
    const observation = await bench.settled(client.poll({ id: enhancedId, kind: "enhanced" }));
    expect(observation.outcome).toBe("snapshot");
    expect(bench.clock.monotonic()).toBeGreaterThanOrEqual(1);
  });

  test.each([400, 401, 403, 404, 429])("is not tried again after %d", async (status) => {
    const { heard, listener } = answers([status, ""]);
    await using server = await serveHttp(listener);
    expect(await pollEnhanced(server.url)).toMatchObject({ outcome: "failed" });
    expect(heard).toHaveLength(1);
  });
});

test("no message shows a credential", async () => {
  const { listener } = answers([401, ""]);
  await using server = await serveHttp(listener);
  for (const endpoint of [server.url, "https://dli.invalid", `${server.url}/%zz`]) {
    expect(JSON.stringify(await pollEnhanced(endpoint))).not.toContain("hunter2");
  }
});
