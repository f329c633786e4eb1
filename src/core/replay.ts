import { decide, unknownProject } from "./decide.ts";
import { type DeskListener, type DeskMemory, emptyDesk, openDesk } from "./desk.ts";
import { type Dispatched, dispatcher } from "./dispatch.ts";
import type { ConfiguredConnection } from "./draft.ts";
import { release } from "./due.ts";
import type { Event, EventProject } from "./event.ts";
import type { ConnectionMemory, ProjectMemory } from "./memory.ts";
import type { Observation } from "./model.ts";
import { mutesOverAt } from "./mute-end.ts";
import { type AddressedEvent, announcer, type Numbering } from "./notice.ts";
import type { Delivery } from "./outbox.ts";
import { problemsOf } from "./problems.ts";
import { type Retold, retell } from "./retelling.ts";
import type { Rules } from "./rules.ts";

/** A project with the connections that are polled in it. */
export interface ReplayedProject extends EventProject {
  readonly connections: readonly ConfiguredConnection[];
}

/** A poll as it ended, at `at` (epoch milliseconds). */
interface ReplayedPoll {
  readonly project: ReplayedProject;
  readonly connection: ConfiguredConnection;
  readonly observation: Observation;
  readonly at: number;
}

/** Everything a replay remembers; it survives JSON. */
export interface ReplayMemory extends DeskMemory {
  /** By project and id. */
  readonly connections: Readonly<Record<string, Readonly<Record<string, ConnectionMemory>>>>;
  readonly projects: Readonly<Record<string, ProjectMemory>>;
  /** How far it has come, in epoch milliseconds. */
  readonly now: number;
}

/** The notices of one poll, and a delivery for each notifier that they concern. */
export interface Dispatching {
  readonly events: readonly Event[];
  readonly deliveries: readonly Delivery[];
}

/** Who listens to a replay. */
export interface ReplayListener extends DeskListener {
  /** Is told what is noticed, in order, before it is told to whom. */
  onNoticed?(event: Event): void;
  /** Is told what each poll announced, and what became of it. */
  onDispatched?(dispatching: Dispatching): void;
  /** Is told whose memory was changed by what was told, not by a poll. */
  onRetold?(retold: Retold): void;
}

/** A watcher without the world: what it observes comes by argument, and every notifier accepts at once. */
export interface Replay {
  /** Decides a poll, after everything that was due before it. */
  observe(poll: ReplayedPoll): void;
  /** When something is due next, in epoch milliseconds; infinite where nothing is. */
  dueAt(): number;
  /** Does everything that is due up to `at` (epoch milliseconds). */
  advance(at: number): void;
  connection(project: string, id: string): { readonly memory?: ConnectionMemory };
  project(name: string): ProjectMemory;
  /** Remembers that a connection was seen as before at `at` (epoch milliseconds), which decides nothing. */
  seeUnchanged(project: string, id: string, at: number): void;
  memory(): ReplayMemory;
}

