import type { ConfiguredConnection } from "./draft.ts";
import type { ConnectionMemory } from "./memory.ts";
import { type ConnectionKind, sameState } from "./model.ts";
import { matchesPattern, type Pattern } from "./route.ts";
import type { Schedule } from "./schedule.ts";

/** Which connections of a project are watched without being named. */
export interface Discovery {
  readonly kinds: readonly ConnectionKind[];
  /** What their names must match; absent: any name. */
  readonly name?: Pattern;
  /** When they are looked for and polled. */
  readonly schedule: Schedule;
}

/** A connection that is watched, named or discovered. */
export interface WatchedConnection extends ConfiguredConnection {
  readonly kind: "auto" | ConnectionKind;
  readonly schedule: Schedule;
}

/** A project with the connections that its configuration names. */
interface Discovering {
  readonly name: string;
  readonly connections: readonly WatchedConnection[];
  readonly discover?: Discovery;
}

/** What is remembered of a connection, and of which project. */
interface RememberedConnection {
  readonly project: string;
  readonly id: string;
  readonly memory: ConnectionMemory;
}

/** The projects with what was discovered in them beside what is named; not what is gone, or matches no more. */
export function withDiscovered<Project extends Discovering>(
  projects: readonly Project[],
  remembered: readonly RememberedConnection[],
): readonly Project[] {
  return projects.map((project) => {
    const { name, discover, connections } = project;
    if (!discover) return project;
    const named = new Set(connections.map(({ id }) => id.toLowerCase()));
    const discovered = remembered
      .filter((one) => one.project === name && !named.has(one.id.toLowerCase()))
      .flatMap(({ id, memory }) => discoveredConnection(id, memory, discover) ?? []);
    return { ...project, connections: [...connections, ...discovered] };
  });
}

function discoveredConnection(
  id: string,
  { discovered, kind, snapshot }: ConnectionMemory,
  discovery: Discovery,
): WatchedConnection | undefined {
  if (!discovered || !kind || !snapshot) return undefined;
  const { state, attributes } = snapshot;
  return isWanted({ kind, name: attributes.name ?? "", state }, discovery)
    ? { id, kind, schedule: discovery.schedule, labels: {}, discovered }
    : undefined;
}

/** Whether a connection is one to discover: those that are DELETED never are. */
export function isWanted(
  {
    kind,
    name,
    state,
  }: Readonly<Record<"name" | "state", string>> & { readonly kind: ConnectionKind },
  { kinds, name: pattern }: Discovery,
): boolean {
  return (
    kinds.includes(kind) &&
    !sameState(state, "DELETED") &&
    (pattern === undefined || matchesPattern(pattern, name))
  );
}
