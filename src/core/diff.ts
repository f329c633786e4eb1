import { matchBindings } from "./bindings.ts";
import type { FieldChange } from "./event.ts";
import type { Binding, Snapshot } from "./model.ts";
import { attributeFields, bindingTypes, sameState } from "./model.ts";

/** A difference between two snapshots that an operator cares about; `binding` is absent where it is about the connection itself. */
export interface Transition {
  /** `transition`: the state differs. `detail`: only a text or an attribute does. */
  readonly type: "transition" | "appeared" | "disappeared" | "detail";
  readonly binding?: { readonly before?: Binding; readonly after?: Binding };
  /** State before; absent where it appeared. */
  readonly from?: string;
  /** State after; absent where it disappeared. */
  readonly to?: string;
  readonly changed: readonly FieldChange[];
}

/** A connection of which nothing is known yet: everything about `snapshot` differs from it. */
export function unseen(snapshot: Snapshot): Snapshot {
  return { ...snapshot, state: "", errMsg: "", attributes: {}, bindings: { queue: [], pool: [] } };
}

/** Whether a connection's first state has still to be confirmed. */
export function isUnseen(snapshot: Snapshot): boolean {
  return snapshot.state === "";
}

/** Every difference between two snapshots of one connection: its own first, then its bindings' by type and name. */
export function diff(before: Snapshot, after: Snapshot): readonly Transition[] {
  return [
    ...diffConnection(before, after),
    ...bindingTypes.flatMap((type) =>
      diffBindings(before.bindings[type] ?? [], after.bindings[type] ?? []),
    ),
  ];
}

/**
 * What is known after `after` while `held` of its differences are not yet to count: `after` with
 * these undone. An attribute that `after` does not carry stays as it was.
 */
export function hold(before: Snapshot, after: Snapshot, held: readonly Transition[]): Snapshot {
  const ofConnection = held.some(({ binding }) => !binding);
  return {
    ...after,
    ...(ofConnection && { state: before.state, errMsg: before.errMsg }),
    attributes: ofConnection
      ? { ...after.attributes, ...before.attributes }
      : { ...before.attributes, ...after.attributes },
    bindings: {
      queue: holdBindings(
        after.bindings.queue,
        held.flatMap(({ binding }) => (isOf(binding, "queue") ? [binding] : [])),
      ),
      pool: holdBindings(
        after.bindings.pool,
        held.flatMap(({ binding }) => (isOf(binding, "pool") ? [binding] : [])),
      ),
    },
  };
}

function diffConnection(before: Snapshot, after: Snapshot): readonly Transition[] {
  const attributes = attributeFields.flatMap((field) =>
    changedField(field, before.attributes[field], after.attributes[field]),
  );
  if (isUnseen(before)) return [{ type: "appeared", to: after.state, changed: [] }];
  return compareStates(before, after, attributes);
}

function diffBindings(
  before: readonly Binding[],
  after: readonly Binding[],
): readonly Transition[] {
  const { pairs, appeared, disappeared } = matchBindings(before, after);
  const transitions: Transition[] = [
    ...pairs.flatMap(([one, other]) =>
      compareStates(one, other, []).map((transition) => ({
        ...transition,
        binding: { before: one, after: other },
      })),
    ),
    ...appeared.map((other) => ({
      type: "appeared" as const,
      binding: { after: other },
      to: other.state,
      changed: [],
    })),
    ...disappeared.map((one) => ({
      type: "disappeared" as const,
      binding: { before: one },
      from: one.state,
      changed: [],
    })),
  ];
  return transitions.sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
}

interface Stateful {
  readonly state: string;
  readonly errMsg: string;
}

/** `err_msg` is compared where the state differs, or while it stays FAILED. */
function compareStates(
  before: Stateful,
  after: Stateful,
  attributes: readonly FieldChange[],
): readonly Transition[] {
  const moved = !sameState(before.state, after.state);
  const reasons =
    moved || sameState(after.state, "FAILED")
      ? changedField("err_msg", before.errMsg, after.errMsg)
      : [];
  const changed = [...reasons, ...attributes];
  if (!moved && changed.length === 0) return [];
  return [{ type: moved ? "transition" : "detail", from: before.state, to: after.state, changed }];
}

/** Absent on either side: the answer did not say, so nothing is known to differ. */
function changedField(
  field: string,
  from: string | undefined,
  to: string | undefined,
): readonly FieldChange[] {
  return from === undefined || to === undefined || from === to ? [] : [{ field, from, to }];
}

function orderOf({ binding }: Transition): string {
  const shown = binding?.before ?? binding?.after;
  return `${shown?.name}/${shown?.peerId}`;
}

type BindingChange = NonNullable<Transition["binding"]>;

function isOf(binding: BindingChange | undefined, type: Binding["type"]): binding is BindingChange {
  return (binding?.before ?? binding?.after)?.type === type;
}

function holdBindings(
  rows: readonly Binding[] | null,
  held: readonly BindingChange[],
): readonly Binding[] | null {
  if (held.length === 0) return rows;
  const undone = (rows ?? []).flatMap((row) => {
    const change = held.find(({ after }) => after === row);
    if (!change) return [row];
    return change.before
      ? [{ ...row, state: change.before.state, errMsg: change.before.errMsg }]
      : [];
  });
  const kept = held.flatMap(({ before, after }) => (before && !after ? [before] : []));
  return [...undone, ...kept];
}
