import { bindingKey } from "./bindings.ts";
import { isUnseen } from "./diff.ts";
import type { WatchedConnection } from "./discovery.ts";
import type { Event } from "./event.ts";
import type { Noticed } from "./explanation.ts";
import type { ConnectionMemory, ProjectMemory, ResourceMemory } from "./memory.ts";
import { type BindingType, bindingsOf, type Snapshot, sameState } from "./model.ts";
import type { Numbering } from "./notice.ts";
import {
  type Dispatching,
  type ReplayedProject,
  type ReplayMemory,
  startReplay,
} from "./replay.ts";
import type { Rules } from "./rules.ts";

/*
 * What would be told if something went into a state: a copy of what is remembered is given the polls that would show it.
 * First one that shows everything as it is on record, so that what time alone brings is out of the way; then those of the
 * state before, where another one is supposed; then those of the state itself, as many as must agree.
 */

/** A state that something might go into. */
export interface Supposition {
  readonly project: ReplayedProject;
  readonly connection: WatchedConnection;
  /** By the name or the id of the peering; absent where it is the connection itself. */
  readonly binding?: { readonly type: BindingType; readonly name: string };
  /** The state before; absent: that on record. */
  readonly from?: string;
  /** The state after, or `gone`. */
  readonly to: string;
  /** When, in epoch milliseconds. */
  readonly at: number;
}

/** What the consequences depend on. */
export interface Present {
  readonly installation: string;
  readonly projects: readonly ReplayedProject[];
  readonly memory: ReplayMemory;
  readonly numbering: Numbering;
  /** Every notice of the connection so far, in order. */
  readonly history: readonly Event[];
  /** A state that is supposed to come before was there so long before, in milliseconds. */
  readonly beforeMs: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What would be told, and what would be remembered before and after. */
export interface Supposed {
  readonly notices: readonly Noticed[];
  /** How many polls must show the state. */
  readonly polls: number;
  /** As it is on record. */
  readonly projectMemory: ProjectMemory;
  readonly connectionMemory: ConnectionMemory | undefined;
  /** Just before the state and just after it. */
  readonly before: KnownResource;
  readonly after: KnownResource;
}

/** What is remembered of a resource; nothing where it was never seen. */
export interface KnownResource {
  readonly state?: string;
  readonly memory?: ResourceMemory;
}

/** Finds out what would be told; nothing is changed by it. */
export function suppose(rules: Rules, supposition: Supposition, present: Present): Supposed {
  const { project, connection, binding, from, to, at } = supposition;
  const { history, beforeMs, now, memory: remembered, ...world } = present;
  const dispatched: Dispatching[] = [];
  const start = from === undefined ? at : at - beforeMs;
  const replay = startReplay(rules, {
    ...world,
    memory: { ...remembered, now: Math.min(now, start) },
    onTold: () => {},
    onDispatched: (one) => dispatched.push(one),
  });
  const memory = () => replay.connection(project.name, connection.id).memory;
  const projectMemory = replay.project(project.name);
  const connectionMemory = memory();

  function poll(snapshot: Snapshot, time: number): void {
    const observation = { outcome: "snapshot", snapshot } as const;
    replay.observe({ project, connection, observation, at: time });
  }

  /** Polls until the state counts; gives how often. */
  function enter(state: string, time: number): number {
    const snapshot = supposed(viewIn(memory()) ?? neverSeen(connection), {
      binding,
      state: state.toUpperCase(),
    });
    let polls = 0;
    do {
      poll(snapshot, time);
      polls += 1;
    } while (Object.keys(memory()?.pending ?? {}).length > 0);
    return polls;
  }

  const view = viewIn(connectionMemory);
  if (view) poll(view, start);
  if (from !== undefined) enter(from, start);
  const before = resourceIn(memory(), binding);
  const earlier = [...history, ...dispatched.flatMap(({ events }) => events)];
  dispatched.length = 0;
  const polls = enter(to, at);
  const after = resourceIn(memory(), binding);
  const notices = dispatched.flatMap(({ events, deliveries }) =>
    events.map((event) => ({
      event,
      deliveries: deliveries.filter((delivery) => delivery.event === event.id),
      earlier,
      digests: new Map<string, Event>(),
    })),
  );
  return { notices, polls, projectMemory, connectionMemory, before, after };
}

function viewIn(memory: ConnectionMemory | undefined): Snapshot | undefined {
  return memory?.snapshot && !isUnseen(memory.snapshot) ? memory.snapshot : undefined;
}

function neverSeen({ id, kind }: WatchedConnection): Snapshot {
  return {
    kind: kind === "auto" ? "enhanced" : kind,
    id,
    state: "ACTIVE",
    errMsg: "",
    attributes: {},
    bindings: { queue: [], pool: [] },
  };
}

type Wanted = NonNullable<Supposition["binding"]>;

/** The snapshot with one state that is another; no reason is known for it. */
function supposed(
  snapshot: Snapshot,
  { binding, state }: { readonly binding: Wanted | undefined; readonly state: string },
): Snapshot {
  const isGone = state === "GONE";
  if (!binding) {
    const own = isGone ? "DELETED" : state;
    return sameState(own, snapshot.state) ? snapshot : { ...snapshot, state: own, errMsg: "" };
  }
  const { type, name } = binding;
  const rows = snapshot.bindings[type] ?? [];
  const known = rows.find(isNamed(name));
  const { updatedAt, ...row } = known ?? { type, name, peerId: "", updatedAt: undefined };
  const others = rows.filter((one) => one !== known);
  const changed = known && sameState(known.state, state) ? known : { ...row, state, errMsg: "" };
  const bindings = isGone ? others : [...others, changed];
  return { ...snapshot, bindings: { ...snapshot.bindings, [type]: bindings } };
}

function isNamed(text: string) {
  return ({ name, peerId }: { readonly name: string; readonly peerId: string }) =>
    name === text || peerId === text;
}

function resourceIn(
  memory: ConnectionMemory | undefined,
  binding: Wanted | undefined,
): KnownResource {
  const view = viewIn(memory);
  if (!memory || !view) return {};
  if (!binding) return { state: view.state, memory: memory.connection };
  const row = bindingsOf(view).find(
    (one) => one.type === binding.type && isNamed(binding.name)(one),
  );
  const known = row && memory.bindings[bindingKey(row)];
  return { ...(row && { state: row.state }), ...(known && { memory: known }) };
}
