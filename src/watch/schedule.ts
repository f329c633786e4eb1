import TinyQueue from "tinyqueue";
import type { Clock } from "../clock.ts";
import type { Schedule } from "../core/schedule.ts";
import { createCronTable } from "./cron.ts";

/*
 * A job is either due or running. An interval job keeps to its own grid on the monotonic clock: the next run is a whole
 * number of intervals after the last, and what passed while it ran, or while the process stood still, is skipped and
 * counted, never made up for. A cron job runs at its expression's times on the wall clock.
 */

/** Something done again and again. */
export interface Job {
  readonly schedule: Schedule;
  /** Whether a new one waits for its time, because what it does was done a moment ago. */
  readonly waits?: boolean;
  /** Never called before it has resolved, never rejects. It says in how many milliseconds after this start it wants to run again, where that is not as usual. */
  run(): Promise<number | undefined>;
  /** Told how often its time came while it was still running. */
  skipped(times: number): void;
}

export interface ScheduleOptions {
  readonly clock: Clock;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
}

/** A running schedule. Stopping starts no more jobs and waits for those under way. */
export interface RunningSchedule extends AsyncDisposable {
  /**
   * Runs these jobs, by name, from now on. A new one runs at once, unless it waits; one known by its name keeps its time unless its
   * schedule differs; one that is gone runs to its end if it is under way, and no more.
   */
  replace(jobs: ReadonlyMap<string, Job>): void;
  /** When it last looked for due jobs, on the monotonic clock. */
  lookedAt(): number;
  /** Since when jobs have been under way without one ending, on the monotonic clock; `undefined` if none is. */
  hangingSince(): number | undefined;
}

/** Due jobs are started together: waking for each of them costs more than the jobs themselves. */
const batchMs = 100;

/** It looks at least this often, for cron jobs, and so that its health can be told. */
const longestLookMs = 1_000;

interface Runner {
  readonly name: string;
  job: Job;
  /** When it was started, on the monotonic clock. */
  runningSince?: number | undefined;
  /** It has no job any more, and is forgotten when it does not run; until then its name may come back. */
  removed: boolean;
  /** Its entry in the heap; any other is out of date. */
  due?: Due | undefined;
  /** A cron job does not run before this, on the monotonic clock. */
  restUntil: number;
}

interface Due {
  readonly runner: Runner;
  /** On the monotonic clock: when it would run without jitter, and when it does. */
  readonly plannedAt: number;
  readonly at: number;
}

/** Starts with no jobs. */
export function startSchedule({ clock, random }: ScheduleOptions): RunningSchedule {
  const runners = new Map<string, Runner>();
  const heap = new TinyQueue<Due>([], (one, other) => one.at - other.at);
  const cron = createCronTable<Runner>(clock.now());
  const started = clock.monotonic();
  const underWay = new Set<Promise<void>>();
  const timer = { at: Number.POSITIVE_INFINITY, cancel: () => {} };
  let lookedAt = started;
  let endedAt = started;
  let stopped = false;

  function plan(runner: Runner, plannedAt: number): void {
    const { schedule } = runner.job;
    if (stopped || runner.removed || "cron" in schedule) return;
    runner.due = {
      runner,
      plannedAt,
      at: plannedAt + random() * schedule.jitter * schedule.everyMs,
    };
    heap.push(runner.due);
    if (runner.due.at < timer.at) wait();
  }

  function start(runner: Runner, plannedAt: number): void {
    runner.due = undefined;
    runner.runningSince = clock.monotonic();
    const { job } = runner;
    const run = job.run().then((afterMs) => {
      underWay.delete(run);
      runner.runningSince = undefined;
      endedAt = clock.monotonic();
      if (runner.removed) runners.delete(runner.name);
      if ("cron" in runner.job.schedule) runner.restUntil = plannedAt + (afterMs ?? 0);
      else planAfter(runner, plannedAt, afterMs ?? runner.job.schedule.everyMs);
    });
    underWay.add(run);
  }

  function planAfter(runner: Runner, plannedAt: number, everyMs: number): void {
    const missed = Math.max(0, Math.floor((clock.monotonic() - plannedAt) / everyMs));
    if (missed > 0) runner.job.skipped(missed);
    plan(runner, plannedAt + (missed + 1) * everyMs);
  }

  function look(): void {
    lookedAt = clock.monotonic();
    timer.at = Number.POSITIVE_INFINITY;
    for (let due = heap.peek(); due && due.at <= lookedAt; due = heap.peek()) {
      heap.pop();
      if (due.runner.due === due) start(due.runner, due.plannedAt);
    }
    for (const runner of cron.due(clock.now())) {
      if (runner.runningSince !== undefined) runner.job.skipped(1);
      else if (lookedAt >= runner.restUntil) start(runner, lookedAt);
    }
    wait();
  }

  function wait(): void {
    timer.cancel();
    const now = clock.monotonic();
    const next = Math.min(heap.peek()?.at ?? Number.POSITIVE_INFINITY, now + longestLookMs);
    timer.at = Math.ceil((next - started) / batchMs) * batchMs + started;
    timer.cancel = clock.after(timer.at - now, look);
  }

  function put(name: string, job: Job): void {
    const known = runners.get(name);
    if (!known) {
      const runner = { name, job, removed: false, restUntil: Number.NEGATIVE_INFINITY };
      runners.set(name, runner);
      if (!job.waits) start(runner, clock.monotonic());
      else if ("everyMs" in job.schedule) plan(runner, clock.monotonic() + job.schedule.everyMs);
      return;
    }
    const same = JSON.stringify(known.job.schedule) === JSON.stringify(job.schedule);
    known.job = job;
    known.removed = false;
    if (same || known.runningSince !== undefined) return;
    known.due = undefined;
    if (!("cron" in job.schedule)) plan(known, clock.monotonic() + job.schedule.everyMs);
  }

  wait();
  return {
    lookedAt: () => lookedAt,
    hangingSince() {
      const since = [...runners.values()].flatMap(({ runningSince }) => runningSince ?? []);
      return since.length > 0 ? Math.max(endedAt, Math.min(...since)) : undefined;
    },
    replace(jobs) {
      for (const [name, runner] of runners) {
        if (jobs.has(name)) continue;
        runner.removed = true;
        runner.due = undefined;
        if (runner.runningSince === undefined) runners.delete(name);
      }
      for (const [name, job] of jobs) put(name, job);
      cron.replace(
        [...runners.values()].flatMap((item) =>
          "cron" in item.job.schedule && !item.removed
            ? [{ schedule: item.job.schedule, item }]
            : [],
        ),
      );
    },
    async [Symbol.asyncDispose]() {
      stopped = true;
      timer.cancel();
      await Promise.all(underWay);
    },
  };
}
