import { describe, expect, test } from "vitest";
import type { DliClient } from "../../../src/dli/client.ts";
import type { Fault } from "../../../src/simulator/scenario.ts";
import { benchForEach } from "../../support/dli-client.ts";
import { serveHttp } from "../../support/loopback.ts";
import { enhancedId, type SimulatorUnderTest, simulate } from "../../support/simulator.ts";
import { vendorAuthorization } from "../../support/vendor-signature.ts";

const minute = 60_000;
const tokenPath = "/meta-data/latest/api/token";
const keyPath = "/openstack/latest/securitykey";
const target = { id: enhancedId, kind: "enhanced" } as const;
const bench = benchForEach();

function simulateEcs(tokens = true) {
  return simulate({ agency: { tokens } }, bench.clock);
}

/** A client on an ECS whose metadata service is where DLI is. */
function clientOf({ url }: { readonly url: string }): DliClient {
  return bench.client(url, { auth: { type: "metadata" }, concurrency: 20 });
}

function poll(client: DliClient) {
  return bench.settled(client.poll(target));
}

async function pollAll(client: DliClient, count: number) {
  const polls = Array.from({ length: count }, () => client.poll(target));
  return new Set((await bench.settled(Promise.all(polls))).map(({ outcome }) => outcome));
}

/** The requests for keys. */
function fetches({ served }: SimulatorUnderTest) {
  return served.filter(({ url }) => url === keyPath);
}

describe("the keys of an agency", () => {
  test("are fetched with a token of the metadata service, once for all, and sign as the vendor signs", async () => {
    await using cloud = await simulateEcs();
    const client = clientOf(cloud);
    expect(await pollAll(client, 20)).toEqual(new Set(["snapshot"]));
    expect(cloud.served.slice(0, 2)).toMatchObject([
      { method: "PUT", url: tokenPath, headers: { "x-metadata-token-ttl-seconds": "21600" } },
      { method: "GET", url: keyPath, headers: { "x-metadata-token": "simulated-metadata-token" } },
    ]);
    expect(fetches(cloud)).toHaveLength(1);
    const signed = cloud.served.slice(2);
    const keys = { accessKey: "SIMULATEDKEY1", secretKey: "simulated-secret-key-1" };
    expect(signed).toHaveLength(20);
    for (const request of signed) {
      expect(request.headers["x-security-token"]).toBe("simulated-security-token-1");
      expect(request.headers["authorization"]).toBe(vendorAuthorization(request, keys));
    }
  });

  test.each([404, 405, 503])(
    "are fetched without a token where asking for one is answered %d",
    async (status) => {
      await using cloud = await simulateEcs(false);
      cloud.fault({ url: tokenPath, status, body: "" });
      expect(await poll(clientOf(cloud))).toMatchObject({ outcome: "snapshot" });
      expect(fetches(cloud)[0]?.headers["x-metadata-token"]).toBeUndefined();
    },
  );

  test("are renewed before they end", async () => {
    await using cloud = await simulateEcs();
    const client = clientOf(cloud);
    await poll(client);
    await bench.clock.advance(53 * minute);
    await poll(client);
    expect(fetches(cloud)).toHaveLength(1);
    await bench.clock.advance(minute);
    expect(await pollAll(client, 20)).toEqual(new Set(["snapshot"]));
    expect(fetches(cloud)).toHaveLength(2);
    expect(cloud.served.at(-1)?.headers["authorization"]).toContain("Access=SIMULATEDKEY2,");
    expect(cloud.served.filter(({ status }) => status >= 400)).toEqual([]);
  });

  test("that ended early are renewed once, for all who were refused", async () => {
    await using cloud = await simulateEcs();
    const client = clientOf(cloud);
    await poll(client);
    cloud.revoke();
    expect(await pollAll(client, 20)).toEqual(new Set(["snapshot"]));
    expect(fetches(cloud)).toHaveLength(2);
  });

  test("may be the same again for a while, and are no part of an error", async () => {
    await using cloud = await simulateEcs();
    const client = clientOf(cloud);
    const credential = {
      access: "SAMEACCESSKEY",
      secret: "same-secret-key",
      securitytoken: "same-security-token",
      expires_at: "2026-11-24T02:10:00.000000Z",
    };
    cloud.fault({ url: keyPath, status: 200, body: JSON.stringify({ credential }) });
    const error_msg = Object.values(credential).slice(0, 3).join(" ");
    cloud.fault({
      url: enhancedId,
      status: 500,
      body: JSON.stringify({ error_code: "x", error_msg }),
    });
    for (const ms of [0, 9 * minute, 59_000]) {
      await bench.clock.advance(ms);
      expect(await poll(client)).toMatchObject({
        failure: { message: expect.stringContaining("answered 500 x: *** *** *** –") },
      });
    }
    expect(fetches(cloud)).toHaveLength(2);
    expect(
      new Set(cloud.served.flatMap(({ headers }) => headers["x-security-token"] ?? [])),
    ).toEqual(new Set(["same-security-token"]));
  });
});

describe("a metadata service that gives no keys", () => {
  test.each<readonly [string, Fault, { readonly cause: string; readonly message: RegExp }]>([
    [
      "has no agency",
      { url: keyPath, status: 404, body: "" },
      {
        cause: "credentials",
        message: /\(127\.0\.0\.1:\d+\) answered 404 – give this ECS an agency/,
      },
    ],
    [
      "refuses to give a token",
      { url: tokenPath, status: 403, body: "" },
      { cause: "credentials", message: /answered 403/ },
    ],
    [
      "is ill",
      { url: keyPath, status: 500, body: "" },
      { cause: "server", message: /answered 500/ },
    ],
    [
      "is not there",
      { url: tokenPath, reset: true },
      {
        cause: "network",
        message: /^no keys from the ECS metadata service: 127.* an ECS of Huawei Cloud alone/,
      },
    ],
    [
      "is gone in between",
      { url: keyPath, reset: true },
      { cause: "network", message: /^no keys from the ECS metadata service/ },
    ],
    [
      "answers with an HTML page",
      { url: keyPath, status: 200, body: "<html>" },
      { cause: "server", message: /about the keys of the agency, but its body is an HTML page/ },
    ],
    [
      "leaves the secret key out",
      { url: keyPath, fields: { credential: { access: "a", securitytoken: "b" } } },
      { cause: "server", message: /field credential\.secret: / },
    ],
  ])("%s", async (_, fault, { cause, message }) => {
    await using cloud = await simulateEcs();
    const end = cloud.fault(fault);
    const client = clientOf(cloud);
    expect(await poll(client)).toMatchObject({
      failure: { cause, message: expect.stringMatching(message) },
    });
    end();
    expect(await poll(client)).toMatchObject({ outcome: "snapshot" });
  });

  test("in time is not waited for longer than three seconds", async () => {
    await using ecs = await serveHttp(() => {});
    const polling = clientOf(ecs).poll(target);
    await bench.clock.advance(2_999);
    await bench.clock.advance(1);
    expect(await polling).toMatchObject({
      failure: { cause: "network", message: expect.stringContaining("did not answer") },
    });
  });
});
