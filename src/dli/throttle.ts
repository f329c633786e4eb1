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

/** A pace that is slower than configured, since the cloud has throttled. Times are on the monotonic clock. */
export interface Slowdown {
  /** Between two starts of requests. */
  readonly intervalMs: number;
  /** Over which the cloud counts. */
  readonly windowMs: number;
  /** Since when it has neither throttled nor been asked more often. */
  readonly calmSince: number;
}

/** Requests that were throttled keep to the window that the gateway's text names, if that is slower than they are. */
export function slowedDown(
  before: Slowdown | undefined,
  { text, usualMs, now }: { readonly text: string; readonly usualMs: number; readonly now: number },
): Slowdown | undefined {
  const window = windowIn(text);
  const calm = before && { ...before, calmSince: now };
  if (!window || window.intervalMs <= (before?.intervalMs ?? usualMs)) return calm;
  return { ...window, calmSince: now };
}

/** A step back to the configured rate is so much of it. */
const stepShare = 0.1;
/** It takes so many windows, and at least so many milliseconds, without being throttled. */
const calmWindows = 10;
const shortestCalmMs = 600_000;

/** Goes a step back towards the configured pace after calm times; `undefined` once it is reached. */
export function spedUp(
  before: Slowdown,
  { usualMs, now }: { readonly usualMs: number; readonly now: number },
): Slowdown | undefined {
  const { intervalMs, windowMs, calmSince } = before;
  if (now - calmSince < Math.max(calmWindows * windowMs, shortestCalmMs)) return before;
  const faster = 1 / (1 / intervalMs + stepShare / usualMs);
  return faster > usualMs ? { intervalMs: faster, windowMs, calmSince: now } : undefined;
}

const unitMs = new Map([
  ["second", 1_000],
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
]);

/** The window that a gateway's text names, `…,limit:200,time:5 minute`, and the interval that keeps to it. */
function windowIn(text: string): Omit<Slowdown, "calmSince"> | undefined {
  const [, limit, time, unit = ""] =
    /limit:\s*(\d+),\s*time:\s*(\d+)\s*(second|minute|hour|day)/i.exec(text) ?? [];
  const windowMs = Number(time) * (unitMs.get(unit.toLowerCase()) ?? 0);
  const intervalMs = Math.min(windowMs / Number(limit), longestPauseMs);
  return Number(limit) > 0 && windowMs > 0 ? { windowMs, intervalMs } : undefined;
}
