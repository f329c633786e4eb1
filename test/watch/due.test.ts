import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Observation } from "../../src/core/model.ts";
import type { AdHocMute } from "../../src/core/mute.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { startDelivering } from "../../src/watch/deliver.ts";
import { startReleasing } from "../../src/watch/due.ts";
import type { Sender } from "../../src/watch/lane.ts";
import { openLedger } from "../../src/watch/ledger.ts";
import { record } from "../../src/watch/record.ts";
import { type FakeClock, fakeClock } from "../support/clock.ts";
import { numbering } from "../support/numbering.ts";
import { anyPolls, anyTelling } from "../support/random-telling.ts";
import { silentLog } from "../support/silent-log.ts";
import { projectWith, queues, rulesFor, type Telling } from "../support/telling.ts";
import { lineOf } from "../support/timeline.ts";
import { temporaryDirectory } from "../support/watcher.ts";

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
const active = queues({ etl: "ACTIVE" });
const broken = queues({ etl: "FAILED" });

/** What two processes share. */
interface Shared {
  /** The daemon's, anew after each start. */
  readonly open: () => Store;
  /** Another process'. */
  readonly other: Pick<Store, "commit" | "mutes">;
}

function sharedMemory(): Shared {
  const store = openMemoryStore();
  let changed = false;
  const changedElsewhere = async () => {
    const was = changed;
    changed = false;
    return was;
  };
  return {
    open: () => ({ ...store, changedElsewhere }),
    other: {
      mutes: store.mutes,
      async commit(change) {
        await store.commit(change);
        changed = true;
      },
    },
  };
}

function sharedFile(): Shared {
  const file = join(temporaryDirectory(), "watch.db");
  const open = () => openSqliteStore({ file, mode: "daemon" });
  const writing = async <Result>(use: (store: Store) => Promise<Result>) => {
    await using store = openSqliteStore({ file, mode: "writer" });
    return use(store);
  };
  return {
    open,
    other: {
      mutes: () => writing((store) => store.mutes()),
      commit: (change) => writing((store) => store.commit(change)),
    },
  };
}

/** A watcher that is told what it observes, and whose notifiers accept everything. */
async function startWatch(shared: Shared, telling: Telling, clock: FakeClock = fakeClock()) {
  const { newId } = numbering();
  const told: string[] = [];
  const rules = rulesFor(telling);
  const project = projectWith(["a", "b"]);
  const start = clock.now();
  let isDown = false;
  let isAway = false;
  const senders = rules.dispatching.notifiers.map(
    ({ name }): Sender => ({
      name,
      async send({ event }) {
        if (isAway) return { verdict: "retry", why: "connection refused" };
        const after = new Date(clock.now() - start).toISOString().slice(11, 19);
        told.push(`${after} ${name} ${lineOf(event)}`);
        return { verdict: "accepted" };
      },
    }),
  );

  async function begin() {
    const opened = shared.open();
    const store: Store = {
      ...opened,
      async commit(change) {
        if (isDown) throw new Error("disk full");
        return opened.commit(change);
      },
    };
    const ledger = await openLedger({ store, newId: () => `${clock.now()} ${newId()}` });
    const options = {
      ledger,
      store,
      installation: "test",
      rules: () => rules,
      projects: () => [project],
      scrub: (text: string) => text,
      clock,
      random: () => 0.5,
      log: silentLog,
    };
    const releasing = startReleasing(options);
    const delivering = startDelivering(options);
    delivering.replace(senders);
    return {
      options,
      /** As a kill does: what the ledger knows beside the store is lost. */
      async kill() {
        await Promise.all([releasing[Symbol.asyncDispose](), delivering[Symbol.asyncDispose]()]);
        await opened[Symbol.asyncDispose]();
      },
    };
  }

  let running = await begin();
  onTestFinished(async () => {
    await running.kill();
    expect(clock.waiting()).toBe(0);
  });
  return {
    clock,
    told,
    async poll(observation: Observation, name = "a") {
      const connection = project.connections.find(({ id }) => id === name);
      if (!connection) return;
      await record(running.options, { project, connection, observation, observedAt: clock.now() });
    },
    async restart() {
      await running.kill();
      running = await begin();
    },
    store: () => running.options.store,
    /** Whether the store takes nothing. */
    setDown(down: boolean) {
      isDown = down;
    },
    /** Whether no receiver can be reached. */
    setAway(away: boolean) {
      isAway = away;
    },
  };
}

