import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Event } from "../../src/core/event.ts";
import { createHttp } from "../../src/http.ts";
import { alertmanager } from "../../src/notify/channels/alertmanager.ts";
import { teller } from "../../src/notify/http.ts";
import { asAnyone } from "../support/as-anyone.ts";
import { fakeClock } from "../support/clock.ts";
import { sampleEvent, stored } from "../support/events.ts";
import { startReceiver } from "../support/receiver.ts";
import { temporaryDirectory } from "../support/watcher.ts";

let program: ChildProcess | undefined;
afterEach(async () => {
  if (!program) return;
  program.kill();
  await once(program, "exit");
});

/** Debian's Alertmanager, of its package prometheus-alertmanager; gives where it listens. It tells `webhook` all at once. */
async function startAlertmanager(webhook: string): Promise<string> {
  const directory = temporaryDirectory();
  const file = join(directory, "alertmanager.yml");
  const route = { receiver: "hook", group_wait: "0s", group_interval: "1s", group_by: ["..."] };
  const receivers = [{ name: "hook", webhook_configs: [{ url: webhook }] }];
  writeFileSync(file, JSON.stringify({ route, receivers }));
  program = spawn(
    "prometheus-alertmanager",
    [
      `--config.file=${file}`,
      `--storage.path=${join(directory, "data")}`,
      "--web.listen-address=127.0.0.1:0",
      "--cluster.listen-address=",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  if (!program.stderr) throw new Error("Alertmanager says nothing");
  for await (const line of createInterface(program.stderr)) {
    const [, host] = /msg="Listening on" address=(\S+)/.exec(line) ?? [];
    if (host) return `http://${host}`;
  }
  throw new Error("Alertmanager did not start");
}

test("Alertmanager shows an incident, still when it is told anew, and sees its end", async () => {
  await using webhook = await startReceiver();
  const url = await startAlertmanager(webhook.origin);
  await using http = createHttp({ clock: systemClock });
  const now = systemClock.now();
  const clock = fakeClock(now);
  const tell = (event: Event) =>
    teller({ http, exchangeAs: asAnyone(http), clock })(alertmanager, {
      event: stored({ ...event, time: new Date(clock.now()).toISOString() }),
      options: alertmanager.options.parse({ url, labels: { team: "data" } }),
      number: 1,
    });
  const shown = async () => JSON.parse(await (await fetch(`${url}/api/v2/alerts`)).text());

  await expect(tell(sampleEvent("transition"))).resolves.toEqual({ verdict: "accepted" });
  const [first, ...others] = await shown();
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    labels: { alertname: "DliWatch", team: "data", project: "prod", resource: "queue" },
    annotations: { summary: "Queue etl of orders-hbase is FAILED" },
    status: { state: expect.stringMatching(/^(active|unprocessed)$/) },
    endsAt: new Date(now + 180_000).toISOString(),
  });

  await clock.advance(60_000);
  await tell(sampleEvent("transition"));
  await expect(shown()).resolves.toMatchObject([
    {
      fingerprint: first.fingerprint,
      startsAt: first.startsAt,
      endsAt: new Date(now + 240_000).toISOString(),
    },
  ]);
  await webhook.arrived(1);

  clock.jump(-60_000); // what is over ends now, not in a minute
  await tell(sampleEvent("recovery"));
  await webhook.arrived(2);
  await expect(shown()).resolves.toEqual([]);
  expect(webhook.requests.map(({ body }) => JSON.parse(body))).toMatchObject([
    { status: "firing", alerts: [{ labels: first.labels }] },
    {
      status: "resolved",
      alerts: [
        {
          labels: first.labels,
          annotations: { summary: "Queue etl of orders-hbase is ACTIVE again" },
          endsAt: new Date(now).toISOString(),
        },
      ],
    },
  ]);
});
