import type { AdHocMute } from "../core/mute.ts";
import type { Delivery } from "../core/outbox.ts";
import type { ObservationRun } from "../core/run.ts";
import type { Thread } from "../core/thread.ts";
import type {
  Commit,
  ConnectionRow,
  LaneRow,
  ProjectRow,
  Store,
  StoredEvent,
  StoredRun,
  WithheldRow,
} from "./store.ts";

/** A store that ends with its process: for rehearsals and tests. */
export function openMemoryStore(): Store {
  const kept = emptyTables();
  return {
    place: "memory",
    async memories() {
      return {
        connections: [...kept.connections.values()].map((connection) => {
          const lastRun = kept.lastRuns.get(keyOf(connection.project, connection.id));
          return lastRun ? { ...connection, lastRun } : connection;
        }),
        projects: [...kept.projects.values()],
        mutes: sorted(kept.mutes),
        withheld: [...kept.withheld.values()],
        threads: [...kept.threads.values()],
        sequence: lastSequence(kept),
      };
    },
    async lanes() {
      return [...kept.lanes.values()];
    },
    async commit(change) {
      checkReferences(kept, change);
      write(kept, change);
    },
    async events({ idEnd, after = -Infinity, before = Infinity, since = -Infinity, ...wanted }) {
      const { types, project, connection, newestFirst, limit } = wanted;
      const direction = newestFirst ? -1 : 1;
      return [...kept.events.values()]
        .filter(({ id }) => id.slice(-8) === (idEnd ?? id.slice(-8)))
        .filter((event) => event.sequence > after && event.sequence < before)
        .filter((event) => event.time >= since)
        .filter((event) => types?.includes(event.type) ?? true)
        .filter((event) => event.project === (project ?? event.project))
        .filter((event) => event.connection === (connection ?? event.connection))
        .sort((one, other) => direction * (one.sequence - other.sequence))
        .slice(0, limit);
    },
    async event(id) {
      return kept.events.get(id);
    },
    async mutes() {
      return sorted(kept.mutes);
    },
    async deliveries({ state, notifier, event, ids, after = "", limit }) {
      return [...kept.deliveries.values()]
        .filter((delivery) => delivery.id > after)
        .filter((delivery) => ids?.includes(delivery.id) ?? true)
        .filter((delivery) => delivery.state === (state ?? delivery.state))
        .filter((delivery) => delivery.notifier === (notifier ?? delivery.notifier))
        .filter((delivery) => delivery.event === (event ?? delivery.event))
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit);
    },
    async deadLetters() {
      const dead = [...kept.deliveries.values()].filter(({ state }) => state === "dead");
      const byNotifier = Map.groupBy(dead, ({ notifier }) => notifier);
      return new Map([...byNotifier].map(([notifier, own]) => [notifier, own.length]));
    },
    async observations({ since, project, connection, after = 0, newestFirst, limit }) {
      const runs = [...kept.runs.values()];
      return (newestFirst ? runs.reverse() : runs)
        .filter((run) => run.sequence > after && run.lastAt >= since)
        .filter((run) => run.project === (project ?? run.project))
        .filter((run) => run.connection === (connection ?? run.connection))
        .slice(0, limit);
    },
    async changedElsewhere() {
      return false;
    },
    async prune(before) {
      return forget(kept, before);
    },
    async [Symbol.asyncDispose]() {},
  };
}

type Tables = ReturnType<typeof emptyTables>;

function emptyTables() {
  return {
    connections: new Map<string, ConnectionRow>(),
    projects: new Map<string, ProjectRow>(),
    lanes: new Map<string, LaneRow>(),
    /** By id. */
    mutes: new Map<string, AdHocMute>(),
    /** By mute. */
    withheld: new Map<string, WithheldRow>(),
    /** By id. */
    events: new Map<string, StoredEvent>(),
    eventSequences: new Set<number>(),
    /** By id. */
    deliveries: new Map<string, Delivery>(),
    /** By notifier and incident. */
    threads: new Map<string, Thread>(),
    /** By sequence, and in its order. */
    runs: new Map<number, StoredRun>(),
    lastRuns: new Map<string, StoredRun>(),
    runSequence: 0,
  };
}