const muteAt = (now: number): AdHocMute => ({
  id: "by-hand",
  match: { patterns: { project: "prod" }, labels: {} },
  why: "moving the VPC",
  createdAt: now,
  until: now + hour,
});

const delayed = { routes: [{ match: {}, notify: ["oncall"], delay: "2m" }] };

describe.each([
  ["in memory", sharedMemory],
  ["in SQLite", sharedFile],
])("with a store %s", (_, share) => {
  test("what is delayed is sent when its time has come, and dropped when it is over before", async () => {
    const { clock, told, poll } = await startWatch(share(), delayed);
    await poll(broken);
    await clock.advance(minute);
    await poll(active);
    await clock.advance(minute);
    await poll(broken);
    await clock.advance(2 * minute - 1);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual(["00:04:00 oncall !!transition etl ACTIVE>FAILED"]);
  });

  test("a digest is told when it is due", async () => {
    const { clock, told, poll } = await startWatch(share(), {
      routes: [{ match: {}, notify: ["oncall"], digest: "15m" }],
    });
    await poll(broken);
    await clock.advance(minute);
    await poll(active);
    await clock.advance(hour);
    expect(told).toEqual([
      "00:15:00 oncall !!digest oncall [!!appeared etl >FAILED, recovery etl FAILED>ACTIVE]",
    ]);
  });

  test("a planned mute ends with its summary, and then the recovery is told", async () => {
    const { clock, told, poll } = await startWatch(share(), {
      mutes: [{ name: "patching", match: {}, cron: "0 2 * * *", for: "30m" }],
    });
    await poll(broken);
    await clock.advance(hour);
    await poll(active);
    await clock.advance(0);
    expect(told).toEqual([
      "00:30:00 oncall !!mute_summary patching [!!reminder etl >FAILED]",
      "01:00:00 oncall recovery etl FAILED>ACTIVE",
    ]);
  });

  test("killed while something is held, it is told by the next process, in time", async () => {
    const { clock, told, poll, restart } = await startWatch(share(), delayed);
    await poll(broken);
    await clock.advance(minute);
    await restart();
    await clock.advance(minute);
    expect(told).toEqual(["00:02:00 oncall !!appeared etl >FAILED"]);
    await restart();
    await clock.advance(hour);
    expect(told).toHaveLength(1);
  });

  test("killed until long after, it is told at once", async () => {
    const { clock, told, poll, restart } = await startWatch(share(), delayed);
    await poll(broken);
    clock.stall(hour);
    await restart();
    await clock.advance(0);
    expect(told).toEqual(["01:00:00 oncall !!appeared etl >FAILED"]);
  });

  test("a mute that another process adds holds from then on, and ends with a summary, also where that process removes it", async () => {
    const shared = share();
    const { clock, told, poll } = await startWatch(shared, {});
    await poll(active);
    const mute = muteAt(clock.now());
    await shared.other.commit({ mutes: [mute] });
    await poll(broken);
    await clock.advance(10 * minute);
    expect(told).toEqual([]);
    await shared.other.commit({ mutes: [{ ...mute, until: clock.now() }] });
    await clock.advance(2 * second);
    await poll(active);
    await clock.advance(0);
    expect(told).toEqual([
      expect.stringMatching(
        /^00:10:0[01] oncall !!mute_summary moving the VPC \[!!reminder etl >FAILED\]$/,
      ),
      "00:10:02 oncall recovery etl FAILED>ACTIVE",
    ]);
    expect(await shared.other.mutes()).toEqual([]);
  });

  test("such a mute ends by itself, also while nothing runs, and is forgotten", async () => {
    const shared = share();
    const { clock, told, poll, restart } = await startWatch(shared, {});
    await poll(active);
    await shared.other.commit({ mutes: [muteAt(clock.now())] });
    await poll(broken);
    clock.stall(2 * hour);
    await restart();
    await clock.advance(0);
    expect(told).toEqual([
      "02:00:00 oncall !!mute_summary moving the VPC [!!reminder etl >FAILED]",
    ]);
    expect(await shared.other.mutes()).toEqual([]);
  });

  test("while the store takes nothing, nothing is told; then what is due is, once", async () => {
    const { clock, told, poll, setDown } = await startWatch(share(), delayed);
    await poll(broken);
    setDown(true);
    await clock.advance(10 * minute);
    expect(told).toEqual([]);
    setDown(false);
    await clock.advance(2 * second);
    expect(told).toEqual([expect.stringMatching(/^00:10:0[01] oncall !!appeared etl >FAILED$/)]);
    await clock.advance(hour);
    expect(told).toHaveLength(1);
  });

  test("after an outage of the receiver what began and ended meanwhile is not told, the rest as one", async () => {
    const { clock, told, poll, setAway } = await startWatch(share(), {
      policy: { storm: { over: 3, within: "1m" } },
    });
    const names = ["q1", "q2", "q3", "q4", "q5", "q6", "q7"];
    const areFailed = (failed: readonly string[]) =>
      queues(
        Object.fromEntries(
          names.map((name) => [name, failed.includes(name) ? "FAILED" : "ACTIVE"]),
        ),
      );
    await poll(areFailed([]));
    setAway(true);
    await poll(areFailed(names.slice(0, 1)));
    await clock.advance(hour);
    for (const count of [2, 3, 4, 5, 6, 7]) {
      await poll(areFailed(names.slice(0, count)));
      await clock.advance(minute);
    }
    await poll(areFailed(names.slice(0, 6)));
    setAway(false);
    await clock.advance(hour);
    expect(told.map((line) => line.slice("00:00:00 oncall ".length))).toEqual([
      "!!transition q1 ACTIVE>FAILED",
      `!!digest oncall [${["q2", "q3", "q4", "q5", "q6"].map((name) => `!!transition ${name} ACTIVE>FAILED`).join(", ")}]`,
    ]);
  });

  test("set forward, the wall clock brings what is due within a minute", async () => {
    const { clock, told, poll } = await startWatch(share(), delayed);
    await poll(broken);
    await clock.advance(second);
    clock.jump(hour);
    await clock.advance(minute);
    expect(told).toHaveLength(1);
  });
});

