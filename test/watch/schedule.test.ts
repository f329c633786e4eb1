import { describe, expect, onTestFinished, test } from "vitest";
import type { Schedule } from "../../src/core/schedule.ts";
import { type Job, startSchedule } from "../../src/watch/schedule.ts";
import { fakeClock } from "../support/clock.ts";

/** A job that notes when it starts, on the monotonic clock in seconds, and takes `lastsMs`. */
function watchJob(
  clock: ReturnType<typeof fakeClock>,
  schedule: Schedule,
  { lastsMs = 0, restMs = 0 } = {},
) {
  const starts: number[] = [];
  let skipped = 0;
  let running = 0;
  const job: Job = {
    schedule,
    skip: () => {
      skipped += 1;
    },
    async run() {
      starts.push(clock.monotonic() / 1_000);
      running += 1;
      expect(running).toBe(1);
      if (lastsMs > 0) await new Promise<void>((resolve) => clock.after(lastsMs, resolve));
      running -= 1;
      return restMs;
    },
  };
  return { job, starts, skipped: () => skipped };
}

function start(jobs: readonly Job[], clock: ReturnType<typeof fakeClock>, random = () => 0) {
  const schedule = startSchedule(jobs, { clock, random });
  onTestFinished(async () => {
    await schedule[Symbol.asyncDispose]();
  });
  return schedule;
}

const every = (seconds: number, jitter = 0): Schedule => ({ everyMs: seconds * 1_000, jitter });

describe("intervals", () => {
  test("run at once and then on their own grid", async () => {
    const clock = fakeClock();
    const fast = watchJob(clock, every(10));
    const slow = watchJob(clock, every(25));
    start([fast.job, slow.job], clock);
    await clock.advance(60_000);
    expect(fast.starts).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(slow.starts).toEqual([0, 25, 50]);
  });

  test("a job that lasts longer than its interval is never run twice at once: it is skipped and counted", async () => {
    const clock = fakeClock();
    const slow = watchJob(clock, every(10), { lastsMs: 24_000 });
    start([slow.job], clock);
    await clock.advance(60_000);
    expect(slow.starts).toEqual([0, 30, 60]);
    expect(slow.skipped()).toBe(4);
    await clock.advance(24_000);
  });

  test("jitter is late by its share at most and does not move the grid", async () => {
    const clock = fakeClock();
    const job = watchJob(clock, every(10, 0.5));
    const shares = [0, 0.5, 0.9, 0.1];
    start([job.job], clock, () => shares.shift() ?? 0);
    await clock.advance(41_000);
    expect(job.starts).toEqual([0, 10, 22.5, 34.5, 40.5]);
  });

  test("the wall clock may jump as it likes", async () => {
    const clock = fakeClock();
    const job = watchJob(clock, every(10));
    start([job.job], clock);
    await clock.advance(15_000);
    clock.jump(2 * 3_600_000);
    await clock.advance(10_000);
    clock.jump(-4 * 3_600_000);
    await clock.advance(10_000);
    expect(job.starts).toEqual([0, 10, 20, 30]);
  });

  test("after a stall what was missed is not made up for, and the grid stays", async () => {
    const clock = fakeClock();
    const starts: number[] = [];
    const stalled = watchJob(clock, every(10));
    start([stalled.job], clock);
    await clock.advance(10_000);
    clock.stall(34_000);
    await clock.advance(20_000);
    expect([...stalled.starts, ...starts]).toEqual([0, 10, 44, 50, 60]);
  });

  test("a job that asks for rest gets it", async () => {
    const clock = fakeClock();
    const job = watchJob(clock, every(10), { restMs: 35_000 });
    start([job.job], clock);
    await clock.advance(80_000);
    expect(job.starts).toEqual([0, 40, 80]);
    expect(job.skipped()).toBe(0);
  });

  test("5,000 jobs due together are started in one turn", async () => {
    const clock = fakeClock();
    const jobs = Array.from({ length: 5_000 }, () => watchJob(clock, every(10)));
    start(
      jobs.map(({ job }) => job),
      clock,
    );
    await clock.advance(10_000);
    expect(new Set(jobs.map(({ starts }) => starts.join()))).toEqual(new Set(["0,10"]));
  });
});

test("stopping waits for the job under way and starts no other", async () => {
  const clock = fakeClock();
  const job = watchJob(clock, every(10), { lastsMs: 5_000 });
  const schedule = startSchedule([job.job], { clock, random: () => 0 });
  let stopped = false;
  const stop = schedule[Symbol.asyncDispose]().then(() => {
    stopped = true;
  });
  await clock.advance(4_999);
  expect(stopped).toBe(false);
  await clock.advance(1);
  await stop;
  await clock.advance(60_000);
  expect(job.starts).toEqual([0]);
  expect(clock.waiting()).toBe(0);
});

test("a cron expression runs at once and then by wall-clock time, the same expression in one task", async () => {
  const clock = fakeClock();
  const ran = Promise.withResolvers<void>();
  let runs = 0;
  const job: Job = {
    schedule: { cron: "* * * * * *", timezone: "UTC" },
    skip() {},
    async run() {
      runs += 1;
      if (runs === 4) ran.resolve();
      return 0;
    },
  };
  start([job, job], clock);
  expect(runs).toBe(2);
  await ran.promise;
});
