import fc from "fast-check";
import { expect, test } from "vitest";
import { explainer } from "../../src/core/hints.ts";
import type { FailureCause, Observation } from "../../src/core/model.ts";
import { reminders } from "../../src/core/route.ts";
import type { Rules } from "../../src/core/rules.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { openLedger } from "../../src/watch/ledger.ts";
import { record } from "../../src/watch/record.ts";
import { numbering } from "../support/numbering.ts";
import { defaultPolicy, rulesTo } from "../support/rules.ts";
import { queue, withQueues } from "../support/snapshots.ts";
import { at, failed, play, seen } from "../support/timeline.ts";

const minute = 60_000;
const active = seen(withQueues(queue("etl")));
const broken = seen(withQueues(queue("etl", { state: "FAILED", errMsg: "key=canary-secret" })));

/** A watcher of one connection over a store whose commits are counted. */
async function start(store: Store = openMemoryStore(), changed: Partial<Rules> = {}) {
  let now = 0;
  let commits = 0;
  const counted: Store = {
    ...store,
    commit(change) {
      commits += 1;
      return store.commit(change);
    },
  };
  const ledger = await openLedger({ store: counted, newId: numbering().newId });
  const connection = { id: "c1", labels: {} };
  const project = { name: "prod", project_id: "", region: "", connections: [connection] };
  const usual = { ...rulesTo(["all"]), explain: explainer([]), ...changed };
  const options = {
    ledger,
    installation: "test",
    scrub: (text: string) => text.replaceAll("canary-secret", "***").replaceAll("ACTIVE", "***"),
  };
  return {
    ledger,
    store,
    counted,
    commits: () => commits,
    /** Records an observation at a time in minutes. */
    async poll(at: number, observation: Observation, rules: Partial<Rules> = {}) {
      now = at * minute;
      return record(
        { ...options, rules: () => ({ ...usual, ...rules }) },
        { project, connection, observation, observedAt: now },
      );
    },
    runs: async () =>
      (await store.observations({ since: 0, limit: 100 })).map(
        ({ firstAt, lastAt, polls, observation }) => [
          observation.outcome,
          firstAt / minute,
          lastAt / minute,
          polls,
        ],
      ),
  };
}

test("an unchanged answer writes nothing but, every ten minutes, how far its run reaches", async () => {
  const { poll, commits, runs } = await start();
  for (let at = 0; at <= 25; at += 1) await poll(at, structuredClone(active));
  expect(commits()).toBe(3);
  expect(await runs()).toEqual([["snapshot", 0, 20, 21]]);
});

const creating = seen(withQueues(queue("etl", { state: "CREATING" })));
const everywhere = { patterns: {}, labels: {} };
const hourly = {
  match: everywhere,
  notify: ["all"],
  remind: { firstMs: 60 * minute, factor: 1, maxMs: 60 * minute },
};

test("what time brings is told at its time, although nothing has changed", async () => {
  const { poll, commits } = await start(openMemoryStore(), {
    remindersOf: reminders({ routes: [hourly] }),
  });
  const told: string[] = [];
  for (let now = 0; now <= 80; now += 1) {
    const announced = await poll(now, structuredClone(creating));
    told.push(...announced.map(({ event }) => `${now} ${event.type}`));
  }
  expect(told).toEqual(["15 dli-watch.stuck", "75 dli-watch.reminder"]);
  expect(commits()).toBeLessThan(15);
});

test("a policy that changes is not missed by polls that find nothing new", async () => {
  const { poll } = await start();
  for (const now of [0, 1, 2]) expect(await poll(now, creating)).toEqual([]);
  const settings = { ...defaultPolicy, stuckAfterMs: { CREATING: minute } };
  expect(await poll(3, creating, { settings })).toHaveLength(1);
});

