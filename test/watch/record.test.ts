import { expect, test } from "vitest";
import { explainer } from "../../src/core/hints.ts";
import type { FailureCause, Observation } from "../../src/core/model.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { openLedger } from "../../src/watch/ledger.ts";
import { record } from "../../src/watch/record.ts";
import { numbering } from "../support/numbering.ts";
import { queue, withQueues } from "../support/snapshots.ts";
import { defaultPolicy, failed, seen } from "../support/timeline.ts";

const minute = 60_000;
const active = seen(withQueues(queue("etl")));
const broken = seen(withQueues(queue("etl", { state: "FAILED", errMsg: "key=canary-secret" })));

/** A watcher of one connection over a store whose commits are counted. */
async function start(store: Store = openMemoryStore()) {
  let now = 0;
  let commits = 0;
  const counted: Store = {
    ...store,
    commit(change) {
      commits += 1;
      return store.commit(change);
    },
  };
  const ledger = await openLedger({ store: counted, newId: numbering().newId, now: () => now });
  const connection = { id: "c1", labels: {} };
  const project = { name: "prod", project_id: "", region: "", connections: [connection] };
  const options = {
    ledger,
    installation: "test",
    settings: defaultPolicy,
    router: () => [],
    explain: explainer([]),
    scrub: (text: string) => text.replaceAll("canary-secret", "***").replaceAll("ACTIVE", "***"),
  };
  return {
    ledger,
    store,
    counted,
    commits: () => commits,
    /** Records an observation at a time in minutes. */
    async poll(at: number, observation: Observation) {
      now = at * minute;
      return record(options, { project, connection, observation, observedAt: now });
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
