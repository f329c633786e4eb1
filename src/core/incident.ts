import type { Draft } from "./draft.ts";
import { severities } from "./event.ts";
import type { ConnectionMemory, Incident, ResourceMemory } from "./memory.ts";
import type { PolledConnection } from "./policy.ts";
import { withReason } from "./reasons.ts";
import { isState } from "./resource.ts";

/*
 * An incident is a bad state, from the notice that opens it to the notice that ends it. A resource has one at most.
 *
 *   opened by   FAILED, `stuck`, `flapping`, `not_found`; `unreachable`, which is about the sight of a thing and stands beside
 *   goes on     through every other state, and through each of the above: they are told inside it. FAILED → CREATING → FAILED is
 *               one incident. Its severity is that of the worst of them and never falls
 *   ended by    ACTIVE (`recovery`, or `unstuck` where it was never more than stuck); DELETED, or a binding that disappears,
 *               told as just that; sight (`reachable`)
 *
 * While a resource flaps its incident is open, whatever the state; what the resource settles in is then judged as above.
 * Its end is told to those who were told of it, whatever the routes say by then, and a `recovery` to nobody else.
 * Between, each reason is told once (reasons.ts), and those who want it are reminded (reminder.ts).
 */

/** Announces that a resource has gone into the state `to`, and what this means for its incident; gives what is remembered of it. */
export function enterState(
  poll: Pick<PolledConnection, "announce" | "newId" | "observedAt">,
  draft: Draft,
  { since, incident }: Pick<ResourceMemory, "since" | "incident">,
): ResourceMemory {
  const { to, errMsg = "" } = draft;
  if (isState(to, "FAILED")) {
    return { since, incident: withReason(tellProblem(poll, draft, incident), errMsg) };
  }
  if (isState(to, "DELETED")) {
    poll.announce({ ...draft, tell: incident?.told ?? [] });
    return { since };
  }
  if (isState(to, "ACTIVE") && incident) {
    const type = incident.problem?.type === "stuck" ? "unstuck" : "recovery";
    poll.announce({ ...draft, type, tell: incident.told });
    return { since };
  }
  const names = poll.announce({ ...draft, told: incident?.told ?? [] });
  return { since, ...(incident && { incident: tellAlso(incident, names, poll.observedAt) }) };
}

/** Announces a problem, inside the open incident or as the opening of one; gives the incident with it. */
export function tellProblem(
  { announce, newId, observedAt }: Pick<PolledConnection, "announce" | "newId" | "observedAt">,
  draft: Omit<Draft, "incident">,
  open: Incident | undefined,
): Incident {
  const { type, severity, from, to } = draft;
  const incident = open ?? { id: newId(), openedAt: observedAt, severity, told: [] };
  const names = announce({ ...draft, incident: incident.id, told: incident.told });
  const problem = { type, ...(from && { from }), ...(to && { to }) };
  const isGraver = severities.indexOf(severity) > severities.indexOf(incident.severity);
  return {
    ...tellAlso(incident, names, observedAt),
    ...(isGraver && { severity }),
    ...((isGraver || !incident.problem || incident.problem.type === "stuck") && { problem }),
  };
}

/** Every incident that is open in a connection. */
export function incidentsOf({
  connection,
  bindings,
  unreachable,
}: ConnectionMemory): readonly Incident[] {
  const owners = [connection, ...Object.values(bindings)];
  return [...owners.map(({ incident }) => incident), unreachable].filter(
    (incident) => incident !== undefined,
  );
}

/** The incident with `names` told of it at `at` (epoch milliseconds), beside those who were told before. */
export function tellAlso(incident: Incident, names: readonly string[], at: number): Incident {
  const told = names.map((name) => {
    const { count = 0 } = incident.reminders?.[name] ?? {};
    return [name, { at, count }] as const;
  });
  return {
    ...incident,
    told: [...new Set([...incident.told, ...names])],
    reminders: { ...incident.reminders, ...Object.fromEntries(told) },
  };
}

/** The incident as if `names` had never been told of it. */
export function tellNot(
  { told, reminders = {}, ...incident }: Incident,
  names: readonly string[],
): Incident {
  const others = Object.entries(reminders).filter(([name]) => !names.includes(name));
  return {
    ...incident,
    told: told.filter((name) => !names.includes(name)),
    reminders: Object.fromEntries(others),
  };
}
