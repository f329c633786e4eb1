import { request } from "undici";
import { describe, expect, test } from "vitest";
import { signer } from "../../src/core/signature.ts";
import { projectId, type SimulatorUnderTest, simulate } from "../support/simulator.ts";

const minute = 60_000;
const path = `/v2.0/${projectId}/datasource/enhanced-connections`;

async function ask(
  { url }: SimulatorUnderTest,
  method: "GET" | "PUT",
  what: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const { statusCode, body } = await request(url + what, { method, headers });
  return { status: statusCode, body: await body.text() };
}

const askToken = (simulator: SimulatorUnderTest) =>
  ask(simulator, "PUT", "/meta-data/latest/api/token");
const askKeys = (simulator: SimulatorUnderTest, token?: string) =>
  ask(
    simulator,
    "GET",
    "/openstack/latest/securitykey",
    token === undefined ? {} : { "x-metadata-token": token },
  );

/** Asks DLI with keys as the metadata service hands them out. */
function askDli(simulator: SimulatorUnderTest, keys: string) {
  const { access, secret, securitytoken } = JSON.parse(keys).credential;
  const unsigned = { method: "GET", url: simulator.url + path, headers: {} };
  const pair = { accessKey: access, secretKey: secret };
  return ask(simulator, "GET", path, {
    ...signer(unsigned, pair)(simulator.clock.now()),
    "x-security-token": securitytoken,
  });
}

describe("the metadata service", () => {
  test("hands out other keys each time, which are let in for an hour", async () => {
    await using simulator = await simulate({ agency: {} });
    expect(await askToken(simulator)).toEqual({ status: 405, body: "" });
    const [first, second] = [await askKeys(simulator), await askKeys(simulator)];
    expect(JSON.parse(first.body)).toMatchObject({
      credential: { expires_at: "2026-11-24T03:00:00.000000Z" },
    });
    expect(first.body).not.toBe(second.body);
    await simulator.clock.advance(60 * minute - 1);
    expect(await askDli(simulator, first.body)).toMatchObject({ status: 200 });
    await simulator.clock.advance(1);
    expect(await askDli(simulator, second.body)).toMatchObject({
      status: 401,
      body: expect.stringContaining("ak not exist"),
    });
  });

  test("with tokens wants one", async () => {
    await using simulator = await simulate({ agency: { tokens: true } });
    const { status, body } = await askToken(simulator);
    expect(status).toBe(200);
    expect(await askKeys(simulator)).toEqual({ status: 401, body: "" });
    expect(await askKeys(simulator, "another")).toEqual({ status: 401, body: "" });
    expect(await askKeys(simulator, body)).toMatchObject({ status: 200 });
  });

  test("is not there without an agency", async () => {
    await using simulator = await simulate();
    expect(await askToken(simulator)).toMatchObject({ status: 404 });
    expect(await askKeys(simulator)).toMatchObject({ status: 404 });
  });
});

test("a revocation ends what was handed out, not what comes after", async () => {
  await using simulator = await simulate({ agency: {}, tokens: ["known"] });
  const { body } = await askKeys(simulator);
  simulator.revoke();
  expect(await askDli(simulator, body)).toMatchObject({ status: 401 });
  expect(await ask(simulator, "GET", path, { "x-auth-token": "known" })).toMatchObject({
    status: 401,
  });
  expect(await askDli(simulator, (await askKeys(simulator)).body)).toMatchObject({ status: 200 });
});

test("a life of its own is that of the keys", async () => {
  await using simulator = await simulate({ agency: {}, life: minute });
  const { body } = await askKeys(simulator);
  await simulator.clock.advance(minute);
  expect(await askDli(simulator, body)).toMatchObject({ status: 401 });
});
