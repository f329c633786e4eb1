import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/core/secret.ts";
import type { DliClient } from "../../../src/dli/client.ts";
import type { Fault, Scenario } from "../../../src/simulator/scenario.ts";
import { benchForEach } from "../../support/dli-client.ts";
import { serveHttp } from "../../support/loopback.ts";
import {
  basicId,
  enhancedId,
  projectId,
  type SimulatorUnderTest,
  simulate,
} from "../../support/simulator.ts";

const user = { domain: "acme", name: "watcher", password: "hunter2-of-iam" };
const hour = 3_600_000;
const iamPath = "/v3/auth/tokens?nocatalog=true";
const bench = benchForEach();

function simulateIam(scenario: Partial<Scenario> = {}) {
  return simulate({ users: [user], ...scenario }, bench.clock);
}

/** A client whose user has this password; IAM is where DLI is, unless it is said. */
function clientOf(
  { url }: { readonly url: string },
  {
    password = user.password,
    iam = url,
  }: { readonly password?: string; readonly iam?: string } = {},
): DliClient {
  return bench.client(url, {
    auth: {
      type: "password",
      username: user.name,
      password: new Secret(password),
      domain: user.domain,
      iamEndpoint: iam,
    },
    concurrency: 20,
  });
}

function poll(client: DliClient) {
  return bench.settled(client.poll({ id: enhancedId, kind: "enhanced" }));
}

/** So many polls at once. */
async function pollAll(client: DliClient, count: number) {
  const target = { id: enhancedId, kind: "enhanced" } as const;
  const polls = Array.from({ length: count }, () => client.poll(target));
  return (await bench.settled(Promise.all(polls))).map(({ outcome }) => outcome);
}

/** The requests to IAM. */
function logins({ served }: SimulatorUnderTest) {
  return served.filter(({ url }) => url === iamPath);
}

