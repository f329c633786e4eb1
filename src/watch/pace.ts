import type { Clock } from "../clock.ts";
import { formatDuration } from "../core/duration.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Ledger } from "./ledger.ts";

interface Parts {
  readonly ledger: Pick<Ledger, "project" | "transact">;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** Remembers how far apart a project's requests are from now on, in milliseconds; `undefined`: as configured. Never rejects. */
export async function recordPace(
  { ledger, clock, log }: Parts,
  project: string,
  intervalMs: number | undefined,
): Promise<void> {
  const interval = intervalMs === undefined ? "as configured" : formatDuration(intervalMs);
  try {
    await ledger.transact(() => {
      const { slowdown, ...memory } = ledger.project(project);
      const since = slowdown?.since ?? clock.now();
      const slow = intervalMs !== undefined && { slowdown: { intervalMs, since } };
      return { projects: [{ name: project, memory: { ...memory, ...slow } }], announced: [] };
    });
    log.info({ project, interval }, "The pace of requests has changed");
  } catch (error) {
    log.error({ project, error: messageOf(error) }, "Could not record the pace of requests");
  }
}
