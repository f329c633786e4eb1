import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Auth } from "../../src/core/access.ts";
import { createScrubber, Secret } from "../../src/core/secret.ts";
import { credentialsOf } from "../../src/dli/auth/source.ts";
import { createSigned, type Signed } from "../../src/dli/signed.ts";
import { createHttp, type Http } from "../../src/http.ts";
import { type Received, receive } from "../../src/simulator/received.ts";
import { type FakeClock, fakeClock } from "../support/clock.ts";
import { type Loopback, listen } from "../support/loopback.ts";
import { projectId, simulate } from "../support/simulator.ts";
import { vendorAuthorization } from "../support/vendor-signature.ts";

const pair = { accessKey: "TESTACCESSKEY", secretKey: "test-secret-key" };
const keys = {
  type: "keys",
  accessKey: new Secret(pair.accessKey),
  secretKey: new Secret(pair.secretKey),
} as const;

let clock: FakeClock;
let http: Http;
let heard: Received[];
let answers: readonly [status: number, body: string][];
let service: Loopback;

beforeEach(async () => {
  clock = fakeClock();
  http = createHttp({ clock });
  heard = [];
  answers = [[200, "{}"]];
  service = await listen(createServer(answer), "http");
});

afterEach(async () => {
  await service[Symbol.asyncDispose]();
  await http[Symbol.asyncDispose]();
  expect(clock.waiting()).toBe(0);
});

async function answer(request: IncomingMessage, response: ServerResponse) {
  const received = await receive(request);
  if (!received) return;
  const [status, body] = answers[heard.length] ?? answers.at(-1) ?? [500, ""];
  heard.push(received);
  response.sendDate = false; // the time there is the one of the test
  response.writeHead(status).end(body);
}

function signedBy(auth: Auth, metadata = ""): Signed {
  const rate = { count: 1, perMs: 60_000 };
  const project = { endpoint: "https://dli.example", projectId, auth, rate, concurrency: 1 };
  const { lend } = createScrubber();
  const credentials = credentialsOf(project, { http, clock, lend, metadata });
  return createSigned({ project, credentials, http, clock, random: () => 0 });
}

/** Lets so little time pass that what is due at once happens and no deadline comes near. */
async function send(signed: Signed) {
  const path = `/v2/${projectId}/notifications/topics/urn:smn:cn-north-4:${projectId}:alerts/publish`;
  const request = {
    method: "POST",
    url: service.url + path,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ subject: "队列 🔴", message: "[x]" }),
  } as const;
  let waiting = true;
  const sent = signed(request, { deadlineMs: 10_000, maxBytes: 1_000, oversize: "cut" });
  const done = sent.finally(() => {
    waiting = false;
  });
  while (waiting) await clock.advance(0.001);
  return done;
}

describe("a request to another service", () => {
  test.each([
    ["lasting", keys, undefined],
    ["temporary", { ...keys, securityToken: new Secret("test-token") }, "test-token"],
  ])("is signed with %s keys as the vendor signs it, body and all", async (_, auth, token) => {
    await expect(send(signedBy(auth))).resolves.toMatchObject({ reply: { status: 200 } });
    const [request] = heard;
    expect(request?.headers["authorization"]).toBe(request && vendorAuthorization(request, pair));
    expect(request?.headers["authorization"]).toContain("=host;x-project-id;x-sdk-date, ");
    expect(request?.headers["x-security-token"]).toBe(token);
    expect(request?.headers["content-type"]).toBe("application/json");
  });

  test("carries a token that is given", async () => {
    await send(signedBy({ type: "token", token: new Secret("given-token") }));
    expect(heard).toMatchObject([{ headers: { "x-auth-token": "given-token" } }]);
  });

  test("carries a token that is obtained for a password, and a new one where that ended early", async () => {
    await using iam = await simulate({}, clock);
    const password = new Secret("hunter2-of-iam");
    const user = { username: "watcher", password, domain: "acme", iamEndpoint: iam.url };
    const signed = signedBy({ type: "password", ...user });
    answers = [
      [200, "{}"],
      [401, '{"error_code":"APIGW.0307","error_msg":"The token must be updated."}'],
      [200, "{}"],
    ];
    await expect(send(signed)).resolves.toMatchObject({ reply: { status: 200 } });
    await expect(send(signed)).resolves.toMatchObject({ reply: { status: 200 } });
    expect(heard.map(({ headers }) => headers["x-auth-token"])).toEqual([
      "simulated-token-1",
      "simulated-token-1",
      "simulated-token-2",
    ]);
  });

  test("is signed with the keys of the agency of an ECS", async () => {
    await using ecs = await simulate({ agency: { tokens: true } }, clock);
    await send(signedBy({ type: "metadata" }, ecs.url));
    const own = { accessKey: "SIMULATEDKEY1", secretKey: "simulated-secret-key-1" };
    const [request] = heard;
    expect(request?.headers["authorization"]).toBe(request && vendorAuthorization(request, own));
  });

  test("is not sent without credentials, and the reason is told", async () => {
    await using iam = await simulate({ users: [] }, clock);
    const password = new Secret("hunter2-of-iam");
    const user = { username: "watcher", password, domain: "acme", iamEndpoint: iam.url };
    const sent = await send(signedBy({ type: "password", ...user }));
    expect(sent).toMatchObject({ unauthorised: { cause: "credentials" } });
    expect(heard).toEqual([]);
  });
});

const refused =
  '{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail test-secret-key"}';

test("refused keys are tried twice, and then not before the cloud would have unlocked them", async () => {
  answers = [[401, refused]];
  const signed = signedBy(keys);
  await expect(send(signed)).resolves.toMatchObject({
    reply: { status: 401, body: expect.stringContaining("signature fail ***") },
  });
  await send(signed);
  const third = await send(signed);
  expect(third).toMatchObject({ unauthorised: { cause: "credentials" } });
  expect(heard).toHaveLength(2);
  await clock.advance(360_000);
  await send(signed);
  expect(heard).toHaveLength(3);
});

test("what else goes wrong is left to the sender, and blames no credentials", async () => {
  const signed = signedBy(keys);
  answers = [
    [400, '{"code":"SMN.0005","message":"Parameter: TopicUrn is invalid."}'],
    [404, '{"code":"SMN.0006","message":"Topic not found."}'],
    [403, '{"code":"SMN.0001","message":"No permission to request resources."}'],
    [503, ""],
  ];
  for (const [status, body] of answers) {
    await expect(send(signed)).resolves.toMatchObject({ reply: { status, body } });
  }
  await service[Symbol.asyncDispose]();
  await expect(send(signed)).resolves.toMatchObject({ failure: { reason: "refused" } });
  service = await listen(createServer(answer), "http");
});
