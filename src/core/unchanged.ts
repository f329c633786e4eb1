import { missesAt } from "./blindness.ts";
import { wakesAt } from "./lasting.ts";
import type { ConnectionMemory } from "./memory.ts";
import type { Observation } from "./model.ts";
import type { PolledConnection } from "./policy.ts";

/** A connection as its last poll left it. */
export interface PolledBefore
  extends Pick<PolledConnection, "configured" | "project" | "settings" | "remindersOf"> {
  readonly memory: ConnectionMemory;
}

/**
 * The first time, in epoch milliseconds, at which one more poll that ends as the last one did has something to decide: an
 * earlier one changes nothing but until when the connection was seen.
 */
export function decidesAt(polled: PolledBefore, outcome: Observation["outcome"]): number {
  const { memory, project } = polled;
  const { unreachable, returning } = project.memory;
  if (returning) return Number.NEGATIVE_INFINITY;
  if (outcome === "failed") return missesAt(polled);
  const isOpen = unreachable || memory.blindness || Object.keys(memory.pending).length > 0;
  return isOpen ? Number.NEGATIVE_INFINITY : wakesAt(memory, polled);
}
