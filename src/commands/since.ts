import { parseSince } from "../core/history.ts";
import { exitStatus, UserError } from "../errors.ts";

/** Epoch milliseconds of the argument of `--since`; throws a {@link UserError} that says what it must be. */
export function startOf(since: string, now: number): number {
  const start = parseSince(since, now);
  if (start !== undefined) return start;
  throw new UserError(
    `--since: must be a duration such as 24h or a time such as 2026-11-24T02:00:00Z, not ${since}`,
    exitStatus.configuration,
  );
}
