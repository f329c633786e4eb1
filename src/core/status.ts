import { bindingKey } from "./bindings.ts";
import { isUnseen } from "./diff.ts";
import type { ConfiguredConnection } from "./draft.ts";
import type { EventConnection } from "./event.ts";
import { consoleOf, pageOf } from "./links.ts";
import type { ConnectionMemory, ProjectMemory } from "./memory.ts";
import type { Binding, BindingType, FailureCause } from "./model.ts";
import { bindingsOf, sameState } from "./model.ts";
import { eventConnection, isoTime } from "./notice.ts";

/** A project and its connections as the configuration names them. */
export interface ConfiguredProject {
  readonly name: string;
  /** Absent or empty where the configuration names an endpoint instead. */
  readonly region?: string;
  readonly connections: readonly ConfiguredConnection[];
}

/** What the store remembers, as far as the status needs it. */
export interface Remembered {
  readonly connections: readonly {
    readonly project: string;
    readonly id: string;
    readonly memory: ConnectionMemory;
  }[];
  readonly projects: readonly { readonly name: string; readonly memory: ProjectMemory }[];
}

/** The present state of all that is watched. Times are ISO 8601; what is `undefined` is absent in JSON. */
export interface Status {
  readonly projects: readonly ProjectStatus[];
  readonly connections: readonly ConnectionStatus[];
}

interface ProjectStatus {
  readonly name: string;
  readonly bad: boolean;
  /** When a poll of any of its connections was last read. */
  readonly seen_at: string | undefined;
  readonly unreachable: { readonly since: string; readonly incident: string } | undefined;
  /** The cloud throttles: so long between two requests now, which is longer than configured since then. */
  readonly slowdown: { readonly interval_ms: number; readonly since: string } | undefined;
}

/** One connection as events show it, and what is remembered of it. Never seen: without `state`. */
export interface ConnectionStatus extends EventConnection {
  readonly project: string;
  /** Why it is FAILED. */
  readonly err_msg: string | undefined;
  /** When its state was first seen. */
  readonly since: string | undefined;
  /** When a poll of it was last read. */
  readonly seen_at: string | undefined;
  readonly incident: string | undefined;
  /** How its latest polls failed; with an `incident` as soon as they count. */
  readonly unreachable: Unreachable | undefined;
  /** It was seen, and is deleted. */
  readonly gone: boolean;
  /** It was never seen, and the API says that it does not exist. */
  readonly not_found: boolean;
  /** FAILED, not found, or in an open incident: itself, the sight of it, or one of its bindings. */
  readonly bad: boolean;
  readonly bindings: readonly BindingStatus[];
  /** Its page here; where people reach this installation, if that is known. */
  readonly page: string | undefined;
  /** DLI in the vendor's console. */
  readonly console: string | undefined;
}

interface Unreachable {
  readonly since: string;
  readonly cause: FailureCause;
  readonly message: string;
  readonly incident: string | undefined;
}

interface BindingStatus {
  readonly type: BindingType;
  readonly name: string;
  readonly peer_id: string;
  readonly state: string;
  readonly err_msg: string;
  readonly since: string | undefined;
  readonly incident: string | undefined;
  readonly bad: boolean;
}

/**
 * What is configured, in its order, with what is remembered of it; what is configured no more is left out. Pages are linked
 * below `publicUrl`, which has no slash at its end.
 */
export function statusOf(
  configured: readonly ConfiguredProject[],
  remembered: Remembered,
  publicUrl?: string,
): Status {
  const projects = configured.map(({ name, region, connections }) => ({
    name,
    region,
    connections,
    memory: remembered.projects.find((project) => project.name === name)?.memory,
    memories: new Map(
      remembered.connections
        .filter(({ project }) => project === name)
        .map(({ id, memory }) => [id, memory]),
    ),
  }));
  return {
    projects: projects.map(({ name, memory }) => projectStatus(name, memory)),
    connections: projects.flatMap(({ name, region, memory, connections, memories }) =>
      connections.map((connection) => ({
        project: name,
        ...connectionStatus(connection, memories.get(connection.id), memory),
        page: publicUrl && pageOf(publicUrl, name, connection.id),
        console: region ? consoleOf(region) : undefined,
      })),
    ),
  };
}

function projectStatus(name: string, memory: ProjectMemory | undefined): ProjectStatus {
  const incident = memory?.unreachable;
  return {
    name,
    bad: incident !== undefined,
    seen_at: isoTimeOf(memory?.seenAt),
    unreachable: incident && {
      since: isoTime(memory.seenAt ?? incident.openedAt),
      incident: incident.id,
    },
    slowdown: memory?.slowdown && {
      interval_ms: Math.round(memory.slowdown.intervalMs),
      since: isoTime(memory.slowdown.since),
    },
  };
}

function connectionStatus(
  connection: ConfiguredConnection,
  memory: ConnectionMemory | undefined,
  project: ProjectMemory | undefined,
): Omit<ConnectionStatus, "project" | "page" | "console"> {
  const snapshot = memory?.snapshot;
  const seen = snapshot && !isUnseen(snapshot) ? snapshot : undefined;
  const incident = memory?.connection.incident?.id;
  const unreachable = unreachableOf(memory, project);
  const bindings = memory?.snapshot
    ? bindingsOf(memory.snapshot).map((binding) => bindingStatus(binding, memory))
    : [];
  return {
    ...eventConnection(connection, seen),
    err_msg: seen?.errMsg || undefined,
    since: isoTimeOf(memory?.connection.since),
    seen_at: isoTimeOf(memory?.seenAt),
    incident,
    unreachable,
    gone: seen !== undefined && sameState(seen.state, "DELETED"),
    not_found: !seen && incident !== undefined,
    bad:
      isBad(seen?.state, incident) ||
      unreachable?.incident !== undefined ||
      bindings.some(({ bad }) => bad),
    bindings,
  };
}

/** Where the whole project is unreachable, the incident is the project's. */
function unreachableOf(
  memory: ConnectionMemory | undefined,
  project: ProjectMemory | undefined,
): Unreachable | undefined {
  if (!memory?.blindness) return undefined;
  const { since, cause, message } = memory.blindness;
  const incident = memory.unreachable ?? project?.unreachable;
  return { since: isoTime(since), cause, message, incident: incident?.id };
}

function bindingStatus(binding: Binding, { bindings }: ConnectionMemory): BindingStatus {
  const memory = bindings[bindingKey(binding)];
  const incident = memory?.incident?.id;
  return {
    type: binding.type,
    name: binding.name,
    peer_id: binding.peerId,
    state: binding.state,
    err_msg: binding.errMsg,
    since: isoTimeOf(memory?.since),
    incident,
    bad: isBad(binding.state, incident),
  };
}

function isBad(state: string | undefined, incident: string | undefined): boolean {
  return incident !== undefined || (state !== undefined && sameState(state, "FAILED"));
}

function isoTimeOf(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : isoTime(epochMs);
}