describe("a token", () => {
  test("is fetched once by the password, and serves all polls", async () => {
    await using cloud = await simulateIam();
    const client = clientOf(cloud);
    expect(new Set(await pollAll(client, 20))).toEqual(new Set(["snapshot"]));
    expect(await pollAll(client, 20)).toHaveLength(20);
    expect(logins(cloud)).toHaveLength(1);
    const [first, second] = cloud.served;
    expect(first).toMatchObject({ method: "POST", url: iamPath });
    expect(JSON.parse(first?.body ?? "")).toEqual({
      auth: {
        identity: {
          methods: ["password"],
          password: {
            user: { domain: { name: "acme" }, name: "watcher", password: user.password },
          },
        },
        scope: { project: { id: projectId } },
      },
    });
    expect(second?.headers["x-auth-token"]).toBe("simulated-token-1");
    expect(second?.headers["authorization"]).toBeUndefined();
  });

  test("is renewed well before it ends", async () => {
    await using cloud = await simulateIam();
    const client = clientOf(cloud);
    await poll(client);
    await bench.clock.advance(21 * hour);
    await poll(client);
    expect(logins(cloud)).toHaveLength(1);
    await bench.clock.advance(hour);
    expect(new Set(await pollAll(client, 20))).toEqual(new Set(["snapshot"]));
    expect(logins(cloud)).toHaveLength(2);
    expect(cloud.served.at(-1)?.headers["x-auth-token"]).toBe("simulated-token-2");
    expect(cloud.served.filter(({ status }) => status >= 400)).toEqual([]);
  });

  test("lives by the clock of IAM, not by this machine's", async () => {
    await using cloud = await simulateIam({ life: hour });
    const client = clientOf(cloud);
    bench.clock.jump(48 * hour);
    await poll(client);
    bench.clock.jump(-48 * hour);
    await bench.clock.advance(hour / 2);
    await poll(client);
    expect(logins(cloud)).toHaveLength(1);
  });

  test("that ended early is renewed once, for all who were refused", async () => {
    await using cloud = await simulateIam();
    const client = clientOf(cloud);
    await poll(client);
    cloud.revoke();
    expect(new Set(await pollAll(client, 20))).toEqual(new Set(["snapshot"]));
    expect(logins(cloud)).toHaveLength(2);
  });

  test("that ended early is renewed once more after it served again", async () => {
    await using cloud = await simulateIam();
    const client = clientOf(cloud);
    for (const number of [1, 2, 3]) {
      expect(await poll(client)).toMatchObject({ outcome: "snapshot" });
      expect(logins(cloud)).toHaveLength(number);
      cloud.revoke();
    }
  });

  test.each([
    [401, "DLI.0013"],
    [401, "DLI.0014"],
    [401, "APIGW.0301"],
    [401, "APIGW.0307"],
  ])("is renewed after %d %s", async (status, error_code) => {
    await using cloud = await simulateIam();
    const client = clientOf(cloud);
    await poll(client);
    const body = JSON.stringify({ error_code, error_msg: "token expires" });
    cloud.fault({ url: enhancedId, times: 1, status, body });
    expect(await poll(client)).toMatchObject({ outcome: "snapshot" });
    expect(logins(cloud)).toHaveLength(2);
  });

  test("that is fresh and refused is a failure; two, and nothing is asked for longer than a lock", async () => {
    await using cloud = await simulateIam();
    const client = clientOf(cloud);
    await poll(client);
    cloud.fault({ url: enhancedId, status: 401, body: "" });
    const asked = () => cloud.served.length;
    const before = asked();
    expect(await poll(client)).toMatchObject({ failure: { cause: "credentials" } });
    expect(asked()).toBe(before + 3);
    expect(await poll(client)).toMatchObject({ failure: { cause: "credentials" } });
    expect(asked()).toBe(before + 5);
    await bench.clock.advance(359_000);
    expect(await pollAll(client, 20)).toHaveLength(20);
    expect(asked()).toBe(before + 5);
    await bench.clock.advance(1_000);
    await pollAll(client, 20);
    expect(asked()).toBe(before + 7);
  });

  test("is known as a secret, as is the one before, and no older one", async () => {
    await using cloud = await simulateIam({ life: hour });
    const client = clientOf(cloud);
    const scrubbed = () =>
      bench.scrubber.scrub("simulated-token-1 simulated-token-2 simulated-token-3");
    await poll(client);
    expect(scrubbed()).toBe("*** simulated-token-2 simulated-token-3");
    await bench.clock.advance(hour);
    await poll(client);
    expect(scrubbed()).toBe("*** *** simulated-token-3");
    await bench.clock.advance(hour);
    await poll(client);
    expect(scrubbed()).toBe("simulated-token-1 *** ***");
  });

  test("and the password are no part of a snapshot or an error", async () => {
    await using cloud = await simulateIam({
      connections: [
        {
          id: enhancedId,
          kind: "enhanced",
          fields: { name: `simulated-token-1 ${user.password}` },
        },
      ],
    });
    const client = clientOf(cloud);
    expect(await poll(client)).toMatchObject({ snapshot: { attributes: { name: "*** ***" } } });
    const message = `simulated-token-1 ${user.password}`;
    cloud.fault({ status: 401, body: JSON.stringify({ error: { message } }) });
    expect(await poll(client)).toMatchObject({
      failure: { message: expect.stringContaining("answered 401: *** ***") },
    });
  });
});

describe("a wrong password", () => {
  test("is tried twice, then not for longer than a lock, then once", async () => {
    await using cloud = await simulateIam();
    const client = clientOf(cloud, { password: "wrong-password" });
    expect(new Set(await pollAll(client, 20))).toEqual(new Set(["failed"]));
    expect(cloud.served.map(({ url }) => url)).toEqual([iamPath, iamPath]);
    await bench.clock.advance(359_000);
    expect(await poll(client)).toMatchObject({
      failure: {
        cause: "credentials",
        message: expect.stringMatching(
          /^127\.0\.0\.1:\d+ answered 401: The username or password is wrong\. – check username \(watcher\), password and domain \(acme\) in auth, and that the user may use project 48cc\w+ by API; refused 2 times in a row/,
        ),
      },
    });
    expect(cloud.served).toHaveLength(2);
    await bench.clock.advance(1_000);
    await pollAll(client, 20);
    expect(cloud.served).toHaveLength(3);
  });

  test("that was right before ends with the token: one refusal is heard once by all", async () => {
    await using cloud = await simulateIam();
    const client = clientOf(cloud);
    await poll(client);
    cloud.revoke();
    cloud.fault({ url: iamPath, status: 401, body: '{"error":{"message":"wrong"}}' });
    expect(new Set(await pollAll(client, 20))).toEqual(new Set(["failed"]));
    expect(logins(cloud)).toHaveLength(3);
  });

  test("at a renewal is told at once, though the old token has not ended", async () => {
    await using cloud = await simulateIam();
    const client = clientOf(cloud);
    await poll(client);
    const end = cloud.fault({ url: iamPath, status: 401, body: '{"error":{"message":"wrong"}}' });
    await bench.clock.advance(22 * hour);
    expect(await poll(client)).toMatchObject({ failure: { cause: "credentials" } });
    end();
    expect(await poll(client)).toMatchObject({ outcome: "snapshot" });
  });
});

