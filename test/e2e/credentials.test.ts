import { expect, onTestFinished, test, vi } from "vitest";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { startWatching } from "../support/watching.ts";

const user = { name: "watcher", domain: "acme", password: "password-of-the-watcher" };
const auth = { username: user.name, domain: user.domain, password: user.password };
const connections = [
  { id: basicId, kind: "basic" as const },
  { id: enhancedId, kind: "enhanced" as const },
];

test("a user's tokens are renewed when they end, early too, and nobody notices", async () => {
  const cloud = await startCloud({ users: [user], life: 90_000, connections });
  const hook = await startRecording();
  const seen = cloud.asked(5);
  const watching = await startWatching({
    projects: [projectOf(cloud, connections, { auth: { ...auth, iam_endpoint: cloud.url } })],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
  });
  await seen;
  for (const _ of [1, 2]) {
    cloud.revoke();
    await cloud.asked(10);
  }
  cloud.set(enhancedId, { queues: { etl: { status: "FAILED", err_msg: "no router" } } });
  await hook.arrived(1);
  expect(eventsOf(hook).map(lineOf)).toEqual(["appeared queue etl >FAILED"]);
  const tokens = cloud.requests.filter(({ method }) => method === "POST");
  expect(tokens.map(({ status }) => status)).toEqual([201, 201, 201]);
  watching.signal("SIGTERM");
  expect(await watching.ended).toBe(0);
});

test("a wrong password is tried twice, told once with the way out, and not tried on", async () => {
  const cloud = await startCloud({ users: [user], connections });
  const hook = await startRecording();
  await startWatching({
    projects: [
      projectOf(cloud, connections, {
        auth: { ...auth, password: "another-password", iam_endpoint: cloud.url },
      }),
    ],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
  });
  await hook.arrived(1);
  const [event] = eventsOf(hook);
  expect(event?.data).toMatchObject({
    cause: "credentials",
    err_msg: expect.stringContaining("check username (watcher), password and domain (acme)"),
  });
  expect(cloud.requests.map(({ url }) => url)).toEqual(
    Array(2).fill("/v3/auth/tokens?nocatalog=true"),
  );
});

test("without auth the keys in the environment are used", async () => {
  const keys = { access_key: "ENVACCESSKEY", secret_key: "env-secret", security_token: "env-st" };
  vi.stubEnv("HUAWEICLOUD_SDK_AK", keys.access_key);
  vi.stubEnv("HUAWEICLOUD_SDK_SK", keys.secret_key);
  vi.stubEnv("HUAWEICLOUD_SDK_SECURITY_TOKEN", keys.security_token);
  onTestFinished(() => void vi.unstubAllEnvs());
  const cloud = await startCloud({ credentials: [keys], connections });
  const seen = cloud.asked(4);
  await startWatching({
    projects: [projectOf(cloud, connections, { auth: undefined })],
    notifiers: { screen: { type: "console" } },
  });
  await seen;
  expect(new Set(cloud.requests.map(({ status }) => status))).toEqual(new Set([200]));
});
