import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import { projectId, type SimulatorUnderTest, simulate } from "../support/simulator.ts";

const path = `/v2.0/${projectId}/datasource/enhanced-connections`;
const pair = { access_key: "AccessKey", secret_key: "SecretKey" };
const minute = 60_000;

/** Asks with a signature of the vendor's own SDK. */
async function ask(simulator: SimulatorUnderTest, options: Partial<Signing> = {}) {
  const { accessKey = "AccessKey", secretKey = "SecretKey", skewMs = 0, headers = {} } = options;
  const date = new Date(simulator.clock.now() + skewMs).toISOString();
  const unsigned = {
    method: "GET",
    endpoint: simulator.url + path,
    queryParams: { status: "ACTIVE", limit: 2 },
    headers: { "X-Sdk-Date": date.replace(/[-:]|\.\d+/g, ""), "X-Project-Id": projectId },
  };
  const credentials = new BasicCredentials().withAk(accessKey).withSk(secretKey);
  const signed = AKSKSigner.sign(unsigned, credentials);
  return answerTo(
    request(`${simulator.url}${path}?limit=2&status=ACTIVE`, {
      headers: { ...signed, ...headers },
    }),
  );
}

interface Signing {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly skewMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

async function answerTo(response: ReturnType<typeof request>) {
  const { statusCode, headers, body } = await response;
  return { status: statusCode, headers, body: JSON.parse(await body.text()) };
}

function refused(text: string | RegExp) {
  const told =
    typeof text === "string" ? `Incorrect IAM authentication information: ${text}` : text;
  const error_msg = typeof told === "string" ? told : expect.stringMatching(told);
  return {
    status: 401,
    body: { error_code: "APIGW.0301", error_msg, request_id: expect.any(String) },
  };
}

describe("a signed request", () => {
  test("is let in", async () => {
    await using simulator = await simulate({ credentials: [pair] });
    expect(await ask(simulator)).toMatchObject({ status: 200, body: { count: 1 } });
  });

  test("with a wrong secret is shown the server's canonical request", async () => {
    await using simulator = await simulate({ credentials: [pair] });
    expect(await ask(simulator, { secretKey: "wrong" })).toMatchObject(
      refused(
        /: verify aksk signature fail, canonicalRequest:GET\|\/v2\.0\/.*\/\|limit=2&status=ACTIVE\|host:127\.0\.0\.1:\d+\|/,
      ),
    );
  });

  test("with an unknown key is refused", async () => {
    await using simulator = await simulate({ credentials: [pair] });
    expect(await ask(simulator, { accessKey: "Other" })).toMatchObject(
      refused("Get secretKey failed,ak:Other,err:ak not exist"),
    );
  });

  test.each([-15 * minute, 15 * minute])("may be %i ms off", async (skewMs) => {
    await using simulator = await simulate({ credentials: [pair] });
    expect(await ask(simulator, { skewMs })).toMatchObject({ status: 200 });
  });

  test.each([-15 * minute - 1_000, 15 * minute + 1_000])("may not be %i ms off", async (skewMs) => {
    await using simulator = await simulate({ credentials: [pair] });
    expect(await ask(simulator, { skewMs })).toMatchObject(
      refused(/: signature expired, signature time:20261124T0\d{5}Z/),
    );
  });

  test("of a temporary key needs its security token", async () => {
    await using simulator = await simulate({ credentials: [{ ...pair, security_token: "st" }] });
    expect(await ask(simulator)).toMatchObject(refused("decrypt token fail"));
    expect(await ask(simulator, { headers: { "X-Security-Token": "st" } })).toMatchObject({
      status: 200,
    });
  });
});

describe("a key is locked", () => {
  const locked = refused("AK access failed to reach the limit,forbidden");

  test("for five minutes by the sixth failure in a row", async () => {
    await using simulator = await simulate({ credentials: [pair] });
    for (let failure = 1; failure <= 6; failure += 1) {
      expect(await ask(simulator, { secretKey: "wrong" })).toMatchObject(refused(/verify aksk/));
    }
    expect(await ask(simulator)).toMatchObject(locked);
    await simulator.clock.advance(5 * minute - 1);
    expect(await ask(simulator)).toMatchObject(locked);
    await simulator.clock.advance(1);
    expect(await ask(simulator)).toMatchObject({ status: 200 });
  });

  test("by no more than five, nor by six with a success among them", async () => {
    await using simulator = await simulate({ credentials: [pair] });
    const secrets = ["a", "b", "c", "d", "e", "SecretKey", "f", "SecretKey"];
    const statuses: number[] = [];
    for (const secretKey of secrets) statuses.push((await ask(simulator, { secretKey })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 200, 401, 200]);
  });
});

describe("a token", () => {
  const user = { domain: "acme", name: "watcher", password: "secret" };

  function login(
    simulator: SimulatorUnderTest,
    { password = "secret", project = projectId }: { password?: string; project?: string } = {},
  ) {
    const body = {
      auth: {
        identity: {
          methods: ["password"],
          password: { user: { domain: { name: "acme" }, name: "watcher", password } },
        },
        scope: { project: { id: project } },
      },
    };
    return post(simulator, JSON.stringify(body));
  }

  function post(simulator: SimulatorUnderTest, body: string) {
    return answerTo(
      request(`${simulator.url}/v3/auth/tokens?nocatalog=true`, { method: "POST", body }),
    );
  }

  function present(simulator: SimulatorUnderTest, token: string) {
    return answerTo(request(simulator.url + path, { headers: { "X-Auth-Token": token } }));
  }

  test("for the right password is let in for a day", async () => {
    await using simulator = await simulate({ users: [user] });
    const { status, headers, body } = await login(simulator);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { token: { expires_at: "2026-11-25T02:00:00.000000Z", project: { id: projectId } } },
    });
    const token = String(headers["x-subject-token"]);
    expect(await present(simulator, token)).toMatchObject({ status: 200 });
    await simulator.clock.advance(24 * 60 * minute);
    expect(await present(simulator, token)).toMatchObject(
      refused("token expires, expires_at: 2026-11-25T02:00:00.000000Z"),
    );
  });

