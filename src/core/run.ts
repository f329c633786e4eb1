import type { Observation } from "./model.ts";

/** One run of equal observations of a connection. */
export interface ObservationRun {
  readonly project: string;
  readonly connection: string;
  /** Epoch milliseconds of its first and its last known poll. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly polls: number;
  readonly observation: Observation;
}

/** When the poll with this index, from 0, was made: a run tells how many there were, and they are taken to be evenly spread. */
export function pollTime({ firstAt, lastAt, polls }: ObservationRun, index: number): number {
  const share = polls > 1 ? index / (polls - 1) : 0;
  return firstAt + Math.round(Math.max(0, lastAt - firstAt) * share);
}

/** The index of the first poll at `at` (epoch milliseconds) or later; the number of polls if there is none. */
export function pollFrom(run: ObservationRun, at: number): number {
  const { firstAt, lastAt, polls } = run;
  if (at <= firstAt) return 0;
  if (at > lastAt) return polls;
  let index = Math.ceil(((at - firstAt) / (lastAt - firstAt)) * (polls - 1));
  // Times are rounded to milliseconds.
  while (index > 0 && pollTime(run, index - 1) >= at) index -= 1;
  while (index < polls && pollTime(run, index) < at) index += 1;
  return index;
}

/** The polls of a run from `at` (epoch milliseconds) on; it must reach that far. */
export function cutBefore(run: ObservationRun, at: number): ObservationRun {
  const index = pollFrom(run, at);
  return { ...run, firstAt: pollTime(run, index), polls: run.polls - index };
}
