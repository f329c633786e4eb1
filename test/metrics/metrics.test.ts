import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Observation } from "../../src/core/model.ts";
import type { Verdict } from "../../src/core/outbox.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import { openLedger } from "../../src/watch/ledger.ts";
import { record } from "../../src/watch/record.ts";
import { settleAttempt } from "../../src/watch/settle.ts";
import { fakeClock } from "../support/clock.ts";
import { readExposition, type Series } from "../support/exposition.ts";
import { hostileTexts } from "../support/hostile.ts";
import { numbering } from "../support/numbering.ts";
import { rulesTo } from "../support/rules.ts";
import { queue, snapshot, withQueues } from "../support/snapshots.ts";
import { absent, failed, seen } from "../support/timeline.ts";

const orders = { id: "c1", name: "orders-hbase", labels: {} };
const logs = { id: "c2", labels: {} };
const rate = { count: 20, perMs: 60_000 };

/** A watcher without loops; `prod` has two connections, `test` none, and `oncall` is told of everything. */
async function startMetered() {
  const clock = fakeClock();
  const store = openMemoryStore();
  const { newId } = numbering();
  const ledger = await openLedger({ store, newId });
  const metrics = createMetrics();
  ledger.observe(metrics.meter.committed);
  const project = { name: "prod", project_id: "p", region: "", connections: [orders, logs] };
  const oncall = { name: "oncall" };
  const settings = {
    confirm: { other: 1, gone: 1, states: {} },
    unreachableAfter: 2,
    firstSight: "failed",
    stuckAfterMs: {},
    flapping: { changes: 4, withinMs: 600_000 },
  } as const;
  const desk = {
    ledger,
    installation: "test",
    rules: () => rulesTo([oncall.name], { settings }),
    scrub: (text: string) => text,
  };
  return {
    meter: metrics.meter,
    ledger,
    clock,
    see: (connection: typeof orders | typeof logs, observation: Observation) =>
      record(desk, { project, connection, observation, observedAt: clock.now() }),
    async settle(verdict: Verdict) {
      const [delivery] = ledger.lanes.waiting(oncall.name);
      if (!delivery) throw new Error("nothing waits");
      const options = { ...desk, store, clock, random: () => 0, notifiers: () => [oncall] };
      await settleAttempt(options, { delivery, verdict });
    },
    async series(
      configured: Partial<Parameters<typeof metrics.expose>[0]> = {},
    ): Promise<readonly Series[]> {
      const text = await metrics.expose({
        projects: [
          { ...project, rate },
          { name: "test", connections: [], rate },
        ],
        notifiers: [oncall],
        ledger,
        deadLetters: await store.deadLetters(),
        heartbeatAt: 0,
        reloaded: true,
        now: clock.now(),
        ...configured,
      });
      return readExposition(text);
    },
  };
}

/** The series of one metric that are not 0: their labels' values, and their value. */
function shown(series: readonly Series[], metric: string): readonly (readonly [string, number])[] {
  return series
    .filter(({ name, value }) => name === `dli_watch_${metric}` && value !== 0)
    .map(({ labels, value }) => [Object.values(labels).join(" "), value]);
}

const accepted: Verdict = { verdict: "accepted" };
const refused: Verdict = { verdict: "refused", why: "400", fault: "notice" };

test("every resource is in one state, as it was last seen", async () => {
  const { see, series } = await startMetered();
  const etl = queue("etl", { state: "failed", errMsg: "no route" });
  await see(orders, seen(withQueues(etl, queue("bi"), queue("ml", { state: "MIGRATING" }))));
  await see(logs, seen(snapshot({ state: "CREATING", attributes: { name: "logs-vpc" } })));
  await see(orders, failed());
  const all = await series();
  expect(shown(all, "resource_state")).toEqual([
    ["prod c1 connection orders-hbase ACTIVE", 1],
    ["prod c1 queue etl FAILED", 1],
    ["prod c1 queue bi ACTIVE", 1],
    ["prod c1 queue ml other", 1],
    ["prod c2 connection logs-vpc CREATING", 1],
  ]);
  expect(
    all.filter(({ labels }) => labels["name"] === "ml").map(({ labels }) => labels["state"]),
  ).toEqual(["CREATING", "ACTIVE", "FAILED", "DELETED", "other"]);
});

test("queues of one name through two peerings are one series, in the state of each", async () => {
  const { see, series } = await startMetered();
  const twins = [queue("etl", { peerId: "a" }), queue("etl", { peerId: "b", state: "FAILED" })];
  await see(orders, seen(withQueues(...twins)));
  expect(shown(await series(), "resource_state")).toEqual([
    ["prod c1 connection orders-hbase ACTIVE", 1],
    ["prod c1 queue etl ACTIVE", 1],
    ["prod c1 queue etl FAILED", 1],
  ]);
});