  test("is another one each time", async () => {
    await using simulator = await simulate({ users: [user] });
    const tokens = [await login(simulator), await login(simulator)].map(
      ({ headers }) => headers["x-subject-token"],
    );
    expect(new Set(tokens).size).toBe(2);
  });

  test.each([{ password: "wrong" }, { project: "other" }])("is not had for %j", async (wrong) => {
    await using simulator = await simulate({ users: [user] });
    const { status, headers, body } = await login(simulator, wrong);
    expect({ status, body }).toEqual({
      status: 401,
      body: {
        error: { code: 401, message: "The username or password is wrong.", title: "Unauthorized" },
      },
    });
    expect(headers).not.toHaveProperty("x-subject-token");
  });

  test.each(["", "{}", '{"auth":{"identity":{"methods":["totp"]}}}'])(
    "is not had for the body %j",
    async (body) => {
      await using simulator = await simulate();
      expect(await post(simulator, body)).toMatchObject({
        status: 400,
        body: { error: { code: 400, title: "Bad Request" } },
      });
    },
  );

  test("of the scenario is let in, any other is not", async () => {
    await using simulator = await simulate({ tokens: ["known"] });
    expect(await present(simulator, "known")).toMatchObject({ status: 200 });
    expect(await present(simulator, "unknown")).toMatchObject(refused("decrypt token fail"));
  });
});

test("who shows nothing is let in only where nobody is named", async () => {
  await using open = await simulate();
  await using closed = await simulate({ tokens: [] });
  expect(await answerTo(request(open.url + path))).toMatchObject({ status: 200 });
  expect(await answerTo(request(closed.url + path))).toMatchObject(
    refused("x-auth-token not found"),
  );
});