test("leaving out polls that say nothing new leaves out nothing that is told", async () => {
  const flapping = { changes: 3, withinMs: 9 * minute };
  const steps = fc.array(
    fc.tuple(
      fc.constantFrom(active, creating, broken, failed()),
      fc.constantFrom(1, 2, 5),
      fc.integer({ min: 1, max: 12 }),
    ),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (runs) => {
      const { poll } = await start(openMemoryStore(), {
        settings: { ...defaultPolicy, flapping },
        remindersOf: reminders({ routes: [hourly] }),
      });
      const polls = runs.flatMap(([observation, everyMinutes, times]) =>
        Array.from({ length: times }, () => ({ observation, everyMinutes })),
      );
      let now = 0;
      const timed = polls.map(({ observation, everyMinutes }) => {
        now += everyMinutes;
        return { now, observation };
      });
      const told: string[][] = [];
      for (const { now, observation } of timed)
        told.push((await poll(now, observation)).map(({ event }) => event.data.title));
      const expected = play(
        timed.map(({ now, observation }) => at(`${now}m`, observation)),
        { policy: { flapping }, routes: [hourly] },
      );
      expect(told).toEqual(expected.map((step) => step.map(({ event }) => event.data.title)));
    }),
    { numRuns: 100 },
  );
});

test("a run ends with its last poll, where another begins and where the watcher stops", async () => {
  const { poll, runs, ledger } = await start();
  for (const at of [0, 1, 2]) await poll(at, active);
  await poll(3, failed());
  for (const at of [4, 5, 6]) await poll(at, active);
  await ledger[Symbol.asyncDispose]();
  expect(await runs()).toEqual([
    ["snapshot", 0, 2, 3],
    ["failed", 3, 3, 1],
    ["snapshot", 4, 6, 3],
  ]);
});

test("a failure goes on while only its request id and its numbers change", async () => {
  const { poll, runs } = await start();
  const refused = (cause: FailureCause, minutes: number): Observation => ({
    outcome: "failed",
    failure: { cause, message: `not for ${minutes}m`, requestId: `r${minutes}` },
  });
  for (const at of [0, 1, 2]) await poll(at, refused("credentials", 6 - at));
  await poll(3, refused("clock", 3));
  expect(await runs()).toEqual([
    ["failed", 0, 2, 3],
    ["failed", 3, 3, 1],
  ]);
});

test("after a start a new run begins, so that the time in between shows as unseen", async () => {
  const before = await start();
  for (const at of [0, 1, 2]) await before.poll(at, active);
  await before.ledger[Symbol.asyncDispose]();
  const after = await start(before.store);
  await after.poll(60, active);
  expect(await after.runs()).toEqual([
    ["snapshot", 0, 2, 3],
    ["snapshot", 60, 60, 1],
  ]);
});

test("while the store takes nothing nothing is told, and the first commit after it tells everything", async () => {
  const { poll, ledger, counted, runs } = await start();
  await poll(0, active);
  const { commit } = counted;
  counted.commit = () => Promise.reject(new Error("disk full"));
  await expect(poll(1, broken)).rejects.toThrow("disk full");
  await expect(poll(2, active)).rejects.toThrow("disk full");
  expect(ledger.fault()).toBe("disk full");
  counted.commit = commit;
  expect(await poll(3, active)).toEqual([]);
  expect(ledger.fault()).toBeUndefined();
  const [{ event } = {}] = await poll(4, broken);
  expect(event?.data.sequence).toBe(1);
  expect(await runs()).toEqual([
    ["snapshot", 0, 3, 2],
    ["snapshot", 4, 4, 1],
  ]);
});

test("secrets are gone from an observation before anything is decided", async () => {
  const { poll, store } = await start();
  await poll(0, active);
  const [{ event } = {}] = await poll(1, broken);
  expect(event?.data.err_msg).toBe("key=***");
  expect(
    JSON.stringify([await store.memories(), await store.observations({ since: 0, limit: 9 })]),
  ).not.toContain("canary");
});

test("a reason is told with what lies behind it", async () => {
  const { poll } = await start();
  await poll(0, active);
  const errMsg = "Can't get ready router.";
  const [{ event } = {}] = await poll(
    1,
    seen(withQueues(queue("etl", { state: "FAILED", errMsg }))),
  );
  expect(event?.data.hint?.cause).toBe("The target's network has no router that is ready.");
});
