import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ConnectionKind } from "../../src/core/model.ts";
import { Secret } from "../../src/core/secret.ts";
import { credentialsOf } from "../../src/dli/auth/source.ts";
import { listConnections } from "../../src/dli/list.ts";
import { createHttp, type Http } from "../../src/http.ts";
import type { Fault, SimulatedConnection } from "../../src/simulator/scenario.ts";
import { fakeClock } from "../support/clock.ts";
import { type Loopback, serveHttp } from "../support/loopback.ts";
import { basicId, enhancedId, projectId, simulate } from "../support/simulator.ts";

const keyPair = { access_key: "TESTACCESSKEY", secret_key: "test-secret-key" };
const clock = fakeClock();
let http: Http;

beforeEach(() => {
  http = createHttp({ clock });
});

afterEach(async () => {
  await http[Symbol.asyncDispose]();
  expect(clock.waiting()).toBe(0);
});

/** Lists with keys, which the simulator checks. */
function listAt({ url }: Pick<Loopback, "url">, kind: ConnectionKind, signal?: AbortSignal) {
  const auth = {
    type: "keys",
    accessKey: new Secret(keyPair.access_key),
    secretKey: new Secret(keyPair.secret_key),
  } as const;
  const project = { endpoint: url, projectId, auth };
  const credentials = credentialsOf(project, { http, clock, lend: () => () => {} });
  return listConnections({ project, credentials, http, clock }, kind, signal);
}

/** A simulated project with so many enhanced connections, `c0`, `c1`, …. */
function simulateMany(count: number) {
  const connections = Array.from({ length: count }, (_, index) => enhanced(`c${index}`));
  return simulate({ connections, credentials: [keyPair] }, clock);
}

function enhanced(id: string): SimulatedConnection {
  return { id, kind: "enhanced", queues: { etl: {} } };
}

/** A server that answers everything alike. */
function serve(body: unknown, status = 200): Promise<Loopback> {
  return serveHttp((_, response) => response.writeHead(status).end(JSON.stringify(body)));
}

describe("a list", () => {
  test.each([
    [0, ["0"]],
    [99, ["0"]],
    [100, ["0", "100"]],
    [250, ["0", "100", "200"]],
  ])("of %d enhanced connections is read to its end", async (count, offsets) => {
    await using cloud = await simulateMany(count);
    const { connections } = await listAt(cloud, "enhanced");
    expect(connections?.map(({ id }) => id)).toEqual(
      Array.from({ length: count }, (_, index) => `c${index}`),
    );
    const asked = cloud.served.map(({ url }) => new URL(url, cloud.url).searchParams);
    expect(asked.map((query) => query.get("offset"))).toEqual(offsets);
  });

  test("of basic connections is one reply, whose items name their queues alone", async () => {
    const fields = { name: "orders" };
    const connections: SimulatedConnection[] = [
      { id: basicId, kind: "basic", state: "FAILED", queues: { etl: {} }, fields },
      { id: "gone", kind: "basic", state: "DELETED" },
      enhanced(enhancedId),
    ];
    await using cloud = await simulate({ connections, credentials: [keyPair] }, clock);
    expect(await listAt(cloud, "basic")).toEqual({
      connections: [
        { kind: "basic", id: basicId, name: "orders", state: "FAILED" },
        { kind: "basic", id: "gone", name: "", state: "DELETED" },
      ],
    });
    expect(cloud.served.map(({ url }) => url)).toEqual([
      `/v2.0/${projectId}/datasource-connection`,
    ]);
  });

  test("may leave out everything but the ids", async () => {
    await using server = await serve({ connections: [{ id: "a", name: null, status: null }] });
    expect(await listAt(server, "enhanced")).toEqual({
      connections: [{ kind: "enhanced", id: "a", name: "", state: "" }],
    });
  });

  test("of a kind that this cloud does not have is empty if it is the basic one", async () => {
    await using server = await serve({ error_code: "APIG.0101", error_msg: "no such API" }, 404);
    expect(await listAt(server, "basic")).toEqual({ connections: [] });
    expect(await listAt(server, "enhanced")).toMatchObject({ failure: { cause: "address" } });
  });
});

describe("never half a list", () => {
  const second: readonly (readonly [string, Fault, string, string])[] = [
    ["fails", { status: 502 }, "server", "answered 502"],
    ["is throttled", { status: 429 }, "throttled", "answered 429"],
    ["is cut short", { cut: 1_000 }, "server", "ended early"],
    ["never comes", { reset: true }, "network", "closed the connection"],
    ["says no", { fields: { is_success: false } }, "server", "is_success is false"],
  ];
  test.each(second)("where the second page %s", async (_, fault, cause, words) => {
    await using cloud = await simulateMany(250);
    cloud.fault({ url: "offset=100", ...fault });
    expect(await listAt(cloud, "enhanced")).toEqual({
      failure: expect.objectContaining({ cause, message: expect.stringContaining(words) }),
    });
    expect(cloud.served).toHaveLength(2);
  });

  test("where every page is the first one", async () => {
    const connections = Array.from({ length: 100 }, (_, index) => ({ id: `c${index}` }));
    await using server = await serve({ connections });
    const { failure } = await listAt(server, "enhanced");
    expect(failure).toMatchObject({
      cause: "server",
      message: expect.stringContaining("lists the enhanced connection c0 twice"),
    });
  });

  test("where it does not end", async () => {
    let made = 0;
    await using server = await serveHttp((_, response) => {
      const connections = Array.from({ length: 100 }, () => ({ id: `c${made++}` }));
      response.end(JSON.stringify({ connections }));
    });
    const { failure } = await listAt(server, "enhanced");
    expect(failure?.message).toContain("more than 10000 enhanced connections");
    expect(made).toBe(10_000);
  });

  test.each([
    [{}, "field connections: "],
    [{ connections: null }, "field connections: "],
    [{ connections: [{ id: "a" }, { name: "no id" }] }, "field connections[1]: has no id"],
    [{ connections: [{ id: "a/../b" }] }, "field connections[0]: has no id"],
    [[], "its body is other JSON"],
  ])("where the reply is %j", async (body, problem) => {
    await using server = await serve(body);
    const { failure } = await listAt(server, "basic");
    expect(failure?.cause).toBe("server");
    expect(failure?.message).toContain(
      `answered 200 about the list of basic connections, but ${problem}`,
    );
  });

  test("where the address is not that of the API", async () => {
    await using server = await serve({ error_code: "DLI.0002", error_msg: "no project" }, 404);
    const { failure } = await listAt(server, "basic");
    expect(failure?.cause).toBe("address");
    expect(failure?.message).toMatch(/answered 404 DLI\.0002: .* – check endpoint, region and/);
  });

  test("where the keys are refused; none of them is shown", async () => {
    const credentials = [{ ...keyPair, secret_key: "another" }];
    await using cloud = await simulate({ credentials }, clock);
    const { failure } = await listAt(cloud, "enhanced");
    expect(failure?.cause).toBe("credentials");
    expect(JSON.stringify(failure)).not.toContain(keyPair.secret_key);
  });

  test("where nobody waits for it any longer", async () => {
    await using cloud = await simulateMany(1);
    expect(await listAt(cloud, "enhanced", AbortSignal.abort())).toMatchObject({
      failure: { cause: "network" },
    });
    expect(cloud.served).toEqual([]);
  });
});
