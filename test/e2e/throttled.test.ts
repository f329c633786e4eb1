import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { projectOf, startCloud, startRecording } from "../support/installation.ts";
import { basicId } from "../support/simulator.ts";
import { startWatching } from "../support/watching.ts";

test("who is throttled asks less often, and one can see it, until the next start", async () => {
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic" }] });
  const hook = await startRecording();
  cloud.fault({
    times: 1,
    status: 429,
    body: JSON.stringify({
      error_code: "APIGW.0308",
      error_msg: "policy user over ratelimit,limit:120,time:1 minute",
    }),
  });
  const config = {
    projects: [projectOf(cloud, [{ id: basicId, kind: "basic" }])],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
  };
  const first = await startWatching(config);
  const paceOf = async ({ url }: { readonly url: string }) => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return /^dli_watch_pace_interval_seconds\{project="prod"\} (.*)$/m.exec(metrics)?.[1];
  };
  const statusOf = async (...args: readonly string[]) =>
    (await runCommand(["status", "-c", first.config, ...args])).stdout;

  expect(await first.logged("The pace of requests has changed")).toMatchObject({
    project: "prod",
    interval: "500ms",
  });
  await cloud.asked(2);
  expect(await paceOf(first)).toBe("0.5");
  expect(JSON.parse(await statusOf("--json"))).toMatchObject({
    projects: [{ name: "prod", slowdown: { interval_ms: 500, since: expect.any(String) } }],
  });
  expect(await statusOf()).toMatch(
    /^prod: throttled by the cloud \d+m?s ago; one request each 500ms for now\.$/m,
  );

  first.signal("SIGTERM");
  expect(await first.ended).toBe(0);
  const second = await startWatching(config, first.directory);
  await second.logged("The pace of requests has changed");
  expect(await paceOf(second)).toBe("0.001");
  expect(JSON.parse(await statusOf("--json")).projects[0]).not.toHaveProperty("slowdown");
});
