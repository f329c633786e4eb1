import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ConnectionMemory, Incident } from "../../src/core/memory.ts";
import type { AdHocMute } from "../../src/core/mute.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type {
  Commit,
  DeliveryQuery,
  EventQuery,
  ObservationQuery,
  Store,
} from "../../src/store/store.ts";
import {
  connectionMemory,
  delivery,
  everythingIn,
  observationRun,
  storedEvent,
} from "../support/store-samples.ts";

const mute: AdHocMute = {
  id: "m1",
  match: { patterns: { to: { not: ["FAILED"] } }, labels: { team: "data" } },
  why: "moving house",
  createdAt: 1,
  until: 9,
};

const stores: Readonly<Record<string, (directory: string) => Store>> = {
  memory: () => openMemoryStore(),
  sqlite: (directory) => openSqliteStore({ file: join(directory, "store.db"), mode: "daemon" }),
};

describe.each(Object.keys(stores))("a %s store", (kind) => {
  /** A test with a new store of its own. */
  const storeTest = (name: string, body: (store: Store) => Promise<void>) =>
    test(name, async () => {
      using directory = mkdtempDisposableSync(join(tmpdir(), "dli-watch-"));
      await using store = stores[kind]?.(directory.path) ?? openMemoryStore();
      await body(store);
    });

  storeTest("is empty at first", async (store) => {
    expect(await everythingIn(store)).toEqual({
      connections: [],
      projects: [],
      lanes: [],
      mutes: [],
      withheld: [],
      threads: [],
      sequence: 0,
      events: [],
      deliveries: [],
      observations: [],
    });
    expect(await store.event("e1")).toBeUndefined();
  });

  storeTest("gives back every part of a commit as it was given", async (store) => {
    const event = storedEvent(7, { json: JSON.stringify({ err_msg: hostile }) });
    const settled = delivery(event, {
      state: "dead",
      attempts: 3,
      lastError: hostile.toWellFormed(),
      settledAt: 9,
    });
    const waiting = delivery(event, {
      id: "d2",
      notifier: "hook",
      incident: "i1",
      role: "opens",
      hold: 'digest {"afterMs":900000}',
      way: { by: "routes", routes: [2], rule: "digested", heldMs: 900_000 },
    });
    const withheld = {
      mute: mute.id,
      withheld: { notifiers: { hook: { notices: 1, incidents: ["i1"] } } },
    };
    const first = { notifier: "hook", incident: "i1", event: event.id, toldAt: 8 };
    const threads = [
      { ...first, handle: hostile.toWellFormed() },
      { ...first, notifier: "oncall", endedAt: 8 },
    ];
    const run = observationRun();
    const connection = { project: "prod", id: "orders", memory: fullMemory };
    const project = { name: "prod", memory: { episode: 2, unreachable: incident, seenAt: 5 } };
    const lane = {
      notifier: "oncall",
      memory: {
        failures: 4,
        resumeAt: 10,
        failing: { ...incident, error: hostile, probes: 1 },
      },
    };
    await store.commit({
      observations: [run],
      connections: [connection],
      projects: [project],
      lanes: [lane],
      events: [event],
      deliveries: [settled, waiting],
      mutes: [mute],
      withheld: [withheld],
      threads,
    });

    const stored = { ...run, sequence: 1 };
    expect(await everythingIn(store)).toEqual({
      connections: [{ ...connection, lastRun: stored }],
      projects: [project],
      lanes: [lane],
      mutes: [mute],
      withheld: [withheld],
      threads: threads.toSorted((one, other) => one.notifier.length - other.notifier.length),
      sequence: 7,
      events: [event],
      deliveries: [settled, waiting],
      observations: [stored],
    });
    expect(await store.event(event.id)).toEqual(event);
  });

  storeTest(
    "replaces mutes and what they withheld, and forgets both where they are over",
    async (store) => {
      const other = { ...mute, id: "m2", why: "another" };
      const withheld = { mute: "m1", withheld: { notifiers: {} } };
      await store.commit({
        mutes: [other, mute],
        withheld: [withheld, { ...withheld, mute: "planned" }],
      });
      await store.commit({ mutes: [{ ...mute, until: 5 }], endedMutes: ["m2", "planned"] });
      expect(await everythingIn(store)).toMatchObject({
        mutes: [{ ...mute, until: 5 }],
        withheld: [withheld],
      });
      expect(await store.mutes()).toEqual([{ ...mute, until: 5 }]);
    },
  );

  storeTest(
    "replaces threads, and forgets those that are over or were told long ago",
    async (store) => {
      const [one, two] = [storedEvent(1), storedEvent(2)];
      const thread = { notifier: "oncall", incident: "i1", event: one.id, toldAt: 1 };
      const other = { ...thread, notifier: "hook" };
      const third = { ...thread, incident: "i2" };
      await store.commit({ events: [one, two, storedEvent(3)], threads: [thread, other, third] });
      const next = { ...thread, handle: "h", event: two.id, toldAt: 9, endedAt: 9 };
      await store.commit({ threads: [next], endedThreads: [third, { ...other, incident: "i9" }] });
      expect((await everythingIn(store)).threads).toEqual([other, next]);
      expect(await store.prune(9)).toBe(2);
      expect(await everythingIn(store)).toMatchObject({
        threads: [next],
        events: [{ id: two.id }, { id: "e3" }],
      });
    },
  );

  storeTest("makes a lone surrogate in a column harmless", async (store) => {
    const event = storedEvent(1);
    await store.commit({ events: [event], deliveries: [delivery(event, { lastError: hostile })] });
    const [stored] = await store.deliveries({ limit: 1 });
    expect(stored?.lastError.toWellFormed()).toBe(hostile.toWellFormed());
  });

  storeTest("replaces memories and known deliveries, and leaves the rest", async (store) => {
    const [one, two] = [storedEvent(1), storedEvent(2)];
    const connection = { project: "prod", id: "orders" };
    await store.commit({
      connections: [{ ...connection, memory: connectionMemory(1) }],
      projects: [{ name: "prod", memory: { episode: 1 } }],
      lanes: [{ notifier: "oncall", memory: { failures: 1, resumeAt: 5 } }],
      events: [one, two],
      deliveries: [delivery(one), delivery(two)],
    });
    const accepted = delivery(one, { state: "accepted", attempts: 1, settledAt: 3 });
    await store.commit({
      connections: [{ ...connection, memory: connectionMemory(2) }],
      projects: [{ name: "prod", memory: { episode: 2 } }],
      lanes: [{ notifier: "oncall", memory: { failures: 0, resumeAt: 0 } }],
      deliveries: [accepted],
    });

    expect(await everythingIn(store)).toMatchObject({
      connections: [{ ...connection, memory: connectionMemory(2) }],
      projects: [{ memory: { episode: 2 } }],
      lanes: [{ memory: { failures: 0 } }],
      events: [one, two],
      deliveries: [accepted, delivery(two)],
    });
  });

  storeTest(
    "amends deliveries that wait or are dead, and leaves alone what was settled",
    async (store) => {
      const [one, two, three] = [storedEvent(1), storedEvent(2), storedEvent(3)];
      const [waits, died, done] = [
        delivery(one),
        delivery(two, { state: "dead", settledAt: 5 }),
        delivery(three, { state: "accepted", settledAt: 5 }),
      ];
      await store.commit({ events: [one, two, three], deliveries: [waits, died, done] });
      const closed = [waits, died, done].map((one) => ({
        ...one,
        state: "closed" as const,
        lastError: "by hand",
        settledAt: 9,
      }));
      await store.commit({ amendments: [...closed, { ...delivery(one), id: "unknown" }] });
      expect((await everythingIn(store)).deliveries).toEqual([closed[0], closed[1], done]);
    },
  );

  storeTest("lengthens the last run of a connection, or starts one", async (store) => {
    const memory = connectionMemory(0);
    await store.commit({
      connections: [{ project: "prod", id: "orders", memory }],
      observations: [observationRun({ firstAt: 50, lastAt: 50 })],
    });
    await store.commit({ observations: [observationRun({ firstAt: 50, lastAt: 60, polls: 2 })] });
    await store.commit({ observations: [observationRun({ connection: "logs", firstAt: 60 })] });
    // The wall clock was set back: the run started last is still the last one.
    await store.commit({ observations: [observationRun({ firstAt: 10, lastAt: 11, polls: 2 })] });

    expect(await everythingIn(store)).toMatchObject({
      connections: [{ lastRun: { firstAt: 10, lastAt: 11, polls: 2 } }],
      observations: [
        { sequence: 1, connection: "orders", firstAt: 50, lastAt: 60, polls: 2 },
        { sequence: 2, connection: "logs", firstAt: 60 },
        { sequence: 3, connection: "orders", firstAt: 10, lastAt: 11, polls: 2 },
      ],
    });
  });

  describe("commits all or nothing, whichever part is impossible:", () => {
    const known = storedEvent(1);
    const [two, three] = [storedEvent(2), storedEvent(3)];
    const impossible: Readonly<Record<string, Commit>> = {
      "an event's id again": { events: [two, { ...three, id: known.id }] },
      "an event's sequence again": { events: [two, { ...three, sequence: known.sequence }] },
      "an event twice": { events: [two, two] },
      "a delivery of no event": { events: [two], deliveries: [delivery(two), delivery(three)] },
      "a thread of no event": {
        events: [two],
        threads: [{ notifier: "oncall", incident: "i1", event: three.id, toldAt: 1 }],
      },
    };
    for (const [part, change] of Object.entries(impossible)) {
      storeTest(part, async (store) => {
        await store.commit({ events: [known], deliveries: [delivery(known)] });
        const before = await everythingIn(store);
        const commit = store.commit({
          observations: [observationRun()],
          connections: [{ project: "prod", id: "orders", memory: connectionMemory(1) }],
          projects: [{ name: "prod", memory: { episode: 1 } }],
          lanes: [{ notifier: "oncall", memory: { failures: 1, resumeAt: 1 } }],
          ...change,
        });
        await expect(commit).rejects.toThrow();
        expect(await everythingIn(store)).toEqual(before);
        await store.commit({ events: [two] });
        expect(await store.event(two.id)).toEqual(two);
      });
    }
  });

  describe("finds events by", () => {
    const queries: readonly (readonly [query: Partial<EventQuery>, sequences: number[]])[] = [
      [{}, [1, 2, 3, 4]],
      [{ after: 2 }, [3, 4]],
      [{ since: 3 }, [2, 3]],
      [{ types: ["dli-watch.stuck", "dli-watch.recovery"] }, [2, 4]],
      [{ types: [] }, []],
      [{ project: "test" }, [3]],
      [{ connection: "logs" }, [4]],
      [{ idEnd: "ZT4V6Y91" }, [2]],
      [{ idEnd: "T4V6Y91" }, []],
      [{ connection: "orders", types: ["dli-watch.transition"], project: "prod" }, [1]],
      [{ before: 3 }, [1, 2]],
      [{ newestFirst: true }, [4, 3, 2, 1]],
      [{ newestFirst: true, before: 4, limit: 2 }, [3, 2]],
      [{ limit: 2 }, [1, 2]],
      [{ after: 1, limit: 2 }, [2, 3]],
    ];
    for (const [query, sequences] of queries) {
      storeTest(JSON.stringify(query), async (store) => {
        await store.commit({
          events: [
            storedEvent(4, { type: "dli-watch.recovery", connection: "logs", time: 1 }),
            storedEvent(3, { project: "test" }),
            storedEvent(1),
            storedEvent(2, { id: "01KAPX-ZT4V6Y91", type: "dli-watch.stuck", time: 4 }),
          ],
        });
        const found = await store.events({ limit: 10, ...query });
        expect(found.map(({ sequence }) => sequence)).toEqual(sequences);
      });
    }
  });

  describe("finds deliveries by", () => {
    const queries: readonly (readonly [query: Partial<DeliveryQuery>, ids: string[]])[] = [
      [{}, ["a", "b", "c"]],
      [{ state: "waiting" }, ["a", "c"]],
      [{ event: "e1", notifier: "hook" }, ["a"]],
      [{ event: "e2" }, []],
      [{ notifier: "oncall" }, ["b", "c"]],
      [{ state: "waiting", notifier: "oncall" }, ["c"]],
      [{ ids: ["c", "a", "x"] }, ["a", "c"]],
      [{ ids: [] }, []],
      [{ after: "a" }, ["b", "c"]],
      [{ after: "a", limit: 1 }, ["b"]],
    ];
    for (const [query, ids] of queries) {
      storeTest(JSON.stringify(query), async (store) => {
        const event = storedEvent(1);
        await store.commit({
          events: [event],
          deliveries: [
            delivery(event, { id: "c" }),
            delivery(event, { id: "a", notifier: "hook" }),
            delivery(event, { id: "b", state: "closed", settledAt: 2 }),
          ],
        });
        const found = await store.deliveries({ limit: 10, ...query });
        expect(found.map(({ id }) => id)).toEqual(ids);
      });
    }
  });

  storeTest("counts the dead letters of each notifier", async (store) => {
    expect(await store.deadLetters()).toEqual(new Map());
    const event = storedEvent(1);
    const settled = { state: "dead", settledAt: 2 } as const;
    await store.commit({
      events: [event],
      deliveries: [
        delivery(event, { id: "a", ...settled }),
        delivery(event, { id: "b", ...settled }),
        delivery(event, { id: "c", ...settled, notifier: "hook" }),
        delivery(event, { id: "d", ...settled, state: "closed" }),
        delivery(event, { id: "e", notifier: "mail" }),
      ],
    });
    expect(await store.deadLetters()).toEqual(
      new Map([
        ["oncall", 2],
        ["hook", 1],
      ]),
    );
  });

  storeTest("finds the runs that reach into a time, page by page", async (store) => {
    await store.commit({ observations: [observationRun({ firstAt: 1, lastAt: 9 })] });
    await store.commit({ observations: [observationRun({ firstAt: 10, lastAt: 20 })] });
    await store.commit({ observations: [observationRun({ connection: "logs", lastAt: 30 })] });
    await store.commit({ observations: [observationRun({ firstAt: 21, lastAt: 22 })] });

    const found = async (query: Omit<ObservationQuery, "limit">) =>
      (await store.observations({ limit: 2, ...query })).map(({ sequence }) => sequence);
    expect(await found({ since: 20 })).toEqual([2, 3]);
    expect(await found({ since: 20, after: 3 })).toEqual([4]);
    expect(await found({ since: 20, connection: "orders" })).toEqual([2, 4]);
    expect(await found({ since: 20, project: "test" })).toEqual([]);
    expect(await found({ since: 0, connection: "orders", newestFirst: true })).toEqual([4, 2]);
    expect(await found({ since: 0, newestFirst: true })).toEqual([4, 3]);
    expect(await found({ since: 31 })).toEqual([]);
  });

  storeTest("forgets what is over, and nothing that is needed", async (store) => {
    const [settled, open, late, last] = [1, 2, 3, 4].map((sequence) => storedEvent(sequence));
    if (!settled || !open || !late || !last) throw new Error("four events");
    const waiting = delivery(open);
    const recent = delivery(late, { state: "dead", settledAt: 100 });
    await store.commit({
      events: [settled, open, late, last],
      deliveries: [delivery(settled, { state: "accepted", settledAt: 99 }), waiting, recent],
    });
    await store.commit({ observations: [observationRun({ firstAt: 1, lastAt: 98 })] });
    await store.commit({ observations: [observationRun({ firstAt: 99, lastAt: 99 })] });
    await store.commit({ observations: [observationRun({ connection: "logs", lastAt: 99 })] });

    expect(await store.prune(100)).toBe(3);
    expect(await everythingIn(store)).toMatchObject({
      sequence: 4,
      events: [open, late, last],
      deliveries: [recent, waiting].toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      observations: [{ sequence: 2 }, { sequence: 3 }],
    });
    expect(await store.prune(100)).toBe(0);
  });

  storeTest("forgets thousands of rows at once", async (store) => {
    const events = Array.from({ length: 1_500 }, (_, index) => storedEvent(index + 1));
    const deliveries = events.map((event) => delivery(event, { state: "closed", settledAt: 1 }));
    await store.commit({ events, deliveries });
    expect(await store.prune(2_000)).toBe(2_999);
    expect(await store.events({ limit: 2 })).toEqual(events.slice(-1));
  });

  storeTest("does not take its own commits for another's", async (store) => {
    await store.commit({ events: [storedEvent(1)] });
    expect(await store.changedElsewhere()).toBe(false);
  });
});

/** NUL, a lone surrogate, a right-to-left mark, an escape sequence and quotes. */
const hostile = "a\0b \ud800 \u202e \u001b[31m '\" 队列 😀";

const incident: Incident = { id: "i1", openedAt: 3, severity: "critical", told: ["oncall"] };

const fullMemory: ConnectionMemory = {
  kind: "enhanced",
  snapshot: {
    kind: "enhanced",
    id: "orders",
    state: "ACTIVE",
    errMsg: hostile,
    process: 0.5,
    attributes: { name: hostile },
    bindings: {
      queue: [{ type: "queue", name: "etl", peerId: "p", state: "FAILED", errMsg: hostile }],
      pool: null,
    },
  },
  connection: { since: 1, incident },
  bindings: { [hostile]: { since: 2 } },
  pending: { gone: { change: "gone", polls: 1, firstSight: false } },
  blindness: { polls: 1, episode: 3, since: 2, begunAt: 2, cause: "network", message: hostile },
  seenAt: 4,
};