test("a connection that was never seen has no state; one that does not exist is an incident", async () => {
  const { see, series } = await startMetered();
  await see(orders, absent);
  const all = await series();
  expect(all.filter(({ name }) => name === "dli_watch_resource_state")).toEqual([]);
  expect(shown(all, "incidents_open")).toEqual([["warning", 1]]);
});

test("open incidents are those of bindings, connections, projects and notifiers", async () => {
  const { see, settle, series } = await startMetered();
  await see(orders, seen(withQueues(queue("etl", { state: "FAILED" }))));
  await see(logs, seen(snapshot({ state: "FAILED" })));
  expect(shown(await series(), "incidents_open")).toEqual([["critical", 2]]);
  await settle({ verdict: "refused", why: "404", fault: "destination" });
  for (const connection of [orders, logs, orders, logs]) await see(connection, failed());
  expect(shown(await series(), "incidents_open")).toEqual([
    ["warning", 2],
    ["critical", 2],
  ]);
});

test("a transition counts by where it led", async () => {
  const { see, series } = await startMetered();
  await see(orders, seen(withQueues(queue("etl"), queue("bi"))));
  await see(orders, seen(withQueues(queue("etl", { state: "FAILED" }))));
  await see(orders, seen(withQueues(queue("etl", { state: "FAILED", errMsg: "another" }))));
  await see(orders, seen(withQueues(queue("etl"))));
  await see(orders, seen(withQueues(queue("etl", { state: "MIGRATING" }))));
  await see(orders, seen(snapshot({ state: "DELETED" })));
  expect(shown(await series(), "transitions_total")).toEqual([
    ["prod gone", 1],
    ["prod FAILED", 1],
    ["prod ACTIVE", 1],
    ["prod other", 1],
    ["prod DELETED", 1],
  ]);
});

test("polls, skips and requests count by project, a poll's time in seconds", async () => {
  const { meter, series } = await startMetered();
  meter.polled("prod", "snapshot", 80);
  meter.polled("prod", "failed", 30_000);
  meter.skipped("prod", 3);
  meter.asked("prod", "200");
  meter.asked("prod", "timeout");
  const all = await series();
  expect(shown(all, "polls_total")).toEqual([
    ["prod snapshot", 1],
    ["prod failed", 1],
  ]);
  expect(shown(all, "polls_skipped_total")).toEqual([["prod", 3]]);
  expect(shown(all, "api_requests_total")).toEqual([
    ["prod 200", 1],
    ["prod timeout", 1],
  ]);
  expect(shown(all, "poll_duration_seconds_sum")).toEqual([["", 30.08]]);
});

test("a project's last success is when anything of it was read; 0 before", async () => {
  const { clock, see, series } = await startMetered();
  const start = clock.now() / 1_000;
  await see(orders, seen(snapshot()));
  await clock.advance(60_000);
  await see(orders, seen(snapshot()));
  await clock.advance(60_000);
  await see(orders, failed());
  const all = await series();
  expect(shown(all, "last_success_timestamp_seconds")).toEqual([["prod", start + 60]]);
  expect(all).toContainEqual({
    name: "dli_watch_last_success_timestamp_seconds",
    labels: { project: "test" },
    value: 0,
  });
});

test("a project's pace is the configured one, unless it is slowed down", async () => {
  const { ledger, see, series } = await startMetered();
  const memory = { episode: 0, slowdown: { intervalMs: 12_500, since: 0 } };
  await ledger.transact(() => ({ projects: [{ name: "prod", memory }], announced: [] }));
  await see(orders, seen(snapshot()));
  expect(shown(await series(), "pace_interval_seconds")).toEqual([
    ["prod", 12.5],
    ["test", 3],
  ]);
});

test("the outbox: what waits and since when, what was accepted and how late, what was given up", async () => {
  const { clock, see, settle, series } = await startMetered();
  const three = ["a", "b", "c"].map((name) => queue(name, { state: "FAILED" }));
  await see(orders, seen(withQueues(...three)));
  await clock.advance(4_000);
  const before = await series();
  expect(shown(before, "outbox_pending")).toEqual([["oncall", 3]]);
  expect(shown(before, "outbox_oldest_seconds")).toEqual([["oncall", 4]]);
  await settle(accepted);
  await settle(refused);
  await settle({ verdict: "retry", why: "503" });
  const after = await series();
  expect(shown(after, "deliveries_total")).toEqual([
    ["oncall accepted", 1],
    ["oncall dead", 1],
  ]);
  expect(shown(after, "delivery_latency_seconds_sum")).toEqual([["oncall", 4]]);
  expect(shown(after, "dead_letters")).toEqual([["oncall", 1]]);
  expect(shown(after, "outbox_pending")).toEqual([["oncall", 1]]);
});

