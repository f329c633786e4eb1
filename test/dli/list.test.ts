import { describe, expect, test } from "vitest";
import type { Listing, ListOptions } from "../../src/core/listing.ts";
import type { ConnectionKind } from "../../src/core/model.ts";
import { Secret } from "../../src/core/secret.ts";
import type { SimulatedConnection } from "../../src/simulator/scenario.ts";
import { benchForEach } from "../support/dli-client.ts";
import { type Loopback, serveHttp } from "../support/loopback.ts";
import { basicId, enhancedId, projectId, simulate } from "../support/simulator.ts";

const keyPair = { access_key: "TESTACCESSKEY", secret_key: "test-secret-key" };
const bench = benchForEach();

/** Of the keys that the simulator checks. */
const auth = {
  type: "keys",
  accessKey: new Secret(keyPair.access_key),
  secretKey: new Secret(keyPair.secret_key),
} as const;

function listAt({ url }: Pick<Loopback, "url">, kind: ConnectionKind, options?: ListOptions) {
  return bench.settled(bench.client(url, { auth }).list(kind, options));
}

/** The ids in a list that was read. */
function idsOf(listing: Listing): readonly string[] {
  if (listing.outcome !== "read") throw new Error(`not read: ${JSON.stringify(listing)}`);
  return listing.connections.map(({ id }) => id);
}

/** Why a list could not be read. */
function failureOf(listing: Listing) {
  if (listing.outcome !== "failed") throw new Error(`not failed: ${JSON.stringify(listing)}`);
  return listing.failure;
}

/** A simulated project with so many enhanced connections, `c0`, `c1`, …. */
function simulateMany(count: number) {
  const connections = Array.from({ length: count }, (_, index) => enhanced(`c${index}`));
  return simulate({ connections, credentials: [keyPair] }, bench.clock);
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
    expect(idsOf(await listAt(cloud, "enhanced"))).toEqual(
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
    await using cloud = await simulate({ connections, credentials: [keyPair] }, bench.clock);
    expect(await listAt(cloud, "basic")).toEqual({
      outcome: "read",
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
    expect(await listAt(server, "basic")).toEqual({
      outcome: "read",
      connections: [{ kind: "basic", id: "a", name: "", state: "" }],
    });
  });

  test.each(["basic", "enhanced"] as const)(
    "of %s ones says so where a cloud has none",
    async (kind) => {
      await using server = await serve({ error_code: "APIG.0101", error_msg: "no such API" }, 404);
      expect(await listAt(server, kind)).toMatchObject({
        outcome: "failed",
        failure: { cause: "address" },
        noSuchApi: true,
      });
    },
  );
});

describe("an item of the enhanced list", () => {
  const hosts = [{ name: "db", ip: "192.168.0.1" }];
  const rows: Partial<SimulatedConnection>[] = [
    {},
    { queues: {}, pools: { p1: { status: "FAILED", err_msg: "no router" } } },
    { state: "DELETED", queues: { etl: { status: "CREATING" }, bi: { uuid: "u1" } } },
    { state: "strange", fields: { name: "vpc", hosts, dest_vpc_id: "v1", create_time: 1 } },
    { fields: { name: null, hosts: null, available_queue_info: null } },
  ];
  test.each(rows)("says what a reply of its own says: %j", async (row) => {
    const connections = [{ ...enhanced(enhancedId), ...row }];
    await using cloud = await simulate({ connections, credentials: [keyPair] }, bench.clock);
    const client = bench.client(cloud.url, { auth });
    const observation = await bench.settled(client.poll({ id: enhancedId, kind: "enhanced" }));
    expect(await listAt(cloud, "enhanced")).toMatchObject({
      outcome: "read",
      connections: [{ id: enhancedId, observation }],
    });
    expect(observation.outcome).toBe("snapshot");
  });

  test("that cannot be read is a failed poll of this connection alone", async () => {
    const status = "ACTIVE";
    const broken = [
      [{ status: 7 }, "field status: "],
      [{ status, name: 7 }, "field name: "],
      [{ status, available_queue_info: [{ name: "etl" }] }, "field available_queue_info[0].status"],
    ] as const;
    await using server = await serve({
      connections: [
        { id: "a", status },
        ...broken.map(([said], index) => ({ id: `b${index}`, ...said })),
      ],
    });
    expect(await listAt(server, "enhanced")).toMatchObject({
      outcome: "read",
      connections: [
        { id: "a", observation: { outcome: "snapshot" } },
        ...broken.map(([, problem]) => ({
          observation: {
            outcome: "failed",
            failure: { cause: "server", message: expect.stringContaining(problem) },
          },
        })),
      ],
    });
  });

  test("in a page that says nothing new is read only once", async () => {
    await using cloud = await simulateMany(150);
    const client = bench.client(cloud.url, { auth });
    const list = () => bench.settled(client.list("enhanced"));
    const first = await list();
    const again = await list();
    if (first.outcome !== "read" || again.outcome !== "read") throw new Error("not read");
    for (const [index, connection] of again.connections.entries())
      expect(connection.observation).toBe(first.connections[index]?.observation);
  });
});

test("a list is not read beyond the pages that are wanted", async () => {
  await using cloud = await simulateMany(250);
  expect(await listAt(cloud, "enhanced", { pages: 2 })).toEqual({ outcome: "longer" });
  expect(cloud.served).toHaveLength(2);
  expect(await listAt(cloud, "enhanced", { pages: 3 })).toMatchObject({ outcome: "read" });
});

describe("never half a list", () => {
  test("where the address is not that of the API", async () => {
    await using server = await serve({ error_code: "DLI.0002", error_msg: "no project" }, 404);
    const failure = failureOf(await listAt(server, "basic"));
    expect(failure.cause).toBe("address");
    expect(failure.message).toMatch(/answered 404 DLI\.0002: .* – check endpoint, region and/);
  });

  test("where the keys are refused; none of them is shown", async () => {
    const credentials = [{ ...keyPair, secret_key: "another" }];
    await using cloud = await simulate({ credentials }, bench.clock);
    const failure = failureOf(await listAt(cloud, "enhanced"));
    expect(failure.cause).toBe("credentials");
    expect(JSON.stringify(failure)).not.toContain(keyPair.secret_key);
  });

  test("where nobody waits for it any longer", async () => {
    await using cloud = await simulateMany(1);
    expect(await listAt(cloud, "enhanced", { signal: AbortSignal.abort() })).toMatchObject({
      failure: { cause: "network" },
    });
    expect(cloud.served).toEqual([]);
  });
});
