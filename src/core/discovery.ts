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
  /** What their states must match when they are found; absent: any state. */
  readonly status?: Pattern;
  /** Tags that they must have, as the API is asked for them (`key=value`, separated by commas); absent: any. */
  readonly tags?: string;
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
  { discovered, tags, kind, snapshot }: ConnectionMemory,
  discovery: Discovery,
): WatchedConnection | undefined {
  if (!discovered || !kind || !snapshot) return undefined;
  if (discovery.tags !== undefined && tags !== discovery.tags) return undefined;
  const { state, attributes } = snapshot;
  return isWanted({ kind, name: attributes.name ?? "", state }, discovery)
    ? { id, ...foundBy(discovery), kind, discovered }
    : undefined;
}

/** What all have in common that are found. */
export function foundBy({ schedule, tags }: Discovery) {
  return { schedule, labels: {}, ...(tags !== undefined && { tags }) };
}

/** A connection as far as it says whether it is to be watched. */
interface Candidate {
  readonly kind: ConnectionKind;
  readonly name: string;
  readonly state: string;
}

/** Whether a connection in a list is one to discover. */
export function isFound(candidate: Candidate, discovery: Discovery): boolean {
  const { status } = discovery;
  return (
    isWanted(candidate, discovery) &&
    (status === undefined || matchesPattern(status, candidate.state, { nocase: true }))
  );
}

/** What was found stays wanted whatever becomes of its state: it is watched for that. DELETED ones never are. */
function isWanted({ kind, name, state }: Candidate, { kinds, name: pattern }: Discovery): boolean {
  return (
    kinds.includes(kind) &&
    !sameState(state, "DELETED") &&
    (pattern === undefined || matchesPattern(pattern, name))
  );
}
