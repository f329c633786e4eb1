import { decide, unknownProject } from "./decide.ts";
import { type DeskMemory, emptyDesk, openDesk, type Told } from "./desk.ts";
import { dispatcher } from "./dispatch.ts";
import type { ConfiguredConnection } from "./draft.ts";
import { nextDueAt, release } from "./due.ts";
import type { EventProject } from "./event.ts";
import type { ConnectionMemory, ProjectMemory } from "./memory.ts";
import type { Observation } from "./model.ts";
import { announcer, type Numbering } from "./notice.ts";
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
  readonly connections: Readonly<Record<string, ConnectionMemory>>;
  readonly projects: Readonly<Record<string, ProjectMemory>>;
  /** How far it has come, in epoch milliseconds. */
  readonly now: number;
}

/** A watcher without the world: what it observes comes by argument, and every notifier accepts at once. */
export interface Replay {
  /** Decides a poll, after everything that was due before it. */
  observe(poll: ReplayedPoll): void;
  /** Does everything that is due up to `at` (epoch milliseconds). */
  advance(at: number): void;
  connection(project: string, id: string): { readonly memory?: ConnectionMemory };
  project(name: string): ProjectMemory;
  /** Remembers that a connection was seen as before at `at`, which decides nothing. */
  seeUnchanged(project: string, id: string, at: number): void;
  memory(): ReplayMemory;
}

/** Starts with what is remembered, by default nothing; `onTold` is told what each notifier is told, in order. */
export function startReplay(
  rules: Rules,
  {
    installation,
    projects,
    numbering,
    memory = nothing,
    onTold,
  }: {
    readonly installation: string;
    readonly projects: readonly ReplayedProject[];
    readonly numbering: Numbering;
    readonly memory?: ReplayMemory;
    readonly onTold: (told: Told) => void;
  },
): Replay {
  const connections = new Map(Object.entries(memory.connections));
  const projectMemories = new Map(Object.entries(memory.projects));
  const { dispatching } = rules;
  const { mutes, notifiers, storm } = dispatching;
  const desk = openDesk(memory, onTold);

  const lookup = {
    connection(project: string, id: string) {
      const known = connections.get(keyOf(project, id));
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

  function keep({ connections: changed, projects: others }: Retold): void {
    for (const { project, id, memory: own } of changed) connections.set(keyOf(project, id), own);
    for (const { name, memory: own } of others) projectMemories.set(name, own);
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

  function releaseDue(at: number): void {
    const { announce, announced, word, dispatched } = startTelling(at);
    const problems = () => problemsAt(at);
    const { events } = desk;
    const released = release({ ...datesAt(at), storm, events, announce, word, problems });
    desk.apply(released, [], at);
    desk.apply(dispatched(), announced, at);
    keep(retell(lookup, released.retold, at));
  }

  let { now } = memory;

  function advance(to: number): void {
    for (let at = nextDueAt(datesAt(now)); at <= to; at = nextDueAt(datesAt(now))) {
      now = Math.max(now, at);
      releaseDue(now);
    }
    now = Math.max(now, to);
  }

  return {
    ...lookup,
    advance,
    seeUnchanged(project, id, at) {
      const known = connections.get(keyOf(project, id));
      if (known) connections.set(keyOf(project, id), { ...known, seenAt: at });
      projectMemories.set(project, { ...lookup.project(project), seenAt: at });
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
        siblings: siblingsOf(
          watched,
          connection,
          (id) => lookup.connection(project.name, id).memory,
        ),
        announce,
        newId: numbering.newId,
      });
      connections.set(keyOf(project.name, connection.id), decision.connection);
      projectMemories.set(project.name, decision.project);
      desk.apply(dispatched(), announced, at);
    },
    memory: () => ({
      connections: Object.fromEntries(connections),
      projects: Object.fromEntries(projectMemories),
      ...desk.memory(),
      now,
    }),
  };
}

const nothing: ReplayMemory = { connections: {}, projects: {}, ...emptyDesk, now: 0 };

function* siblingsOf(
  watched: readonly ConfiguredConnection[],
  { id }: ConfiguredConnection,
  memoryOf: (id: string) => ConnectionMemory | undefined,
): Generator<ConnectionMemory | undefined> {
  for (const sibling of watched) if (sibling.id !== id) yield memoryOf(sibling.id);
}

function keyOf(project: string, id: string): string {
  return JSON.stringify([project, id]);
}
