import { backoffMs } from "../core/backoff.ts";
import { retryAfter } from "../core/retry-after.ts";

/** No pause is longer, whatever the cloud says. */
const longestPauseMs = 15 * 60_000;

/** How long a project's requests pause after it was throttled `times` in a row; `now` in epoch milliseconds, `random` in [0, 1). */
export function throttlePauseMs({
  times,
  header,
  now,
  random,
}: {
  readonly times: number;
  readonly header: string | undefined;
  readonly now: number;
  readonly random: number;
}): number {
  const asked = (retryAfter(header ?? "", now) ?? now) - now;
  return Math.min(longestPauseMs, Math.max(backoffMs(times, random), asked));
}

const unitMs = new Map([
  ["second", 1_000],
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
]);

/** The interval that keeps to the window a gateway's text names: `…,limit:200,time:5 minute`. */
export function windowIntervalMs(text: string): number | undefined {
  const [, limit, time, unit = ""] =
    /limit:\s*(\d+),\s*time:\s*(\d+)\s*(second|minute|hour|day)/i.exec(text) ?? [];
  const windowMs = Number(time) * (unitMs.get(unit.toLowerCase()) ?? 0);
  const intervalMs = windowMs / Number(limit);
  return Number.isFinite(intervalMs) ? Math.min(intervalMs, longestPauseMs) : undefined;
}
