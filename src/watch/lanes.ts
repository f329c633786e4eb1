import type { LaneMemory } from "../core/memory.ts";
import { type Delivery, restingLane } from "../core/outbox.ts";
import type { LaneRow, Store } from "../store/store.ts";

/** The waiting deliveries of every notifier, as the store has them. */
export interface Lanes {
  memory(notifier: string): LaneMemory;
  /** In the order of their sequence. */
  waiting(notifier: string): readonly Delivery[];
  /** Names of the notifiers that something waits for. */
  awaited(): readonly string[];
  /** Takes over what was committed and wakes the lanes concerned. */
  apply(deliveries: readonly Delivery[], changed: readonly LaneRow[]): void;
  /** Reads everything anew: another process has written to the store. */
  reread(): Promise<void>;
  /** Resolves at the lane's next change. */
  changed(notifier: string): Promise<void>;
}

/** Deliveries read from the store at a time. */
const pageSize = 1_000;

/** Reads the waiting deliveries of all notifiers. */
export async function openLanes(store: Store): Promise<Lanes> {
  const memories = await store.lanes();
  const lanes = new Map(memories.map(({ notifier, memory }) => [notifier, memory]));
  const changes = new Map<string, PromiseWithResolvers<void>>();
  let waiting = byNotifier(await readWaiting(store));

  function wake(notifier: string): void {
    changes.get(notifier)?.resolve();
    changes.delete(notifier);
  }

  return {
    memory: (notifier) => lanes.get(notifier) ?? restingLane,
    waiting: (notifier) => waiting.get(notifier) ?? [],
    awaited: () => [...waiting].flatMap(([name, own]) => (own.length > 0 ? [name] : [])),
    apply(deliveries, changed) {
      for (const { notifier, memory } of changed) lanes.set(notifier, memory);
      for (const [notifier, own] of Map.groupBy(deliveries, (delivery) => delivery.notifier)) {
        waiting.set(notifier, merge(waiting.get(notifier) ?? [], own));
      }
      for (const notifier of [...deliveries, ...changed].map((one) => one.notifier)) wake(notifier);
    },
    async reread() {
      const [read, memories] = [await readWaiting(store), await store.lanes()];
      waiting = byNotifier(read);
      for (const { notifier, memory } of memories) lanes.set(notifier, memory);
      for (const notifier of [...changes.keys()]) wake(notifier);
    },
    changed(notifier) {
      const change = changes.get(notifier) ?? Promise.withResolvers<void>();
      changes.set(notifier, change);
      return change.promise;
    },
  };
}

async function readWaiting(store: Store): Promise<readonly Delivery[]> {
  const read: Delivery[] = [];
  for (;;) {
    const after = read.at(-1)?.id;
    const page = await store.deliveries({
      state: "waiting",
      limit: pageSize,
      ...(after !== undefined && { after }),
    });
    read.push(...page);
    if (page.length < pageSize) return read;
  }
}

function byNotifier(deliveries: readonly Delivery[]): Map<string, readonly Delivery[]> {
  const grouped = Map.groupBy(deliveries, ({ notifier }) => notifier);
  return new Map([...grouped].map(([notifier, own]) => [notifier, own.toSorted(inOrder)]));
}

/** The usual case, a newer delivery or the settled oldest one, leaves the order as it is. */
function merge(known: readonly Delivery[], changed: readonly Delivery[]): readonly Delivery[] {
  const replaced = new Set(changed.map(({ id }) => id));
  const waiting = changed.filter(({ state }) => state === "waiting");
  return [...known.filter(({ id }) => !replaced.has(id)), ...waiting].sort(inOrder);
}

function inOrder(one: Delivery, other: Delivery): number {
  return one.sequence - other.sequence;
}
