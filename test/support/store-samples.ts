import type { ConnectionMemory } from "../../src/core/memory.ts";
import type { Delivery } from "../../src/core/outbox.ts";
import type { ObservationRun } from "../../src/core/run.ts";
import type { Store, StoredEvent } from "../../src/store/store.ts";

/** The event with this sequence, `e1`, `e2` …, one millisecond after the other. */
export function storedEvent(sequence: number, other: Partial<StoredEvent> = {}): StoredEvent {
  return {
    id: `e${sequence}`,
    sequence,
    time: sequence,
    type: "dli-watch.transition",
    project: "prod",
    connection: "orders",
    json: JSON.stringify({ sequence }),
    ...other,
  };
}

/** A delivery of that event that waits for its first attempt. */
export function delivery(event: StoredEvent, other: Partial<Delivery> = {}): Delivery {
  return {
    id: `d-${event.id}`,
    event: event.id,
    notifier: "oncall",
    orderKey: "dli-watch/prod connections/orders",
    sequence: event.sequence,
    state: "waiting",
    attempts: 0,
    incident: "",
    role: "",
    way: { by: "routes", routes: [1], rule: "sent" },
    lastError: "",
    nextAt: event.time,
    createdAt: event.time,
    ...other,
  };
}

/** A run of failed polls of `orders`. */
export function observationRun(other: Partial<ObservationRun> = {}): ObservationRun {
  return {
    project: "prod",
    connection: "orders",
    firstAt: 1,
    lastAt: 1,
    polls: 1,
    observation: { outcome: "failed", failure: { cause: "server", message: "HTTP 502" } },
    ...other,
  };
}

/** What is remembered of a connection without bindings; `since` tells two of them apart. */
export function connectionMemory(since: number): ConnectionMemory {
  return { connection: { since }, bindings: {}, pending: {} };
}

/** Everything that a store gives out. */
export async function everythingIn(store: Store) {
  const limit = 100_000;
  const { connections, projects, mutes, withheld, threads, sequence } = await store.memories();
  const lanes = await store.lanes();
  return {
    connections: connections.toSorted(byText),
    projects: projects.toSorted(byText),
    lanes: lanes.toSorted(byText),
    mutes,
    withheld: withheld.toSorted(byText),
    threads: threads.toSorted(byText),
    sequence,
    events: await store.events({ limit }),
    deliveries: await store.deliveries({ limit }),
    observations: await store.observations({ since: 0, limit }),
  };
}

function byText(one: object, other: object): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
