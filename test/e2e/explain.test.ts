import { join } from "node:path";
import { expect, test } from "vitest";
import type { ExplainedNotice } from "../../src/commands/explained-notice.ts";
import type { Delivery } from "../../src/core/outbox.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { runCommand } from "../support/command.ts";
import { eventsOf, projectOf, startCloud, startRecording } from "../support/installation.ts";
import { startWatching } from "../support/watching.ts";

const many = ["s1", "s2", "s3", "s4", "s5", "s6"];
const broken = (err_msg = "no router") => ({ status: "FAILED", err_msg });
const well = { status: "ACTIVE" };

test("explain agrees with what was really sent, for every notice of a run", async () => {
  const queues = Object.fromEntries(["a", "b", "muted", ...many].map((name) => [name, well]));
  const cloud = await startCloud({ connections: [{ id: "e1", kind: "enhanced", queues }] });
  const set = (changed: Record<string, { status: string }>) =>
    cloud.set("e1", { queues: Object.assign(queues, changed) });
  const receivers = {
    every: await startRecording(),
    slack: await startRecording({ body: "ok" }),
    calm: await startRecording(),
    daily: await startRecording(),
    strict: await startRecording({ status: 400 }),
  };
  const { every, slack, calm } = receivers;
  const hook = (receiver: { readonly origin: string }) => ({
    type: "webhook",
    url: receiver.origin,
  });
  const watcher = await startWatching({
    projects: [projectOf(cloud, ["e1"])],
    notifiers: {
      every: hook(every),
      slack: { type: "slack", url: `${slack.origin}/services/x` },
      calm: hook(calm),
      daily: hook(receivers.daily),
      strict: { ...hook(receivers.strict), fallback: "every" },
    },
    routes: [
      { match: {}, notify: ["every", "slack"] },
      { match: { to: "FAILED" }, notify: ["calm"], delay: "3s" },
      { match: { severity: ["warning", "critical"] }, notify: ["daily"], digest: "1s" },
      { match: { name: "a" }, notify: ["strict"] },
    ],
    mutes: [{ name: "patching", match: { name: "muted" }, cron: "* * * * *", for: "2m" }],
    policy: { storm: { over: 5, within: "2s" } },
  });

  await cloud.asked(2);
  set({ b: broken("no router") });
  await every.arrived(1);
  set({ b: broken("no quota") });
  await every.arrived(2);
  set({ b: broken("no router") });
  await cloud.asked(2);
  set({ b: well });
  await every.arrived(3);
  set({ a: broken() });
  await calm.arrived(1);
  set({ a: well, muted: broken(), ...Object.fromEntries(many.map((name) => [name, broken()])) });
  while (!eventsOf(every).some(({ type }) => type === "dli-watch.digest"))
    await every.arrived(every.requests.length + 1);
  watcher.signal("SIGTERM");
  expect(await watcher.ended).toBe(0);

  await using store = openSqliteStore({
    file: join(watcher.directory, "watch.db"),
    mode: "reader",
  });
  const events = await store.events({ limit: 1_000 });
  const deliveries = await store.deliveries({ limit: 1_000 });
  const rules = new Set(deliveries.map(({ way }) => way?.rule));
  expect([...rules].sort()).toEqual([
    "delayed",
    "digested",
    "dropped",
    "joined",
    "muted",
    "sent",
    "stormed",
  ]);

  const sent: Record<string, string[]> = Object.fromEntries(
    Object.keys(receivers).map((name) => [name, []]),
  );
  for (const { id, json } of events) {
    const { status, stdout } = await runCommand(["explain", id, "--json", "-c", watcher.config]);
    expect(status).toBe(0);
    const { notices }: { readonly notices: readonly ExplainedNotice[] } = JSON.parse(stdout);
    expect(notices.map(({ event }) => JSON.stringify(event))).toEqual([json]);
    const own = deliveries.filter(({ event }) => event === id);
    for (const { notifier, steps, delivery, payload } of notices[0]?.notifiers ?? []) {
      const recorded = own.find((one) => one.notifier === notifier);
      expect(delivery?.id).toBe(recorded?.id);
      expect(steps.map(({ step }) => step)).not.toContain("configuration");
      expect(steps.at(-1)).toMatchObject({ step: "outcome", verdict: verdictOf(recorded) });
      const wasTried = recorded?.state === "accepted" || recorded?.state === "dead";
      if (wasTried) sent[notifier]?.push(payload && "body" in payload ? payload.body : "");
    }
    expect(notices[0]?.notifiers.map(({ notifier }) => notifier)).toEqual(Object.keys(receivers));
  }
  const received = Object.entries(receivers).map(([name, { requests }]) => [
    name,
    requests.map(({ body }) => body).sort(),
  ]);
  expect(Object.entries(sent).map(([name, bodies]) => [name, bodies.sort()])).toEqual(received);
});

/** How the outcome of a delivery is called. */
function verdictOf(delivery: Delivery | undefined): string {
  if (!delivery) return "not told";
  const { state, hold, lastError } = delivery;
  if (state === "waiting" && hold) return "held";
  return lastError === "Told in a digest." ? "in a digest" : state;
}