test("when the heartbeat was received shows", async () => {
  const { series } = await startMetered();
  const known = shown(
    await series({ heartbeatAt: 5_000 }),
    "heartbeat_last_success_timestamp_seconds",
  );
  expect(known).toEqual([["", 5]]);
});

test("a refused configuration shows", async () => {
  const { series } = await startMetered();
  expect(shown(await series(), "config_last_reload_successful")).toEqual([["", 1]]);
  expect(shown(await series({ reloaded: false }), "config_last_reload_successful")).toEqual([]);
});

test("what left the configuration leaves the metrics, even if something of it ends later", async () => {
  const { meter, see, settle, series } = await startMetered();
  await see(orders, seen(withQueues(queue("etl", { state: "FAILED" }))));
  await settle(accepted);
  meter.polled("prod", "snapshot", 80);
  meter.asked("prod", "200");
  await series();
  const configured = {
    projects: [{ name: "new", connections: [], rate }],
    notifiers: [{ name: "hook" }],
  };
  await series(configured);
  meter.polled("prod", "failed", 80);
  const owners = (await series(configured)).map(
    ({ labels }) => labels["project"] ?? labels["notifier"],
  );
  expect(new Set(owners)).toEqual(new Set(["new", "hook", undefined]));
  expect(shown(await series(), "polls_total")).toEqual([]);
});

test("one connection of a project leaves", async () => {
  const { see, series } = await startMetered();
  for (const connection of [orders, logs]) await see(connection, seen(snapshot()));
  const projects = [{ name: "prod", connections: [logs], rate }];
  expect(shown(await series({ projects }), "resource_state")).toEqual([
    ["prod c2 connection op ACTIVE", 1],
  ]);
});

test("whatever a queue is called is read back", async () => {
  const { see, series } = await startMetered();
  const names = [...new Set(hostileTexts.map((text) => text.toWellFormed()))];
  await see(orders, seen(withQueues(...names.map((name) => queue(name)))));
  const read = (await series()).filter(
    ({ labels, value }) => labels["resource"] === "queue" && value === 1,
  );
  expect(read.map(({ labels }) => labels["name"])).toEqual(names);
});

/** Dashboards and rules of others rest on these: each metric and its labels. */
const promised: Readonly<Record<string, readonly string[]>> = {
  build_info: ["version"],
  polls_total: ["project", "outcome"],
  poll_duration_seconds_bucket: ["le"],
  poll_duration_seconds_sum: [],
  poll_duration_seconds_count: [],
  polls_skipped_total: ["project"],
  last_success_timestamp_seconds: ["project"],
  pace_interval_seconds: ["project"],
  resource_state: ["project", "connection", "resource", "name", "state"],
  transitions_total: ["project", "to"],
  incidents_open: ["severity"],
  deliveries_total: ["notifier", "outcome"],
  delivery_latency_seconds_bucket: ["le", "notifier"],
  delivery_latency_seconds_sum: ["notifier"],
  delivery_latency_seconds_count: ["notifier"],
  outbox_pending: ["notifier"],
  outbox_oldest_seconds: ["notifier"],
  dead_letters: ["notifier"],
  heartbeat_last_success_timestamp_seconds: [],
  config_last_reload_successful: [],
  api_requests_total: ["project", "status"],
};

test("the metrics are those that are promised, no more and no fewer", async () => {
  const { meter, see, settle, series } = await startMetered();
  await see(orders, seen(snapshot({ state: "FAILED" })));
  await settle(accepted);
  meter.asked("prod", "200");
  const all = await series();
  expect(
    Object.fromEntries(all.map(({ name, labels }) => [name, Object.keys(labels).sort()])),
  ).toEqual(
    Object.fromEntries(
      Object.entries(promised).map(([name, labels]) => [`dli_watch_${name}`, labels.toSorted()]),
    ),
  );
});

test.each([
  "config/prometheus-rules.yaml",
  "config/prometheus-rules.test.yaml",
  "config/grafana-dashboard.json",
])("%s names only metrics and labels that exist", (file) => {
  const text = readFileSync(file, "utf8");
  const metrics = [...text.matchAll(/dli_watch_(\w+)/g)].map(([, name = ""]) => name);
  const grouped = [...text.matchAll(/\bby \(([^)]+)\)/g)].flatMap(([, labels = ""]) =>
    labels.split(", "),
  );
  const templated = [...text.matchAll(/(?:\$labels\.|\{\{)(\w+)/g)].map(([, label = ""]) => label);
  const labels = new Set([...Object.values(promised).flat(), "alertname", "alertstate"]);
  const known = Object.keys(promised).flatMap((name) => [name, name.replace(/_bucket$/, "")]);
  expect(metrics.filter((name) => !known.includes(name))).toEqual([]);
  expect([...grouped, ...templated].filter((label) => !labels.has(label))).toEqual([]);
  expect(metrics.length).toBeGreaterThan(0);
});
