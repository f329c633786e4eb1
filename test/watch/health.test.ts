import { expect, test } from "vitest";
import { isoTime } from "../../src/core/notice.ts";
import { type Delivery, restingLane } from "../../src/core/outbox.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import { healthOf } from "../../src/watch/health.ts";
import { openLedger } from "../../src/watch/ledger.ts";
import { startSchedule } from "../../src/watch/schedule.ts";
import { fakeClock } from "../support/clock.ts";
import { numbering } from "../support/numbering.ts";
import { delivery, storedEvent } from "../support/store-samples.ts";

const minute = 60_000;

/** A schedule of one job a minute that ends when the test says so, and its health. */
async function start() {
  const clock = fakeClock();
  const store = openMemoryStore();
  const ledger = await openLedger({ store, newId: numbering().newId });
  const schedule = startSchedule({ clock, random: () => 0 });
  const counts = { attempted: new Set<string>(), skipped: 0 };
  const health = healthOf({
    ledger,
    schedule,
    counts,
    watched: () => ["prod/one", "prod/two"],
    notifiers: () => ["oncall", "hook"],
    clock,
  });
  let end = () => {};
  const job = {
    schedule: { everyMs: minute, jitter: 0 },
    skipped() {},
    run: () =>
      new Promise<undefined>((resolve) => {
        end = () => resolve(undefined);
      }),
  };
  schedule.replace(new Map([["prod/one", job]]));
  return { clock, schedule, counts, health, store, ledger, end: () => end() };
}

test("alive while polls end, whatever the cloud says; not when none ends for an hour", async () => {
  const { clock, schedule, health, end } = await start();
  for (let poll = 0; poll < 90; poll += 1) {
    await clock.advance(minute);
    end();
  }
  await clock.advance(30 * minute);
  expect(health.alive()).toBeUndefined();
  await clock.advance(32 * minute);
  expect(health.alive()).toMatch(/^polls are under way, but none has ended for 1h/);
  end();
  await clock.advance(0);
  expect(health.alive()).toBeUndefined();
  await schedule[Symbol.asyncDispose]();
});

test("not alive when the schedule itself stands still", async () => {
  const { clock, schedule, health, end } = await start();
  await clock.advance(minute);
  end();
  clock.stall(40_000);
  expect(health.alive()).toBe("the schedule has not run for 40s");
  await clock.advance(1_000);
  expect(health.alive()).toBeUndefined();
  end();
  await schedule[Symbol.asyncDispose]();
});

test("ready once every connection was polled and while the store takes commits", async () => {
  const { schedule, counts, health, store, ledger, end } = await start();
  expect(health.ready()).toBe("2 of 2 connections have not been polled yet");
  counts.attempted.add("prod/one").add("prod/two");
  expect(health.ready()).toBeUndefined();
  counts.attempted.delete("prod/two"); // as if a reload had added it
  expect(health.ready()).toBeUndefined();
  const { commit } = store;
  store.commit = () => Promise.reject(new Error("disk full"));
  await expect(ledger.transact(() => ({ announced: [] }))).rejects.toThrow("disk full");
  expect(health.ready()).toBe("the store cannot be written: disk full");
  store.commit = commit;
  await ledger.transact(() => ({ announced: [] }));
  expect(health.ready()).toBeUndefined();
  end();
  await schedule[Symbol.asyncDispose]();
});

test("it delivers unless a notifier refuses everything, or was tried in vain for a quarter of an hour", async () => {
  const { clock, schedule, health, store, ledger, end } = await start();
  await store.commit({ events: [storedEvent(1)] });
  const waiting = (more: Partial<Delivery>) => delivery(storedEvent(1), more);
  const keep = (one: Delivery, lane = restingLane) =>
    ledger.transact(() => ({
      deliveries: [one],
      lanes: [{ notifier: one.notifier, memory: lane }],
      announced: [],
    }));
  const begun = clock.now();
  await keep(waiting({ createdAt: begun, attempts: 1 }));
  await keep(waiting({ id: "d2", createdAt: 0, attempts: 0 }));
  await keep(waiting({ id: "d3", createdAt: 0, attempts: 1, hold: "delay" }));
  await keep(waiting({ id: "d4", createdAt: 0, attempts: 1, notifier: "gone" }));
  expect(health.delivers()).toBeUndefined();
  await clock.advance(16 * minute);
  const late = `the notifier oncall has not taken a notice since ${isoTime(begun)}`;
  expect(health.delivers()).toBe(late);
  await clock.advance(minute);
  expect(health.delivers()).toBe(late);
  const failing = {
    id: "i1",
    openedAt: 0,
    severity: "warning",
    told: [],
    error: "no",
    probes: 1,
  } as const;
  await keep(waiting({ id: "d5", notifier: "hook" }), { ...restingLane, failing });
  expect(health.delivers()).toBe("the notifier hook refuses everything");
  end();
  await schedule[Symbol.asyncDispose]();
});
