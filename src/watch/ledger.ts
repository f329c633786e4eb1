import { unknownProject } from "../core/decide.ts";
import type { Outbox } from "../core/dispatch.ts";
import type { ConnectionMemory, ProjectMemory } from "../core/memory.ts";
import type { Observation } from "../core/model.ts";
import type { AddressedEvent, Numbering } from "../core/notice.ts";
import type { Delivery } from "../core/outbox.ts";
import type { ObservationRun } from "../core/run.ts";
import { isShownOtherwise } from "../core/shown.ts";
import { messageOf } from "../errors.ts";
import type { Commit, ConnectionRow, ProjectRow, Store, StoredEvent } from "../store/store.ts";
import { type Lanes, openLanes } from "./lanes.ts";
import { createMuteTable } from "./mutes.ts";
import { createThreadTable, type ThreadTable } from "./threads.ts";

/** A connection as the daemon remembers it; `memory` is absent before its first poll. */
export interface ConnectionRecord {
  readonly memory?: ConnectionMemory;
  readonly lastRun?: ObservationRun;
  /** How far its last run was known to reach at its last commit, in epoch milliseconds; absent before the first since the start. */
  readonly writtenAt?: number;
}

/** What one decision changes. */
export interface Change extends Omit<Commit, "events" | "amendments" | "mutes"> {
  readonly announced: readonly AddressedEvent[];
}

/** What a commit told and delivered. */
interface Committed {
  readonly announced: readonly AddressedEvent[];
  readonly deliveries: readonly Delivery[];
  /** Whether anything is shown otherwise than before. */
  readonly shown: boolean;
}

/**
 * Everything that decisions depend on, held in memory and, one transaction a decision, in the store. Disposing of it
 * writes, if it can, how far the last observations reach.
 */
export interface Ledger extends AsyncDisposable {
  connection(project: string, id: string): ConnectionRecord;
  project(name: string): ProjectMemory;
  readonly lanes: Lanes;
  readonly threads: Omit<ThreadTable, "apply">;
  /** What dispatching depends on. */
  readonly outbox: Outbox;
  /** Ids of the mutes that withheld something. */
  muting(): readonly string[];
  /**
   * Runs one decision after all earlier ones, makes what it changes durable, and only then remembers it.
   * Throws, with nothing changed, if the store could not.
   */
  transact(decide: (numbering: Numbering) => Change): Promise<void>;
  /** Remembers, in memory alone until the next commit, that a connection was observed as before at `at` (epoch milliseconds). */
  extend(
    connection: Pick<ConnectionRow, "project" | "id">,
    observation: Observation,
    at: number,
  ): void;
  /** Takes over what another process did to waiting deliveries and mutes, after all earlier decisions. */
  reread(): Promise<void>;
  /** Calls back after every commit from now on, and after what another process did was taken over; the observer must not throw. */
  observe(observer: (committed: Committed) => void): void;
  /** What is remembered of all connections and projects. */
  remembered(): Remembered;
  /** The greatest sequence given so far; 0 at the beginning. */
  sequence(): number;
  /** Why the last commit failed; `undefined` if it did not. */
  fault(): string | undefined;
}

interface Remembered {
  readonly connections: readonly ConnectionRow[];
  readonly projects: readonly ProjectRow[];
}