describe("an IAM that gives no token", () => {
  test.each<readonly [string, Fault, { readonly cause: string; readonly message: RegExp }]>([
    [
      "is down",
      { reset: true },
      { cause: "network", message: /^no token from IAM: 127.0.0.1:\d+ / },
    ],
    [
      "does not know the path",
      { status: 404, body: '{"error_code":"APIG.0101","error_msg":"no such API"}' },
      { cause: "address", message: /answered 404 APIG\.0101: .*check region and iam_endpoint/ },
    ],
    [
      "is another server",
      { status: 302, body: "" },
      { cause: "address", message: /answered 302: .*check region and iam_endpoint/ },
    ],
    ["is ill", { status: 503, body: "" }, { cause: "server", message: /answered 503/ }],
    [
      "refuses the body",
      { status: 400, body: '{"error":{"message":"bad"}}' },
      { cause: "credentials", message: /answered 400: bad – check username/ },
    ],
    [
      "says nothing of the end",
      { status: 201, body: "{}" },
      { cause: "server", message: /answered 201 about a token, but field token: / },
    ],
    [
      "names no time",
      { fields: { token: { expires_at: "soon" } } },
      { cause: "server", message: /field token\.expires_at: is no time/ },
    ],
    [
      "leaves the token out",
      { status: 201, body: '{"token":{"expires_at":"2026-11-25T02:00:00.000000Z"}}' },
      { cause: "server", message: /no header X-Subject-Token/ },
    ],
  ])("%s", async (_, fault, { cause, message }) => {
    await using cloud = await simulateIam();
    const end = cloud.fault({ url: iamPath, ...fault });
    const client = clientOf(cloud);
    expect(await poll(client)).toMatchObject({
      failure: { cause, message: expect.stringMatching(message) },
    });
    end();
    expect(await poll(client)).toMatchObject({ outcome: "snapshot" });
  });

  test("at a renewal leaves the old token to its end, and is asked once a minute", async () => {
    await using cloud = await simulateIam();
    const client = clientOf(cloud);
    await poll(client);
    cloud.fault({ url: iamPath, status: 503, body: "" });
    await bench.clock.advance(22 * hour);
    expect(await poll(client)).toMatchObject({ outcome: "snapshot" });
    expect(await poll(client)).toMatchObject({ outcome: "snapshot" });
    expect(logins(cloud)).toHaveLength(2);
    await bench.clock.advance(60_000);
    expect(await poll(client)).toMatchObject({ outcome: "snapshot" });
    expect(logins(cloud)).toHaveLength(3);
    await bench.clock.advance(2 * hour);
    expect(await poll(client)).toMatchObject({ failure: { cause: "server" } });
  });

  test("and throttles is left in peace as long as it asks, without slowing DLI down for good", async () => {
    await using cloud = await simulateIam();
    const body = '{"error_code":"APIGW.0308","error_msg":"limit:1,time:1 day"}';
    cloud.fault({ url: iamPath, times: 1, status: 429, body, headers: { "retry-after": "60" } });
    const client = clientOf(cloud);
    const target = { id: enhancedId, kind: "enhanced" } as const;
    expect(await poll(client)).toMatchObject({ failure: { cause: "throttled" } });
    const next = client.poll(target);
    await bench.clock.advance(59_000);
    expect(cloud.served).toHaveLength(1);
    await bench.clock.advance(1_000);
    expect(await bench.settled(next)).toMatchObject({ outcome: "snapshot" });
    expect(await pollAll(client, 20)).toHaveLength(20);
  });

  test("in time costs the poll ten seconds, and one who stops waiting none of the others", async () => {
    await using iam = await serveHttp(() => {});
    await using cloud = await simulateIam();
    const client = clientOf(cloud, { iam: iam.url });
    const stopping = new AbortController();
    const target = { id: basicId, kind: "basic" } as const;
    const [stopped, patient] = [client.poll(target, stopping.signal), client.poll(target)];
    await bench.clock.advance(1);
    stopping.abort();
    expect(await bench.settled(stopped)).toMatchObject({ failure: { cause: "network" } });
    await bench.clock.advance(10_001);
    await bench.clock.advance(10_001);
    expect(await patient).toMatchObject({
      failure: { message: expect.stringContaining(`${iam.host} did not answer`) },
    });
    expect(cloud.served).toEqual([]);
  });
});
