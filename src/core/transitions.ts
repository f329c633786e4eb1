import { bindingKey, matchBindings } from "./bindings.ts";
import type { Confirmed } from "./confirm.ts";
import type { Transition } from "./diff.ts";
import type { Draft } from "./draft.ts";
import type { Severity } from "./event.ts";
import { tellAlso } from "./incident.ts";
import type { ConnectionMemory, Incident, ResourceMemory } from "./memory.ts";
import type { Snapshot } from "./model.ts";
import { bindingTypes, documentedStates, sameState } from "./model.ts";
import { eventConnection } from "./notice.ts";
import type { PolledConnection } from "./policy.ts";
import { withoutIds } from "./text.ts";

/** A poll that was read, and the confirmed views before and after it. */
export interface SeenConnection extends PolledConnection {
  readonly memory: ConnectionMemory;
  readonly before: Snapshot;
  readonly view: Snapshot;
}

/** Announces confirmed transitions and keeps each resource's memory: since when, and its incident. */
export function tellTransitions(
  seen: SeenConnection,
  confirmed: readonly Confirmed[],
): Pick<ConnectionMemory, "connection" | "bindings"> {
  const bindings = carryBindings(seen);
  let connection = seen.memory.connection;
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
  for (const type of bindingTypes) {
    for (const row of seen.before.bindings[type] ?? []) {
      const own = seen.memory.bindings[bindingKey(row)];
      if (own?.incident)
        tell(
          seen,
          {
            transition: {
              type: "disappeared",
              binding: { before: row },
              from: row.state,
              changed: [],
            },
            firstSight: false,
          },
          own,
        );
    }
  }
}

function tell(
  seen: SeenConnection,
  { transition, firstSight }: Confirmed,
  own: ResourceMemory | undefined,
): ResourceMemory {
  const known = own ?? { since: seen.observedAt };
  switch (transition.type) {
    case "detail":
      return tellDetail(seen, transition, known);
    case "disappeared":
      seen.announce({
        ...draftOf(seen, transition, known),
        type: "disappeared",
        severity: "warning",
        tell: known.incident?.told ?? [],
      });
      return { since: seen.observedAt };
    case "appeared":
      if (known.incident) return tellState(seen, transition, known);
      return tellsFirstSight(seen, transition, firstSight)
        ? tellState(seen, transition, known)
        : { since: seen.observedAt };
    case "transition":
      return tellState(seen, transition, known);
    default:
      return transition.type satisfies never;
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

/** FAILED opens an incident or goes on with the open one, ACTIVE and DELETED end it, anything else leaves it as it is. */
function tellState(
  seen: SeenConnection,
  transition: Transition,
  known: ResourceMemory,
): ResourceMemory {
  const { announce, observedAt, newId } = seen;
  const { to = "" } = transition;
  const draft = draftOf(seen, transition, known);
  const since = observedAt;
  if (isState(to, "FAILED")) {
    const open: Incident = known.incident ?? {
      id: newId(),
      openedAt: observedAt,
      severity: "critical",
      told: [],
    };
    const told = announce({ ...draft, severity: "critical", incident: open.id });
    return { since, incident: tellAlso({ ...open, severity: "critical" }, told) };
  }
  if (known.incident && isState(to, "ACTIVE")) {
    announce({ ...draft, type: "recovery", severity: "info", tell: known.incident.told });
    return { since };
  }
  if (isState(to, "DELETED")) {
    announce({ ...draft, severity: "warning", tell: known.incident?.told ?? [] });
    return { since };
  }
  announce(draft);
  return { since, ...(known.incident && { incident: known.incident }) };
}

/** A reason that differs in ids and numbers alone is recorded, but nobody is told again. */
function tellDetail(
  seen: SeenConnection,
  transition: Transition,
  known: ResourceMemory,
): ResourceMemory {
  const draft = draftOf(seen, transition, known);
  const told = seen.announce({
    ...draft,
    severity: known.incident?.severity ?? detailSeverity(transition),
    routed: transition.changed.some(saysSomethingNew),
  });
  return known.incident ? { ...known, incident: tellAlso(known.incident, told) } : known;
}

function saysSomethingNew({ field, from, to }: Transition["changed"][number]): boolean {
  return field !== "err_msg" || withoutIds(from) !== withoutIds(to);
}

function detailSeverity({ changed }: Transition): Severity {
  return changed.some(({ field }) => field === "connectivity") ? "warning" : "info";
}

function draftOf(
  seen: SeenConnection,
  { type, binding, from, to, changed }: Transition,
  known: ResourceMemory,
): Draft {
  const row = binding?.after ?? binding?.before;
  const connection = eventConnection(seen.configured, seen.view);
  const errMsg = isState(to, "FAILED") ? (row ?? seen.view).errMsg : "";
  return {
    type,
    severity: stateSeverity(to),
    resource: row
      ? { type: row.type, name: row.name, peerId: row.peerId }
      : { type: "connection", name: connection.name },
    connection,
    ...(from && { from, previousForMs: seen.observedAt - known.since }),
    ...(to && { to }),
    ...(errMsg && { errMsg }),
    changed,
    ...(row?.updatedAt !== undefined && { reportedAt: row.updatedAt }),
    ...(known.incident && { incident: known.incident.id }),
    routed: true,
  };
}

/** A state nobody documented may well be a bad one. */
function stateSeverity(state: string | undefined): Severity {
  const documented = documentedStates.some((known) => isState(state, known));
  return documented ? "info" : "warning";
}

function isState(state: string | undefined, wanted: (typeof documentedStates)[number]): boolean {
  return state !== undefined && sameState(state, wanted);
}