/** Starts with what is remembered, by default nothing. */
export function startReplay(
  rules: Rules,
  {
    installation,
    projects,
    numbering,
    memory = nothing,
    ...listener
  }: {
    readonly installation: string;
    readonly projects: readonly ReplayedProject[];
    readonly numbering: Numbering;
    readonly memory?: ReplayMemory;
  } & ReplayListener,
): Replay {
  const connections = new Map(
    Object.entries(memory.connections).map(([name, own]) => [name, new Map(Object.entries(own))]),
  );
  const projectMemories = new Map(Object.entries(memory.projects));
  const { dispatching } = rules;
  const { mutes, notifiers, storm } = dispatching;
  const names = notifiers.map(({ name }) => name);
  const desk = openDesk(memory, names, listener);

  const lookup = {
    connection(project: string, id: string) {
      const known = connections.get(project)?.get(id);
      return known ? { memory: known } : {};
    },
    project: (name: string) => projectMemories.get(name) ?? unknownProject,
  };

  function startTelling(at: number, project?: EventProject) {
    const { dispatch, dispatched } = dispatcher(dispatching, desk.outbox, {
      now: at,
      newId: numbering.newId,
    });
    const context = {
      installation,
      observedAt: at,
      explain: rules.explain,
      ...(project && { project }),
    };
    return { ...announcer(context, dispatch, numbering), dispatched };
  }

  function send(dispatched: Dispatched, announced: readonly AddressedEvent[], at: number): void {
    for (const { event } of announced) listener.onNoticed?.(event);
    desk.apply(dispatched, announced, at);
  }

  function keepConnection(project: string, id: string, known: ConnectionMemory): void {
    const own = connections.get(project) ?? new Map<string, ConnectionMemory>();
    connections.set(project, own.set(id, known));
  }

  function keep(retold: Retold): void {
    for (const { project, id, memory: own } of retold.connections) keepConnection(project, id, own);
    for (const { name, memory: own } of retold.projects) projectMemories.set(name, own);
    listener.onRetold?.(retold);
  }

  function problemsAt(at: number) {
    return projects.flatMap(({ connections: watched, ...project }) =>
      problemsOf(
        {
          project,
          memory: lookup.project(project.name),
          connections: watched.map((configured) => ({
            configured,
            memory: lookup.connection(project.name, configured.id).memory,
          })),
        },
        at,
      ),
    );
  }

  function datesAt(at: number) {
    return { outbox: desk.outbox, muting: desk.muting(), mutes, notifiers, now: at };
  }

  let { now } = memory;

  function dueAt(): number {
    return Math.min(mutesOverAt(datesAt(now)), desk.heldUntil());
  }

  function releaseDue(at: number): void {
    const { announce, announced, word, dispatched } = startTelling(at);
    const problems = () => problemsAt(at);
    const { events } = desk;
    const released = release({ ...datesAt(at), storm, events, announce, word, problems });
    desk.apply(released, [], at);
    send(dispatched(), announced, at);
    keep(retell(lookup, released.retold, at));
  }

  function advance(to: number): void {
    for (let at = dueAt(); at <= to; at = dueAt()) {
      now = Math.max(now, at);
      releaseDue(now);
    }
    now = Math.max(now, to);
  }

  return {
    ...lookup,
    dueAt,
    advance,
    seeUnchanged(project, id, at) {
      const { memory: known } = lookup.connection(project, id);
      if (known) keepConnection(project, id, { ...known, seenAt: at });
      const { seenAt = at, ...memory } = lookup.project(project);
      projectMemories.set(project, { ...memory, seenAt: Math.max(seenAt, at) });
    },
    observe({ project, connection, observation, at }) {
      advance(at);
      const { connections: watched, ...eventProject } = project;
      const { announce, announced, dispatched } = startTelling(at, eventProject);
      const decision = decide({
        ...rules,
        observation,
        observedAt: at,
        configured: connection,
        memory: lookup.connection(project.name, connection.id).memory,
        project: { name: project.name, memory: lookup.project(project.name) },
        siblings: siblingsOf(watched, connection, connections.get(project.name)),
        announce,
        newId: numbering.newId,
      });
      keepConnection(project.name, connection.id, decision.connection);
      projectMemories.set(project.name, decision.project);
      const change = dispatched();
      send(change, announced, at);
      const events = announced.map(({ event }) => event);
      listener.onDispatched?.({ events, deliveries: change.deliveries });
    },
    memory: () => ({
      connections: Object.fromEntries(
        [...connections].map(([name, own]) => [name, Object.fromEntries(own)]),
      ),
      projects: Object.fromEntries(projectMemories),
      ...desk.memory(),
      now,
    }),
  };
}

const nothing: ReplayMemory = { connections: {}, projects: {}, ...emptyDesk, now: 0 };

function siblingsOf(
  watched: readonly ConfiguredConnection[],
  { id: own }: ConfiguredConnection,
  memories: ReadonlyMap<string, ConnectionMemory> | undefined,
): Iterable<ConnectionMemory | undefined> {
  return {
    *[Symbol.iterator]() {
      for (const { id } of watched) if (id !== own) yield memories?.get(id);
    },
  };
}
