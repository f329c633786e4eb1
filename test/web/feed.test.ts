import { expect, onTestFinished, test } from "vitest";
import { openMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { createFeed, type Feed, mostListeners } from "../../src/web/feed.ts";
import { type FakeClock, fakeClock } from "../support/clock.ts";
import { storedEvent } from "../support/store-samples.ts";

const change = "event: change\ndata:\n\n";
const comment = ":\n\n";

function toldText(...sequences: readonly number[]): string {
  return sequences
    .map((sequence) => {
      const { json } = storedEvent(sequence);
      return `id: ${sequence}\nevent: transition\ndata: ${json}\n\n`;
    })
    .join("");
}

interface Fed {
  readonly feed: Feed;
  readonly clock: FakeClock;
  readonly store: Store;
  /** Commits events up to this sequence, and tells. */
  commit(last: number): Promise<void>;
}

/** A feed over a store; it leaves no timer behind. */
function startFeed(
  replaced: Partial<Store> = {},
  report = (error: unknown) => expect(error).toBe("none"),
): Fed {
  const store = { ...openMemoryStore(), ...replaced };
  const clock = fakeClock();
  let latest = 0;
  const feed = createFeed({ store, latest: () => latest, clock, report });
  onTestFinished(() => {
    feed.end();
    expect(clock.waiting()).toBe(0);
  });
  return {
    feed,
    clock,
    store,
    async commit(last) {
      const count = last - latest;
      const events = Array.from({ length: count }, (_, index) =>
        storedEvent(last - count + index + 1),
      );
      await store.commit({ events });
      latest = last;
      feed.told();
    },
  };
}

/** Joins, and has taken the change that everybody begins with. */
async function join({ feed }: Fed, after?: number) {
  const cut = { count: 0 };
  const hangUp = () => {
    cut.count += 1;
  };
  const reader = feed.listen({ after, hangUp })?.getReader();
  if (!reader) throw new Error("Too many listen");
  const read = async () => {
    const { value } = await reader.read();
    return value && new TextDecoder().decode(value);
  };
  return { read, cut, leave: () => reader.cancel() };
}

test("what is committed is told at once, byte for byte, after a change", async () => {
  const fed = startFeed();
  await fed.commit(2);
  const { read } = await join(fed);
  expect(await read()).toBe(change);
  const next = read();
  await fed.commit(4);
  expect(await next).toBe(toldText(3, 4));
});

test.each([
  [0, [1, 2, 3]],
  [1, [2, 3]],
  [3, []],
  [99, []],
])("after %i of three come %j, then what follows", async (after, sequences) => {
  const fed = startFeed();
  await fed.commit(3);
  const { read } = await join(fed, after);
  expect(await read()).toBe(toldText(...sequences) + change);
  const next = read();
  await fed.commit(4);
  expect(await next).toBe(toldText(4));
});

test("however slow a listener is and whenever it joins, each event is told once and in order", async () => {
  const fed = startFeed();
  await fed.commit(250);
  const slow = await join(fed, 0);
  const texts = [await slow.read()];
  await fed.commit(310);
  for (let count = 0; count < 3; count += 1) texts.push(await slow.read());
  const all = Array.from({ length: 310 }, (_, index) => index + 1);
  expect(texts.join("").replace(change, "")).toBe(toldText(...all));
});

test("a change is told at once, further ones once a second", async () => {
  const fed = startFeed();
  const { read } = await join(fed);
  await read();
  const times: number[] = [];
  const listening = (async () => {
    while ((await read()) === change) times.push(fed.clock.monotonic());
  })();
  for (let tenths = 0; tenths < 25; tenths += 1) {
    fed.feed.changed();
    await fed.clock.advance(100);
  }
  await fed.clock.advance(2_000);
  fed.feed.end();
  await listening;
  expect(times).toEqual([0, 1_000, 2_000, 3_000]);
});

test("in quiet a comment comes every 15 seconds", async () => {
  const fed = startFeed();
  const { read } = await join(fed);
  await read();
  for (const _ of [1, 2, 3]) {
    const next = read();
    await fed.clock.advance(14_999);
    await fed.clock.advance(1);
    expect(await next).toBe(comment);
  }
});

test("who takes nothing is cut off after two beats, the others are not", async () => {
  const fed = startFeed();
  const stalled = await join(fed);
  const quick = await join(fed);
  await stalled.read();
  await quick.read();
  // Asked for, and sent; then it takes nothing more.
  const [last, read] = [stalled.read(), quick.read()];
  await fed.commit(1);
  expect(await Promise.all([last, read])).toEqual([toldText(1), toldText(1)]);
  const beats = [quick.read(), quick.read()];
  await fed.clock.advance(15_000);
  expect(stalled.cut.count).toBe(0);
  await fed.clock.advance(15_000);
  expect([stalled.cut.count, quick.cut.count]).toEqual([1, 0]);
  expect(await Promise.all(beats)).toEqual([comment, comment]);
  expect(await stalled.read()).toBeUndefined();
});

test("so many may listen; one that leaves makes room", async () => {
  const fed = startFeed();
  const all = [];
  for (let count = 0; count < mostListeners; count += 1) all.push(await join(fed));
  expect(fed.feed.listen({ hangUp: () => {} })).toBeUndefined();
  await all[0]?.leave();
  expect(fed.feed.listen({ hangUp: () => {} })).toBeDefined();
});

test("the end ends all, also those that wait", async () => {
  const fed = startFeed();
  const { read } = await join(fed);
  await read();
  const waiting = read();
  fed.feed.end();
  expect(await waiting).toBeUndefined();
});

test("all that listen to the present are read to from the store once", async () => {
  let reads = 0;
  const kept = openMemoryStore();
  const events: Store["events"] = (query) => {
    reads += 1;
    return kept.events(query);
  };
  const fed = startFeed({ ...kept, events });
  const listeners = await Promise.all(Array.from({ length: 20 }, () => join(fed)));
  await Promise.all(listeners.map(({ read }) => read()));
  const next = listeners.map(({ read }) => read());
  await fed.clock.advance(0);
  reads = 0;
  await fed.commit(1);
  expect(new Set(await Promise.all(next))).toEqual(new Set([toldText(1)]));
  expect(reads).toBe(1);
});

test("a store that cannot be read is reported, and ends the stream", async () => {
  const error = new Error("SQLITE_IOERR");
  const reported: unknown[] = [];
  const events = () => Promise.reject(error);
  const fed = startFeed({ events }, (thrown) => reported.push(thrown));
  const { read } = await join(fed, 0);
  expect(await read()).toBeUndefined();
  expect(reported).toEqual([error]);
});
