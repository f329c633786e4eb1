import { tellProblem } from "./incident.ts";
import type { ResourceMemory } from "./memory.ts";
import type { PolicySettings } from "./policy.ts";
import { draftOf, type Resource, type SeenConnection } from "./resource.ts";

/** When a resource is stuck in its state, in epoch milliseconds; told once in that state, and not while it flaps. */
export function stuckAt(
  { state, known: { since, movedAt = since, stuck, flapping } }: Resource,
  { stuckAfterMs }: PolicySettings,
): number {
  const afterMs = stuckAfterMs[state.toUpperCase()];
  return stuck || flapping || afterMs === undefined ? Number.POSITIVE_INFINITY : movedAt + afterMs;
}

/** Tells that a resource is stuck, once it is. */
export function tellStuck(seen: SeenConnection, resource: Resource): ResourceMemory {
  const { observedAt, settings } = seen;
  const { row, state, known } = resource;
  const { since } = known;
  if (observedAt < stuckAt(resource, settings)) return known;
  const problem = {
    ...draftOf(seen, { type: "stuck", row, to: state, since }, known),
    severity: "warning",
    previousForMs: observedAt - since,
  } as const;
  return { ...known, stuck: true, incident: tellProblem(seen, problem, known.incident) };
}
