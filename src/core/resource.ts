import type { Draft } from "./draft.ts";
import type { FieldChange, NoticeType, Severity } from "./event.ts";
import type { ConnectionMemory, ResourceMemory } from "./memory.ts";
import type { Binding, Snapshot } from "./model.ts";
import { type documentedStates, sameState } from "./model.ts";
import { eventConnection } from "./notice.ts";
import type { PolledConnection } from "./policy.ts";

/** A poll that was read, and the confirmed views before and after it. */
export interface SeenConnection extends PolledConnection {
  readonly memory: ConnectionMemory;
  readonly before: Snapshot;
  readonly view: Snapshot;
}

/** A resource as it stands: the binding `row`, or the connection itself. */
export interface Resource {
  readonly row?: Binding;
  readonly state: string;
  readonly known: ResourceMemory;
}

/** Something about a resource, to be told. */
export interface Change {
  readonly type: NoticeType;
  /** The binding; absent where it is about the connection itself. */
  readonly row?: Binding | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly changed?: readonly FieldChange[];
  /** When it was first seen, in epoch milliseconds. */
  readonly since: number;
}

/** What every notice about a change says. */
export function draftOf(
  { configured, view }: Pick<SeenConnection, "configured" | "view">,
  { type, row, from, to, changed = [], since }: Change,
  known: ResourceMemory,
): Draft {
  const errMsg = isState(to, "FAILED") ? (row ?? view).errMsg : "";
  return {
    type,
    severity: stateSeverity(to),
    ...aboutOf({ configured, view }, row),
    ...(from && { from, previousForMs: since - known.since }),
    ...(to && { to }),
    ...(errMsg && { errMsg }),
    changed,
    ...(row?.updatedAt !== undefined && { reportedAt: row.updatedAt }),
    ...(known.incident && { incident: known.incident.id }),
    routed: true,
  };
}

/** What a notice is about: a connection, or the binding `row` of it. */
export function aboutOf(
  {
    configured,
    view,
  }: Pick<PolledConnection, "configured"> & { readonly view: Snapshot | undefined },
  row?: Binding,
): Pick<Draft, "resource" | "connection"> {
  const connection = eventConnection(configured, view);
  const resource = row
    ? { type: row.type, name: row.name, peerId: row.peerId }
    : ({ type: "connection", name: connection.name } as const);
  return { resource, connection };
}

/** A state nobody documented may well be a bad one. */
function stateSeverity(state: string | undefined): Severity {
  if (isState(state, "FAILED")) return "critical";
  const isUsual = state === undefined || isState(state, "ACTIVE") || isState(state, "CREATING");
  return isUsual ? "info" : "warning";
}

/** Whether a state is this one; the API's letter case varies. */
export function isState(
  state: string | undefined,
  wanted: (typeof documentedStates)[number],
): boolean {
  return state !== undefined && sameState(state, wanted);
}
