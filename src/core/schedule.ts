import type { ConnectionMemory } from "./memory.ts";
import { bindingsOf, sameState } from "./model.ts";

/** When a connection is polled. */
export type Schedule = Interval | Cron;

/** `everyMs` between the starts of two polls; `jitter` is the share (0 to 1) of it by which a start may be late. */
interface Interval {
  readonly everyMs: number;
  /** Instead of `everyMs` while something is being created or waits to be confirmed. */
  readonly whileChangingMs?: number;
  readonly jitter: number;
}

/** By wall-clock time in an IANA timezone. */
export interface Cron {
  readonly cron: string;
  readonly timezone: string;
}

/** A connection that is gone is still looked at this often, in milliseconds. */
export const goneEveryMs = 3_600_000;

/** Whether a connection was seen, and is deleted. */
export function isGone(memory: ConnectionMemory | undefined): boolean {
  return memory?.snapshot !== undefined && sameState(memory.snapshot.state, "DELETED");
}

/** How soon a connection is polled after the poll before, where that is not as usual; in milliseconds. */
export function unusualIntervalMs(
  schedule: Schedule,
  memory: ConnectionMemory | undefined,
): number | undefined {
  const snapshot = memory?.snapshot;
  if (!snapshot) return undefined;
  if (isGone(memory)) return goneEveryMs;
  if ("cron" in schedule) return undefined;
  const creating = [snapshot, ...bindingsOf(snapshot)].some(({ state }) =>
    sameState(state, "CREATING"),
  );
  return creating || Object.keys(memory.pending).length > 0 ? schedule.whileChangingMs : undefined;
}

/** The same for connections that are polled together: when the first of them is due. */
export function soonestIntervalMs(
  schedule: Schedule,
  memories: readonly (ConnectionMemory | undefined)[],
): number | undefined {
  const usualMs = "cron" in schedule ? 0 : schedule.everyMs;
  const wanted = memories.map((memory) => unusualIntervalMs(schedule, memory) ?? usualMs);
  const soonestMs = Math.min(...wanted);
  return soonestMs === usualMs ? undefined : soonestMs;
}
