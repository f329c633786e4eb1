import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { projectOf, startCloud, startRecording } from "../support/installation.ts";
import { basicId } from "../support/simulator.ts";
import { temporaryDirectory } from "../support/watcher.ts";
import { startWatching } from "../support/watching.ts";

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

const failed = { queues: { etl: { status: "FAILED", err_msg: "no router" } } };
const active = { queues: { etl: { status: "ACTIVE" } } };

test("Alertmanager shows an incident as long as a watcher tells it anew, and sees its end", async () => {
  const webhook = await startRecording();
  const url = await startAlertmanager(webhook.origin);
  const shown = async () => JSON.parse(await (await fetch(`${url}/api/v2/alerts`)).text());
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic", ...failed }] });
  const watching = await startWatching({
    projects: [projectOf(cloud, [basicId])],
    notifiers: { alerts: { type: "alertmanager", url, labels: { team: "data" } } },
    log: { level: "debug" },
  });
  await watching.logged("Delivered");
  await webhook.arrived(1);
  const [first, ...others] = await shown();
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    labels: { alertname: "DliWatch", team: "data", project: "prod", resource: "queue" },
    annotations: { severity: "critical", reason: "no router" },
    status: { state: "active" },
  });

  await watching.logged("Told anew");
  const [later, ...more] = await shown();
  expect(more).toEqual([]);
  expect(later).toMatchObject({ fingerprint: first.fingerprint, startsAt: first.startsAt });
  expect(Date.parse(later.endsAt) - Date.parse(first.endsAt)).toBeGreaterThanOrEqual(60_000);

  cloud.set(basicId, active);
  await webhook.arrived(2);
  await expect(shown()).resolves.toEqual([]);
  const told = webhook.requests.map(({ body }) => JSON.parse(body));
  expect(told).toMatchObject([
    { status: "firing", alerts: [{ labels: first.labels }] },
    { status: "resolved", alerts: [{ labels: first.labels, startsAt: first.startsAt }] },
  ]);
  expect(told[1].alerts[0].annotations.summary).toContain("is ACTIVE again");
});