/** Reads what the store remembers. `newId` gives a new ULID, greater than the one before. */
export async function openLedger({
  store,
  newId,
}: {
  readonly store: Store;
  readonly newId: () => string;
}): Promise<Ledger> {
  const memories = await store.memories();
  const connections = new Map<string, ConnectionRecord & ConnectionRow>(
    memories.connections.map((record) => [keyOf(record.project, record.id), record]),
  );
  const projects = new Map(memories.projects.map(({ name, memory }) => [name, memory]));
  const lanes = await openLanes(store);
  const mutes = createMuteTable(memories);
  const threads = createThreadTable(memories.threads);
  const extended = new Set<string>();
  const observers: ((committed: Committed) => void)[] = [];
  let sequence = memories.sequence;
  let fault: string | undefined;
  let last: Promise<void> = Promise.resolve();

  function afterAllEarlier(task: () => Promise<void>): Promise<void> {
    const done = last.then(task);
    last = done.catch(() => undefined);
    return done;
  }

  async function takeOver(): Promise<void> {
    if (!(await store.changedElsewhere())) return;
    await lanes.reread();
    mutes.replace(await store.mutes());
    for (const observer of observers) observer({ announced: [], deliveries: [], shown: true });
  }

  async function commit(decide: (numbering: Numbering) => Change): Promise<void> {
    await takeOver();
    let given = sequence;
    const { announced, ...change } = decide({ newId, nextSequence: () => ++given });
    const { deliveries = [] } = change;
    try {
      await store.commit({ ...change, events: announced.map(stored) });
      fault = undefined;
    } catch (error) {
      fault = messageOf(error);
      throw error;
    }
    sequence = given;
    const shown = isShown(change);
    remember(change);
    for (const run of change.observations ?? [])
      extended.delete(keyOf(run.project, run.connection));
    threads.apply(change);
    lanes.apply(deliveries, change.lanes ?? []);
    mutes.apply(change);
    for (const observer of observers) observer({ announced, deliveries, shown });
  }

  /** Asked before it is remembered. */
  function isShown({
    observations,
    connections: rows = [],
    projects: ones = [],
    ...rest
  }: Omit<Change, "announced">) {
    return (
      Object.values(rest).some(({ length }) => length > 0) ||
      rows.some(({ project, id, memory }) =>
        isShownOtherwise(connections.get(keyOf(project, id))?.memory, memory),
      ) ||
      ones.some(({ name, memory }) => isShownOtherwise(projects.get(name), memory))
    );
  }

  function remember({
    observations = [],
    connections: changed = [],
    projects: changedProjects = [],
  }: Omit<Change, "announced">): void {
    for (const { project, id, memory } of changed) {
      const key = keyOf(project, id);
      connections.set(key, { ...connections.get(key), project, id, memory });
    }
    for (const run of observations) {
      const record = connections.get(keyOf(run.project, run.connection));
      if (record)
        connections.set(keyOf(run.project, run.connection), {
          ...record,
          lastRun: run,
          writtenAt: run.lastAt,
        });
    }
    for (const { name, memory } of changedProjects) projects.set(name, memory);
  }

  return {
    connection: (project, id) => connections.get(keyOf(project, id)) ?? {},
    project: (name) => projects.get(name) ?? unknownProject,
    lanes,
    threads,
    outbox: {
      lane: lanes.memory,
      waiting: lanes.waiting,
      mutes: mutes.mutes,
      withheld: mutes.withheld,
    },
    muting: mutes.muting,
    transact: (decide) => afterAllEarlier(() => commit(decide)),
    reread: () => afterAllEarlier(takeOver),
    observe: (observer) => observers.push(observer),
    extend({ project, id }, observation, at) {
      const key = keyOf(project, id);
      const record = connections.get(key);
      if (!record?.lastRun) return;
      const { memory, lastRun } = record;
      connections.set(key, {
        ...record,
        memory: { ...memory, seenAt: at },
        lastRun: { ...lastRun, lastAt: at, polls: lastRun.polls + 1, observation },
      });
      projects.set(project, { ...(projects.get(project) ?? unknownProject), seenAt: at });
      extended.add(key);
    },
    async [Symbol.asyncDispose]() {
      const rows = [...extended].flatMap((key) => connections.get(key) ?? []);
      const reached = {
        observations: rows.flatMap(({ lastRun }) => lastRun ?? []),
        connections: rows.map(({ project, id, memory }) => ({ project, id, memory })),
        projects: [...projects].map(([name, memory]) => ({ name, memory })),
      };
      await afterAllEarlier(() => store.commit(reached)).catch(() => undefined);
    },
    remembered: () => ({
      connections: [...connections.values()],
      projects: [...projects].map(([name, memory]) => ({ name, memory })),
    }),
    sequence: () => sequence,
    fault: () => fault,
  };
}

function keyOf(project: string, id: string): string {
  return `${project}/${id}`;
}

function stored({ event }: AddressedEvent): StoredEvent {
  return {
    id: event.id,
    sequence: event.data.sequence,
    time: Date.parse(event.time),
    type: event.type,
    project: event.data.project?.name ?? "",
    connection: event.data.connection?.id ?? "",
    json: JSON.stringify(event),
  };
}
