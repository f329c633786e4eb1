import type { Draft } from "./draft.ts";
import type { Incident } from "./memory.ts";
import type { PolledConnection } from "./policy.ts";

/** What a reminder says beside what every reminder says. */
type Reminder = Omit<Draft, "type" | "severity" | "incident" | "tell" | "routed">;

/** Where an incident is open, and who is to be reminded there. */
export type Reminding = Pick<PolledConnection, "remindersOf"> & {
  readonly project: { readonly name: string };
};

/** When the first of those who were told of an incident is to be told again, in epoch milliseconds. */
export function remindsAt(
  reminding: Reminding,
  incident: Incident,
  about: Pick<Draft, "resource" | "connection">,
): number {
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...dueTimes(reminding, incident, about).map(({ at }) => at),
  );
}

/** Tells those whose time has come, in one notice, that an incident is still open. */
export function remind(
  poll: Reminding & Pick<PolledConnection, "announce" | "observedAt">,
  incident: Incident,
  reminder: Reminder,
): Incident {
  const { announce, observedAt } = poll;
  const due = dueTimes(poll, incident, reminder).filter(({ at }) => at <= observedAt);
  const names = [...new Set(due.map(({ notifier }) => notifier))];
  if (names.length === 0) return incident;
  announce({
    ...reminder,
    type: "reminder",
    severity: incident.severity,
    previousForMs: observedAt - incident.openedAt,
    incident: incident.id,
    tell: names,
    routed: true,
  });
  const reminded = names.map((name) => {
    const { count = 0 } = incident.reminders?.[name] ?? {};
    return [name, { at: observedAt, count: count + 1 }] as const;
  });
  return { ...incident, reminders: { ...incident.reminders, ...Object.fromEntries(reminded) } };
}

/** The present routes are asked what they would make of the problem; where several remind a notifier, the soonest counts. */
function dueTimes(
  { project: { name }, remindersOf }: Reminding,
  { openedAt, severity, told, problem, reminders }: Incident,
  { resource, connection }: Pick<Draft, "resource" | "connection">,
): readonly { readonly notifier: string; readonly at: number }[] {
  const { type = "transition", from, to } = problem ?? {};
  const data = {
    severity,
    project: { name },
    ...(connection && { connection }),
    resource,
    ...(from && { from }),
    ...(to && { to }),
  };
  return remindersOf({ type: `dli-watch.${type}`, data })
    .filter(({ notifier }) => told.includes(notifier))
    .map(({ notifier, remind: { firstMs, factor, maxMs } }) => {
      const { at, count } = reminders?.[notifier] ?? { at: openedAt, count: 0 };
      return { notifier, at: at + Math.min(firstMs * factor ** count, maxMs) };
    });
}
