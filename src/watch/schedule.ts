import { createTask } from "node-cron";
import TinyQueue from "tinyqueue";
import type { Clock } from "../clock.ts";
import type { Schedule } from "../core/schedule.ts";

/** Something done again and again. */
export interface Job {
  readonly schedule: Schedule;
  /** Never called again before it has resolved; never rejects. It gives how long to rest before the next time at least, in milliseconds. */
  run(): Promise<number>;
  /** Called instead, where its time came and it was still running. */
  skip(): void;
}

export interface ScheduleOptions {
  readonly clock: Clock;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
}

/** Due jobs are started together: waking for each of them costs more than the jobs themselves. */
const batchMs = 100;

/** A running schedule. Stopping starts no more jobs and waits for those under way. */
export interface RunningSchedule extends AsyncDisposable {
  /** When it last looked for due jobs, on the monotonic clock. */
  lookedAt(): number;
}

/** Runs every job at once and then by its own schedule: intervals from one heap on the monotonic clock, cron expressions by wall-clock time. */
export function startSchedule(jobs: readonly Job[], options: ScheduleOptions): RunningSchedule {
  const { clock } = options;
  const runners = jobs.map((job) => createRunner(job, clock));
  const intervals = startIntervals(runners, options);
  const stopCron = startCron(runners);
  for (const runner of runners) runner.tick();
  return {
    lookedAt: intervals.lookedAt,
    async [Symbol.asyncDispose]() {
      intervals.stop();
      await stopCron();
      await Promise.all(runners.map(({ ended }) => ended()));
    },
  };
}

interface Runner {
  readonly job: Job;
  /** Its time has come. */
  tick(): void;
  /** Resolves when it is not running. */
  ended(): Promise<void>;
}

function createRunner(job: Job, clock: Clock): Runner {
  let running: Promise<void> | undefined;
  let restUntil = Number.NEGATIVE_INFINITY;
  return {
    job,
    tick() {
      if (running) return job.skip();
      if (clock.monotonic() < restUntil) return;
      running = job.run().then((restMs) => {
        restUntil = clock.monotonic() + restMs;
        running = undefined;
      });
    },
    ended: async () => running,
  };
}

interface Due {
  /** On the monotonic clock: when it would run without jitter, and when it does. */
  readonly plannedAt: number;
  readonly at: number;
  readonly runner: Runner;
  readonly everyMs: number;
  readonly jitter: number;
}

function startIntervals(runners: readonly Runner[], { clock, random }: ScheduleOptions) {
  const started = clock.monotonic();
  const plan = (due: Omit<Due, "at">): Due => ({
    ...due,
    at: due.plannedAt + random() * due.jitter * due.everyMs,
  });
  const heap = new TinyQueue<Due>(
    runners.flatMap((runner) => {
      const { schedule } = runner.job;
      return "cron" in schedule
        ? []
        : [plan({ plannedAt: started + schedule.everyMs, runner, ...schedule })];
    }),
    (one, other) => one.at - other.at,
  );
  let lookedAt = started;
  let cancel = () => {};

  function look(): void {
    lookedAt = clock.monotonic();
    for (let due = heap.peek(); due && due.at <= lookedAt; due = heap.peek()) {
      heap.pop();
      heap.push(plan({ ...due, plannedAt: nextPlanned(due, lookedAt) }));
      due.runner.tick();
    }
    wait();
  }

  function wait(): void {
    const next = heap.peek()?.at ?? lookedAt + longestLookMs;
    const batched = Math.ceil((next - started) / batchMs) * batchMs + started;
    cancel = clock.after(Math.min(batched - clock.monotonic(), longestLookMs), look);
  }

  wait();
  return { lookedAt: () => lookedAt, stop: () => cancel() };
}

/** It looks at least this often, so that its health can be told. */
const longestLookMs = 1_000;

/** The next time on its own grid: after a stall what was missed is not made up for. */
function nextPlanned({ plannedAt, everyMs }: Due, now: number): number {
  const missed = Math.max(0, Math.floor((now - plannedAt) / everyMs));
  return plannedAt + (missed + 1) * everyMs;
}

/** One task per distinct expression and timezone, for all jobs that have it. */
function startCron(runners: readonly Runner[]): () => Promise<void> {
  const tasks = [...cronGroups(runners).values()].map(({ cron, timezone, group }) =>
    createTask(
      cron,
      () => {
        for (const runner of group) runner.tick();
      },
      { timezone, suppressMissedWarning: true },
    ),
  );
  for (const task of tasks) void task.start();
  return async () => {
    await Promise.all(tasks.map((task) => task.destroy()));
  };
}

interface CronGroup {
  readonly cron: string;
  readonly timezone: string;
  readonly group: Runner[];
}

function cronGroups(runners: readonly Runner[]): ReadonlyMap<string, CronGroup> {
  const groups = new Map<string, CronGroup>();
  for (const runner of runners) {
    const { schedule } = runner.job;
    if (!("cron" in schedule)) continue;
    const key = JSON.stringify(schedule);
    const known = groups.get(key);
    if (known) known.group.push(runner);
    else groups.set(key, { ...schedule, group: [runner] });
  }
  return groups;
}
