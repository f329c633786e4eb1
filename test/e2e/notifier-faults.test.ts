import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import {
  type Cloud,
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import type { Answer, Receiver } from "../support/receiver.ts";
import { basicId } from "../support/simulator.ts";
import { startWatcher, writeConfig } from "../support/watcher.ts";
import { startWatching } from "../support/watching.ts";

const queues = ["a", "b", "c", "d"];
const alerts = queues.map((name) => `appeared queue ${name} >FAILED`);

/** A watcher of one connection that has seen it without queues. */
async function watch(notifiers: Readonly<Record<string, object>>, more: object = {}) {
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic", queues: {} }] });
  const seen = cloud.asked(2);
  const watching = await startWatching({
    projects: [projectOf(cloud, [{ id: basicId, kind: "basic" }])],
    notifiers,
    ...more,
  });
  await seen;
  return { cloud, watching };
}

/** Lets all queues fail in one poll. */
function alert(cloud: Cloud): void {
  const failed = { status: "FAILED", err_msg: "no router" };
  cloud.set(basicId, { queues: Object.fromEntries(queues.map((name) => [name, failed])) });
}

const webhook = (receiver: Receiver, more: object = {}) => ({
  type: "webhook",
  url: receiver.origin,
  ...more,
});

/** Of every event the requests that carried it. */
function copiesOf({ requests }: Receiver) {
  return [...Map.groupBy(requests, ({ headers }) => headers["webhook-id"]).values()];
}

test("a receiver that does not answer keeps nobody else waiting, and gets everything in order", async () => {
  const gate = Promise.withResolvers<void>();
  const held = await startRecording({ hold: gate.promise });
  const healthy = await startRecording();
  const { cloud } = await watch({ held: webhook(held), healthy: webhook(healthy) });
  alert(cloud);
  await Promise.all([healthy.arrived(queues.length), held.arrived(1)]);
  expect(held.requests).toHaveLength(1);
  gate.resolve();
  await held.arrived(queues.length);
  expect(held.requests.map(({ body }) => body)).toEqual(healthy.requests.map(({ body }) => body));
  expect(eventsOf(held).map(lineOf)).toEqual(alerts);
});

test("a throttled receiver is left alone until it allows, then gets everything in order", async () => {
  const inThreeSeconds = Math.ceil(systemClock.now() / 1_000 + 3) * 1_000;
  const later = (value: string): Answer => ({ status: 429, headers: { "retry-after": value } });
  const seconds = await startRecording(later("2"), {});
  const date = await startRecording(later(new Date(inThreeSeconds).toUTCString()), {});
  const nonsense = await startRecording(later("soon"), {});
  const receivers = { seconds, date, nonsense };
  const { cloud } = await watch(
    Object.fromEntries(Object.entries(receivers).map(([name, one]) => [name, webhook(one)])),
  );
  alert(cloud);
  for (const receiver of Object.values(receivers)) {
    await receiver.arrived(1 + queues.length);
    const [refused, ...taken] = receiver.requests;
    expect(refused?.body).toBe(taken[0]?.body);
    expect(eventsOf(receiver).slice(1).map(lineOf)).toEqual(alerts);
  }
  const [refused, next] = seconds.requests;
  expect(next?.at).toBeGreaterThanOrEqual((refused?.at ?? 0) + 2_000);
  expect(date.requests[1]?.at).toBeGreaterThanOrEqual(inThreeSeconds);
});

test("what failed on the way is sent again: the same id, the same bytes; a lost answer is no loss", async () => {
  const receivers = {
    error: await startRecording({ status: 503, body: "<html>busy</html>" }, {}),
    reset: await startRecording({ fault: "reset" }, {}),
    cut: await startRecording({ fault: "cut", body: "accep" }, {}),
    silent: await startRecording({ fault: "hang" }, {}),
  };
  const endless = await startRecording({ fault: "endless" });
  const { cloud } = await watch({
    ...Object.fromEntries(Object.entries(receivers).map(([name, one]) => [name, webhook(one)])),
    endless: webhook(endless),
  });
  alert(cloud);
  for (const receiver of Object.values(receivers)) {
    await receiver.arrived(1 + queues.length);
    const copies = copiesOf(receiver);
    expect(copies.map(([one]) => lineOf(JSON.parse(one?.body ?? "")))).toEqual(alerts);
    expect(copies.map(({ length }) => length)).toEqual([2, 1, 1, 1]);
    expect(copies[0]?.[0]?.body).toBe(copies[0]?.[1]?.body);
  }
  expect(eventsOf(endless).map(lineOf)).toEqual(alerts);
});

test.each([400, 413])(
  "a notice refused with %d is dead at once, told through the fallback, and blocks nothing",
  async (status) => {
    const hook = await startRecording({ status, body: "no" }, {});
    const fallback = await startRecording();
    const { cloud, watching } = await watch(
      { hook: webhook(hook, { fallback: "other" }), other: webhook(fallback) },
      { routes: [{ match: { project: "prod" }, notify: ["hook"] }] },
    );
    alert(cloud);
    await Promise.all([hook.arrived(queues.length), fallback.arrived(1)]);
    expect(eventsOf(hook).map(lineOf)).toEqual(alerts);
    const [refused] = eventsOf(hook);
    const [undelivered] = eventsOf(fallback);
    expect(undelivered).toMatchObject({
      type: "dli-watch.undelivered",
      data: {
        severity: "critical",
        resource: { type: "queue", name: "a" },
        undelivered: {
          event: refused?.id,
          notifiers: ["hook"],
          error: expect.stringContaining(`answered ${status}: no`),
        },
      },
    });
    const dead: unknown = await (
      await fetch(`${watching.url}/api/v1/deliveries?state=dead`)
    ).json();
    expect(dead).toMatchObject({ items: [{ event: refused?.id, notifier: "hook", attempts: 1 }] });

    cloud.set(basicId, { queues: { a: { status: "ACTIVE" }, b: { status: "ACTIVE" } } });
    await Promise.all([hook.arrived(queues.length + 2), fallback.arrived(2)]);
    expect(eventsOf(hook).slice(queues.length).map(lineOf)).toEqual([
      "recovery queue a FAILED>ACTIVE",
      "recovery queue b FAILED>ACTIVE",
    ]);
    expect(eventsOf(fallback).slice(1).map(lineOf)).toEqual(["recovery queue a FAILED>ACTIVE"]);
  },
);

test("a destination that refuses is told at once; what waits for it is kept, and after the repair sent in order", async () => {
  const removed = await startRecording({ status: 404, body: "no_service" });
  const rotated = await startRecording({ status: 410 });
  const puzzling = await startRecording({ body: "<html>Sign in</html>" });
  const fallback = await startRecording();
  const to = { fallback: "other" };
  const failing = { removed, rotated, puzzling };
  const { cloud, watching } = await watch(
    {
      removed: { type: "slack", url: `${removed.origin}/services/x`, ...to },
      rotated: webhook(rotated, to),
      puzzling: { type: "slack", url: `${puzzling.origin}/services/y`, ...to },
      other: webhook(fallback),
    },
    { routes: [{ match: { project: "prod" }, notify: Object.keys(failing) }] },
  );
  alert(cloud);
  await fallback.arrived(3);
  expect(eventsOf(fallback).map(lineOf).sort()).toEqual([
    "notifier_failing notifier puzzling",
    "notifier_failing notifier removed",
    "notifier_failing notifier rotated",
  ]);
  const waiting: unknown = await (
    await fetch(`${watching.url}/api/v1/deliveries?state=waiting`)
  ).json();
  expect(waiting).toHaveProperty("items.length", 3 * queues.length);

  for (const [name, receiver] of Object.entries(failing)) {
    expect(receiver.requests).toHaveLength(1);
    receiver.answer({ body: "ok" });
    const retry = startWatcher("deliveries", "retry", "-c", watching.config, "--notifier", name);
    expect(await retry.ended).toBe(0);
    await receiver.arrived(1 + queues.length);
  }
  await fallback.arrived(6);
  expect(eventsOf(fallback).slice(3).map(lineOf)).toEqual(
    Object.keys(failing).map((name) => `notifier_back notifier ${name}`),
  );
  expect(eventsOf(rotated).slice(1).map(lineOf)).toEqual(alerts);
  for (const { requests } of [removed, puzzling]) {
    for (const [index, name] of queues.entries()) {
      expect(requests[1 + index]?.body).toContain(`Queue ${name} of`);
    }
  }
});

test("whoever mends a notifier does not wait for its next attempt: by a reload, by naming it again, by a new start", async () => {
  const gone = await startRecording({ status: 410 });
  const fallback = await startRecording();
  const silent = await startRecording({ status: 429, headers: { "retry-after": "3600" } });
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic", queues: {} }] });
  const seen = cloud.asked(2);
  const config = (notifiers: Readonly<Record<string, object>>) => ({
    projects: [projectOf(cloud, [{ id: basicId, kind: "basic" }])],
    notifiers: { other: webhook(fallback), ...notifiers },
    schedule: "100ms",
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
  });
  const names = ["mended", "renamed", "restarted"];
  const lines = (what: string) => names.map((name) => `notifier_${what} notifier ${name}`);
  const broken = Object.fromEntries(names.map((name) => [name, webhook(gone)]));
  const watching = await startWatching(config({ ...broken, silent: webhook(silent) }));
  await seen;
  alert(cloud);
  await Promise.all([gone.arrived(3), silent.arrived(1), fallback.arrived(queues.length + 3)]);

  const { renamed, ...others } = broken;
  const found = await startRecording();
  const after = { ...others, mended: webhook(found), silent: webhook(found) };
  writeConfig(watching.directory, config(after));
  await found.arrived(2 * queues.length);

  gone.answer({});
  const asked = gone.requests.length;
  writeConfig(watching.directory, config({ ...after, renamed: webhook(gone) }));
  await gone.arrived(asked + queues.length);
  watching.signal("SIGTERM");
  expect(await watching.ended).toBe(0);

  const again = startWatcher("run", "-c", watching.config);
  await again.logged("Watching");
  await gone.arrived(asked + 2 * queues.length);
  await fallback.arrived(queues.length + 6);
  again.signal("SIGTERM");
  expect(await again.ended).toBe(0);
  const told = eventsOf(fallback).map(lineOf).slice(queues.length);
  expect(told.slice(0, 3).sort()).toEqual(lines("failing"));
  expect(told.slice(3)).toEqual(lines("back"));
});
