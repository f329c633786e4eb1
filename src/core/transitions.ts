import { bindingKey, matchBindings } from "./bindings.ts";
import type { Confirmed } from "./confirm.ts";
import type { Transition } from "./diff.ts";
import type { FieldChange, Severity } from "./event.ts";
import { changeState } from "./flapping.ts";
import { enterState, tellAlso } from "./incident.ts";
import type { ConnectionMemory, ResourceMemory } from "./memory.ts";
import { bindingsOf, bindingTypes } from "./model.ts";
import { saysSomethingNew, withReason } from "./reasons.ts";
import { type Change, draftOf, isState, type SeenConnection } from "./resource.ts";

/** Announces confirmed transitions and keeps each resource's memory: since when, and its incident. */
export function tellTransitions(
  seen: SeenConnection,
  confirmed: readonly Confirmed[],
): Pick<ConnectionMemory, "connection" | "bindings"> {
  const bindings = carryBindings(seen);
  let connection = carryConnection(seen);
  const gone = confirmed.some(
    ({ transition }) => !transition.binding && isState(transition.to, "DELETED"),
  );
  for (const one of confirmed) {
    const { before, after } = one.transition.binding ?? {};
    if (!one.transition.binding) connection = tell(seen, one, connection);
    else if (gone) continue;
    else if (after) bindings[bindingKey(after)] = tell(seen, one, bindings[bindingKey(after)]);
    else if (before) tell(seen, one, seen.memory.bindings[bindingKey(before)]);
  }
  if (!gone) return { connection, bindings };
  endBindings(seen);
  return { connection, bindings: {} };
}

/** The connection's memory; a creation that makes progress is not stuck. */
function carryConnection({ memory, before, view, observedAt }: SeenConnection): ResourceMemory {
  const { process = view.process } = before;
  const hasMoved = view.process !== undefined && view.process !== process;
  return hasMoved ? { ...memory.connection, movedAt: observedAt } : memory.connection;
}

/** The bindings' memories under the keys they have now: a peering made anew does not forget an incident. */
function carryBindings({
  memory,
  before,
  view,
  observedAt,
}: SeenConnection): Record<string, ResourceMemory> {
  const pairs = bindingTypes.flatMap(
    (type) => matchBindings(before.bindings[type] ?? [], view.bindings[type] ?? []).pairs,
  );
  return Object.fromEntries(
    pairs.map(([one, other]) => [
      bindingKey(other),
      memory.bindings[bindingKey(one)] ?? { since: observedAt },
    ]),
  );
}

/** A connection that is gone ends its bindings' incidents: whoever was told of them is told so. */
function endBindings(seen: SeenConnection): void {
  const since = seen.observedAt;
  for (const row of bindingsOf(seen.before)) {
    const known = seen.memory.bindings[bindingKey(row)];
    if (known?.incident)
      tellGone(seen, { type: "disappeared", row, from: row.state, since }, known);
  }
}

function tell(
  seen: SeenConnection,
  { transition, since, firstSight }: Confirmed,
  known: ResourceMemory = { since },
): ResourceMemory {
  const { type, binding, from, to, changed } = transition;
  const row = binding?.after ?? binding?.before;
  const change = { type, row, from, to, changed, since };
  switch (type) {
    case "detail":
      return tellDetail(seen, change, known);
    case "disappeared":
      return tellGone(seen, change, known);
    case "appeared":
      return known.incident || tellsFirstSight(seen, transition, firstSight)
        ? enterState(seen, draftOf(seen, change, known), { ...known, since })
        : { since };
    case "transition":
      return changeState(seen, change, known);
    default:
      return type satisfies never;
  }
}

/** `first_sight` is about what stood in the connection's first snapshot; what appears later is always told. */
function tellsFirstSight(
  { settings, configured }: SeenConnection,
  { to, binding }: Transition,
  firstSight: boolean,
): boolean {
  return (
    !firstSight ||
    (!binding && configured.discovered === "later") ||
    settings.firstSight === "all" ||
    (settings.firstSight === "failed" && isState(to, "FAILED"))
  );
}

function tellGone(seen: SeenConnection, change: Change, known: ResourceMemory): ResourceMemory {
  const tell = known.incident?.told ?? [];
  seen.announce({ ...draftOf(seen, change, known), severity: "warning", tell });
  return { since: change.since };
}

/** Recorded in any case, but told only where it is news, and not while there is too much of it. */
function tellDetail(
  seen: SeenConnection,
  change: Change & { readonly changed: readonly FieldChange[] },
  known: ResourceMemory,
): ResourceMemory {
  const { incident } = known;
  const { changed } = change;
  const routed = !known.flapping && changed.some((one) => saysSomethingNew(one, incident));
  const severity = incident?.severity ?? detailSeverity(changed);
  const draft = { ...draftOf(seen, change, known), severity, routed };
  const told = seen.announce({ ...draft, told: incident?.told ?? [] });
  if (!incident || !routed) return known;
  const reason = changed.find(({ field }) => field === "err_msg");
  const open = tellAlso(incident, told, seen.observedAt);
  return { ...known, incident: reason ? withReason(open, reason.to) : open };
}

function detailSeverity(changed: readonly FieldChange[]): Severity {
  return changed.some(({ field }) => field === "connectivity") ? "warning" : "info";
}