function checkReferences(kept: Tables, change: Commit): void {
  const { events = [], deliveries = [], threads = [] } = change;
  const ids = new Set(events.map(({ id }) => id));
  const sequences = new Set(events.map(({ sequence }) => sequence));
  const isNew = ({ id, sequence }: StoredEvent) =>
    !kept.events.has(id) && !kept.eventSequences.has(sequence);
  if (Math.min(ids.size, sequences.size) < events.length || !events.every(isNew)) {
    throw new Error("An event's id or sequence was given before.");
  }
  if (![...deliveries, ...threads].every(({ event }) => ids.has(event) || kept.events.has(event))) {
    throw new Error("The event of a delivery or a thread is not stored.");
  }
}

function write(kept: Tables, change: Commit): void {
  const { observations = [], connections = [], projects = [], lanes = [] } = change;
  const { events = [], deliveries = [], amendments = [] } = change;
  for (const run of observations) writeObservation(kept, run);
  for (const row of connections) kept.connections.set(keyOf(row.project, row.id), row);
  for (const row of projects) kept.projects.set(row.name, row);
  for (const row of lanes) kept.lanes.set(row.notifier, row);
  for (const event of events) {
    kept.events.set(event.id, event);
    kept.eventSequences.add(event.sequence);
  }
  for (const delivery of deliveries) kept.deliveries.set(delivery.id, delivery);
  for (const delivery of amendments) {
    const known = kept.deliveries.get(delivery.id);
    if (known?.state === "waiting" || known?.state === "dead")
      kept.deliveries.set(delivery.id, delivery);
  }
  for (const thread of change.threads ?? [])
    kept.threads.set(keyOf(thread.notifier, thread.incident), thread);
  for (const { notifier, incident } of change.endedThreads ?? [])
    kept.threads.delete(keyOf(notifier, incident));
  writeMutes(kept, change);
}

function writeMutes(kept: Tables, { mutes = [], withheld = [], endedMutes = [] }: Commit): void {
  for (const mute of mutes) kept.mutes.set(mute.id, mute);
  for (const row of withheld) kept.withheld.set(row.mute, row);
  for (const mute of endedMutes) {
    kept.mutes.delete(mute);
    kept.withheld.delete(mute);
  }
}

function sorted<Row extends { readonly id: string }>(
  rows: ReadonlyMap<string, Row>,
): readonly Row[] {
  return [...rows.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

function writeObservation(kept: Tables, observed: ObservationRun): void {
  const key = keyOf(observed.project, observed.connection);
  const last = kept.lastRuns.get(key);
  const run =
    last?.firstAt === observed.firstAt
      ? { ...last, lastAt: observed.lastAt, polls: observed.polls }
      : { ...observed, sequence: ++kept.runSequence };
  kept.runs.set(run.sequence, run);
  kept.lastRuns.set(key, run);
}

function forget(kept: Tables, before: number): number {
  const { events, eventSequences, deliveries, threads, runs } = kept;
  const size = () => deliveries.size + threads.size + events.size + runs.size;
  const sizeBefore = size();
  for (const { id, state, settledAt = before } of deliveries.values()) {
    if (state !== "waiting" && settledAt < before) deliveries.delete(id);
  }
  for (const [key, { toldAt }] of threads) if (toldAt < before) threads.delete(key);
  const needed = new Set([...deliveries.values(), ...threads.values()].map(({ event }) => event));
  const last = lastSequence(kept);
  for (const { id, time, sequence } of events.values()) {
    if (time >= before || sequence === last || needed.has(id)) continue;
    events.delete(id);
    eventSequences.delete(sequence);
  }
  const lastRuns = new Set(kept.lastRuns.values());
  for (const run of runs.values()) {
    if (run.lastAt < before && !lastRuns.has(run)) runs.delete(run.sequence);
  }
  return sizeBefore - size();
}

function lastSequence({ eventSequences }: Tables): number {
  return [...eventSequences].reduce((last, sequence) => Math.max(last, sequence), 0);
}

function keyOf(...parts: readonly [string, string]): string {
  return JSON.stringify(parts);
}
