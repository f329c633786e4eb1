import { close, type Delivery } from "./outbox.ts";
import type { StormSettings } from "./storm.ts";

/** An outage is long when something has waited so long, in milliseconds. */
const longMs = 600_000;

/**
 * What a receiver that is back after a long outage need not be told any more, closed with the reason; where more than a
 * storm's worth is left, that is to be told in one digest, at once. Only what was never attempted is touched: anything else may have been taken.
 */
export function coalesce(
  waiting: readonly Delivery[],
  {
    since,
    now,
    storm,
  }: {
    /** Of what was accepted first after the outage, in epoch milliseconds. */
    readonly since: number;
    readonly now: number;
    readonly storm: StormSettings | undefined;
  },
): readonly Delivery[] {
  const untouched = waiting.filter(({ attempts, hold }) => attempts === 0 && !hold);
  const waits = untouched.map(({ createdAt }) => now - createdAt);
  if (Math.max(now - since, ...waits) < longMs) return [];
  const over = incidentsWithin(untouched);
  const states = untouched.filter(({ role }) => role !== "");
  const last = new Map(states.map(({ orderKey, id }) => [orderKey, id]));
  const reasonOf = ({ id, incident, orderKey, role }: Delivery): string | undefined => {
    if (over.has(incident) && role !== "gone")
      return "Begun and over while the receiver could not be reached.";
    if (role === "state" && last.get(orderKey) !== id)
      return "Outdated by a later notice while the receiver could not be reached.";
    return undefined;
  };
  const closed = untouched.flatMap((delivery) => {
    const reason = reasonOf(delivery);
    return reason === undefined ? [] : [close(delivery, reason, now)];
  });
  const left = untouched.filter((one) => one.orderKey !== "" && reasonOf(one) === undefined);
  if (!storm || left.length <= storm.over) return closed;
  return [...closed, ...left.map((one) => ({ ...one, hold: "storm" as const, nextAt: now }))];
}

/** Incidents whose first and last notices are both among these: nobody there knows of them. */
function incidentsWithin(deliveries: readonly Delivery[]): ReadonlySet<string> {
  const begun = new Set(
    deliveries.flatMap(({ role, incident }) => (role === "opens" ? [incident] : [])),
  );
  return new Set(
    deliveries.flatMap(({ role, incident }) =>
      (role === "ends" || role === "gone") && begun.has(incident) ? [incident] : [],
    ),
  );
}