test("whatever happens, each notice ends for each notifier that a route names as accepted, or closed with the reason", async () => {
  await fc.assert(
    fc.asyncProperty(anyTelling, anyPolls, async (telling, polls) => {
      const policy = { ...telling.policy, flapping: false };
      const { clock, poll, told, store } = await startWatch(sharedMemory(), { ...telling, policy });
      for (const { connection, observation, minutes } of polls) {
        await clock.advance(minutes * minute);
        await poll(observation, connection);
      }
      clock.stall(24 * hour);
      await clock.advance(10 * minute);
      const deliveries = await store().deliveries({ limit: 100_000 });
      const [accepted = [], closed = [], ...others] = ["accepted", "closed", "waiting", "dead"].map(
        (state) => deliveries.filter((one) => one.state === state),
      );
      expect(others).toEqual([[], []]);
      expect(told).toHaveLength(accepted.length);
      for (const { lastError } of closed) {
        expect(lastError).toMatch(
          /^(Muted: mute \d\.|Told in a digest\.|(Its problem was o|O)ver within its delay\.)$/,
        );
      }
      const addressed = deliveries.map(({ event, notifier }) => `${event} ${notifier}`);
      const { router } = rulesFor(telling).dispatching;
      const types = ["dli-watch.transition"];
      for (const { id, json } of await store().events({ types, limit: 100_000 })) {
        const meant = router(JSON.parse(json)).map(({ notifier }) => `${id} ${notifier}`);
        expect(addressed).toEqual(expect.arrayContaining(meant));
      }
    }),
    { numRuns: 30 },
  );
});
