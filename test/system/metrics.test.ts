import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readExposition } from "../support/exposition.ts";
import { projectOf, startCloud, startRecording } from "../support/installation.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";
import { startWatching, type Watching } from "../support/watching.ts";

const hostile = 'etl"} 1\n# HELP x \\ 队列 😀';

test("a watcher with faults on every side gives metrics that promtool accepts, and true ones", async () => {
  const queues = { [hostile]: { status: "FAILED" }, bi: { status: "ODD" } };
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic", queues }] });
  const lost = await startCloud({ connections: [{ id: enhancedId, kind: "enhanced" }] });
  lost.fault({ status: 503 });
  const [hook, refusing] = [await startRecording(), await startRecording({ status: 400 })];
  const config = {
    projects: [
      projectOf(cloud, [{ id: basicId, kind: "basic" }]),
      projectOf(lost, [enhancedId], { name: "lost" }),
    ],
    notifiers: {
      hook: { type: "webhook", url: hook.origin },
      refusing: { type: "webhook", url: refusing.origin },
    },
    schedule: "100ms",
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
  };
  const watching = await startWatching(config);
  await hook.arrived(4); // the queue, the project, and that neither could be told through the other one
  writeConfig(watching.directory, { ...config, retension: "1d" });
  await watching.logged("Could not reload the configuration; the old one goes on");

  const text = await metricsOf(watching);
  promtool(["check", "metrics"], text);
  expect(shown(text, "resource_state")).toEqual([
    `prod ${basicId} connection ${basicId} ACTIVE 1`,
    `prod ${basicId} queue bi other 1`,
    `prod ${basicId} queue ${hostile} FAILED 1`,
  ]);
  expect(shown(text, "incidents_open")).toEqual(["warning 1", "critical 1"]);
  expect(shown(text, "dead_letters")).toEqual(["refusing 2"]);
  expect(shown(text, "config_last_reload_successful")).toEqual([]);
  expect(shown(text, "polls_total").toSorted()).toEqual([
    expect.stringMatching(/^lost failed \d+$/),
    expect.stringMatching(/^prod snapshot \d+$/),
  ]);
  expect(shown(text, "api_requests_total").toSorted()).toEqual([
    expect.stringMatching(/^lost 503 \d+$/),
    expect.stringMatching(/^prod 200 \d+$/),
  ]);

  writeConfig(watching.directory, { ...config, projects: config.projects.slice(0, 1) });
  await watching.logged("Reloaded the configuration");
  const reloaded = await metricsOf(watching);
  promtool(["check", "metrics"], reloaded);
  expect(reloaded).not.toContain('project="lost"');
  expect(shown(reloaded, "config_last_reload_successful")).toEqual(["1"]);
});

test("the alert rules are valid, and tell when they shall", () => {
  promtool(["check", "rules", "--lint-fatal", "config/prometheus-rules.yaml"]);
  promtool(["test", "rules", "config/prometheus-rules.test.yaml"]);
});

test("the dashboard asks what Prometheus understands", () => {
  const text = readFileSync("config/grafana-dashboard.json", "utf8");
  const expressions = [...text.matchAll(/"expr": (".*")/g)].map(([, quoted = ""]): string =>
    JSON.parse(quoted).replaceAll("$__rate_interval", "5m"),
  );
  const rules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr }));
  const file = join(temporaryDirectory(), "rules.yaml");
  writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
  expect(promtool(["check", "rules", file])).toContain(`${expressions.length} rules found`);
  expect(expressions.length).toBeGreaterThan(0);
});

/** Debian's promtool, of its package prometheus; throws, with what it says, where it finds fault. */
function promtool(args: readonly string[], input = ""): string {
  return execFileSync("promtool", args, { input, encoding: "utf8" });
}

async function metricsOf({ url }: Watching): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** What is not 0 of one metric: its labels' values, and its value. */
function shown(text: string, metric: string): readonly string[] {
  return readExposition(text)
    .filter(({ name, value }) => name === `dli_watch_${metric}` && value !== 0)
    .map(({ labels, value }) => [...Object.values(labels), value].join(" "));
}
