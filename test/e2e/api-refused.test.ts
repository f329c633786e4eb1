import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Fault } from "../../src/simulator/scenario.ts";
import { lineOf, projectOf, startCloud, startRecording, toldOf } from "../support/installation.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { startWatching } from "../support/watching.ts";

const refused = (status: number, error_code: string, error_msg: string): Fault => ({
  status,
  body: JSON.stringify({ error_code, error_msg, request_id: "1" }),
});
const iam = (text: string) =>
  refused(401, "APIGW.0301", `Incorrect IAM authentication information: ${text}`);
const inMinutes = (minutes: number) => new Date(systemClock.now() + minutes * 60_000).toUTCString();

/** What must not be asked again at once, and the cause that is told; what is only throttled tells nothing yet. */
const faults: Readonly<Record<string, readonly [Fault, string?]>> = {
  "an expired token": [refused(401, "DLI.0013", "token expired"), "credentials"],
  "an invalid token": [refused(401, "DLI.0014", "token invalid"), "credentials"],
  "a token to renew": [refused(401, "APIGW.0307", "The token must be updated."), "credentials"],
  "a token past its time": [iam("token expires, expires_at: 2026-01-01"), "credentials"],
  "a temporary key": [iam("decrypt token fail"), "credentials"],
  "an unknown key": [iam("Get secretKey failed,ak:X,err:ak not exist"), "credentials"],
  "a wrong signature": [iam("verify aksk signature fail, canonicalRequest:GET|/"), "credentials"],
  "a locked key": [iam("AK access failed to reach the limit,forbidden"), "credentials"],
  "401 in the shape of IAM": [
    { status: 401, body: '{"error":{"code":401,"message":"no","title":"Unauthorized"}}' },
    "credentials",
  ],
  "401 as HTML": [{ status: 401, body: "<html></html>" }, "credentials"],
  "a clock that is behind": [
    { ...iam("signature expired"), headers: { date: inMinutes(21) } },
    "clock",
  ],
  "a throttle of an hour": [
    { ...refused(429, "APIGW.0308", "slow down"), headers: { "retry-after": inMinutes(60) } },
  ],
};

/** Each project has a key of its own: those that share one are refused together. */
function keyOf(index: number) {
  return { access_key: `KEY${index}`, secret_key: `secret-of-project-${index}` };
}

test("after two refusals nothing is asked any more; a new start, with the fault mended, goes on from what was known", async () => {
  const hook = await startRecording();
  const projects = await Promise.all(
    Object.entries(faults).map(async ([name, [fault, cause]], index) => ({
      name,
      auth: keyOf(index),
      fault,
      cause,
      cloud: await startCloud({
        credentials: [keyOf(index)],
        connections: [
          { id: basicId, kind: "basic", queues: { etl: { status: "CREATING" } } },
          { id: enhancedId, kind: "enhanced" },
        ],
      }),
    })),
  );
  const config = {
    projects: projects.map(({ name, auth, cloud }) =>
      projectOf(cloud, [{ id: basicId, kind: "basic" }, enhancedId], { name, auth }),
    ),
    notifiers: { hook: { type: "webhook", url: hook.origin } },
  };
  const seen = projects.map(({ cloud }) => cloud.asked(4));
  const watching = await startWatching(config);
  await Promise.all(seen);

  const ends = projects.map(({ cloud, fault }) => cloud.fault(fault));
  const blind = projects.filter(({ cause }) => cause !== undefined);
  await Promise.all(blind.map(({ name }) => toldOf(hook, name, 1)));
  watching.signal("SIGTERM");
  expect(await watching.ended).toBe(0);
  for (const { cloud } of projects) {
    const refused = cloud.requests.filter(({ fault }) => fault !== undefined);
    expect([1, 2]).toContain(refused.length);
  }

  for (const end of ends) end();
  for (const { cloud } of projects) {
    cloud.set(basicId, { queues: { etl: { status: "FAILED", err_msg: "no router" } } });
  }
  await startWatching(config, watching.directory);
  const stories = await Promise.all(
    projects.map(async ({ name, cause }) => {
      const events = await toldOf(hook, name, cause === undefined ? 1 : 3);
      return [
        name,
        events.map((event) => [lineOf(event), event.data.cause ?? ""].join(" ").trim()),
      ];
    }),
  );
  expect(Object.fromEntries(stories)).toEqual(
    Object.fromEntries(
      projects.map(({ name, cause }) => [
        name,
        [
          ...(cause === undefined ? [] : [`unreachable project ${name} ${cause}`]),
          "transition queue etl CREATING>FAILED",
          ...(cause === undefined ? [] : [`reachable project ${name}`]),
        ],
      ]),
    ),
  );
  const [skewed] = await toldOf(hook, "a clock that is behind", 1);
  expect(skewed?.data.err_msg).toContain("the clock is 21 min behind the server's Date header");
});
