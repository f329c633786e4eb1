/** More notices to one notifier than `over` `withinMs` milliseconds become one digest. */
export interface StormSettings {
  readonly over: number;
  readonly withinMs: number;
}

/** What one lane remembers of the notices it was given. Times are epoch milliseconds. */
export interface StormMemory {
  /** When the last ones came, `over` of them at most. */
  readonly recent: readonly number[];
  /** While it storms: when the next digest is due. */
  readonly until?: number;
}

/** Counts a notice that comes at `now`; with `until` in the result it waits for the digest of then. */
export function countNotice(
  storm: StormMemory | undefined,
  { over, withinMs }: StormSettings,
  now: number,
): StormMemory {
  if (storm?.until !== undefined && now < storm.until) return storm;
  // The wall clock may have been set back.
  const recent = (storm?.recent ?? []).filter((at) => at <= now && now - at < withinMs);
  return recent.length < over ? { recent: [...recent, now] } : { recent, until: now + withinMs };
}

/** The memory after a storm's digest of `notices` was told at `now`: it goes on while as many come. */
export function afterStorm(
  notices: number,
  { over, withinMs }: StormSettings,
  now: number,
): StormMemory | undefined {
  return notices > over ? { recent: [], until: now + withinMs } : undefined;
}
