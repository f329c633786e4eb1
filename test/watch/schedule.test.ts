import { describe, expect, onTestFinished, test } from "vitest";
import type { Schedule } from "../../src/core/schedule.ts";
import { type Job, startSchedule } from "../../src/watch/schedule.ts";
import { fakeClock } from "../support/clock.ts";

/** A job that notes when it starts, on the monotonic clock in seconds, and takes `lastsMs`. */
function watchJob(
  clock: ReturnType<typeof fakeClock>,
  schedule: Schedule,
  {
    lastsMs = 0,
    afterMs,
  }: { readonly lastsMs?: number; readonly afterMs?: () => number | undefined } = {},
) {
  const starts: number[] = [];
  let skipped = 0;
  let running = 0;
  const job: Job = {
    schedule,
    skipped(times) {
      skipped += times;
    },
    async run() {
      starts.push(clock.monotonic() / 1_000);
      running += 1;
      expect(running).toBe(1);
      if (lastsMs > 0) await new Promise<void>((resolve) => clock.after(lastsMs, resolve));
      running -= 1;
      return afterMs?.();
    },
  };
  return { job, starts, skipped: () => skipped };
}

function start(jobs: readonly Job[], clock: ReturnType<typeof fakeClock>, random = () => 0) {
  const schedule = startSchedule({ clock, random });
  onTestFinished(async () => {
    const stopped = schedule[Symbol.asyncDispose]();
    await clock.advance(600_000);
    await stopped;
    expect(clock.waiting()).toBe(0);
  });
  schedule.replace(named(jobs));
  return schedule;
}

function named(jobs: readonly Job[]): ReadonlyMap<string, Job> {
  return new Map(jobs.map((job, index) => [`job ${index}`, job]));
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
    const stalled = watchJob(clock, every(10));
    start([stalled.job], clock);
    await clock.advance(10_000);
    clock.stall(34_000);
    await clock.advance(20_000);
    expect(stalled.starts).toEqual([0, 10, 44, 50, 60]);
  });

  test("a job may ask to run later or sooner than usual, and returns to its interval", async () => {
    const clock = fakeClock();
    const wishes = [35_000, 2_000, 2_000];
    const job = watchJob(clock, every(10), { afterMs: () => wishes.shift() });
    start([job.job], clock);
    await clock.advance(60_000);
    expect(job.starts).toEqual([0, 35, 37, 39, 49, 59]);
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
  const schedule = start([job.job], clock);
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
});

describe("cron expressions", () => {
  const cron = (expression: string, timezone = "UTC"): Schedule => ({ cron: expression, timezone });
  const wallStarts = (starts: readonly number[], begin: number) =>
    starts.map((seconds) => new Date(begin + seconds * 1_000).toISOString().slice(11, 19));

  test("run at once and then at their times on the wall clock", async () => {
    const begin = Date.UTC(2026, 10, 24, 2, 3, 4);
    const clock = fakeClock(begin);
    const job = watchJob(clock, cron("*/10 * * * *"));
    start([job.job], clock);
    await clock.advance(30 * 60_000);
    expect(wallStarts(job.starts, begin)).toEqual(["02:03:04", "02:10:00", "02:20:00", "02:30:00"]);
  });

  test.each([
    {
      day: "autumn: the doubled hour has its slots twice",
      begin: "2026-10-25T00:05:00Z",
      slots: 12,
    },
    { day: "spring: the missing hour has none", begin: "2026-03-29T00:05:00Z", slots: 12 },
  ])("no slot is lost in $day", async ({ begin, slots }) => {
    const clock = fakeClock(Date.parse(begin));
    const job = watchJob(clock, cron("*/10 * * * *", "Europe/Berlin"));
    start([job.job], clock);
    await clock.advance(2 * 3_600_000);
    expect(job.starts).toHaveLength(1 + slots);
  });

  test("what came up during a stall runs once, what is long past does not", async () => {
    const begin = Date.UTC(2026, 10, 24, 2, 9, 0);
    const clock = fakeClock(begin);
    const often = watchJob(clock, cron("* * * * *"));
    const seldom = watchJob(clock, cron("30 2 * * *"));
    start([often.job, seldom.job], clock);
    clock.stall(25 * 60_000);
    await clock.advance(1_000);
    expect([often.starts.length, seldom.starts.length]).toEqual([2, 2]);
    clock.stall(26 * 3_600_000);
    await clock.advance(1_000);
    expect([often.starts.length, seldom.starts.length]).toEqual([3, 2]);
  });

  test("a clock set back causes no burst", async () => {
    const clock = fakeClock(Date.UTC(2026, 10, 24, 2, 0, 30));
    const job = watchJob(clock, cron("* * * * *"));
    start([job.job], clock);
    await clock.advance(60_000);
    clock.jump(-2 * 3_600_000);
    await clock.advance(60_000);
    expect(job.starts).toEqual([0, 30, 90]);
  });

  test("one that is still running is skipped and counted", async () => {
    const clock = fakeClock(Date.UTC(2026, 10, 24, 2, 0, 0));
    const job = watchJob(clock, cron("* * * * *"), { lastsMs: 150_000 });
    start([job.job], clock);
    await clock.advance(300_000);
    expect(job.starts).toEqual([0, 180]);
    expect(job.skipped()).toBe(4);
    await clock.advance(150_000);
  });
});

describe("replacing jobs", () => {
  test("one that stays keeps its time, a new one runs at once, one that is gone runs no more", async () => {
    const clock = fakeClock();
    const [stays, goes, comes, instead] = [
      watchJob(clock, every(10)),
      watchJob(clock, every(10)),
      watchJob(clock, every(10)),
      watchJob(clock, every(10)),
    ];
    const schedule = start([stays.job, goes.job], clock);
    await clock.advance(13_000);
    schedule.replace(
      new Map([
        ["job 0", instead.job],
        ["new", comes.job],
      ]),
    );
    await clock.advance(20_000);
    expect(stays.starts).toEqual([0, 10]);
    expect(instead.starts).toEqual([20, 30]);
    expect(goes.starts).toEqual([0, 10]);
    expect(comes.starts).toEqual([13, 23, 33]);
  });

  test("another schedule counts from now on", async () => {
    const clock = fakeClock();
    const before = watchJob(clock, every(10));
    const after = watchJob(clock, every(3));
    const schedule = start([before.job], clock);
    await clock.advance(11_000);
    schedule.replace(named([after.job]));
    await clock.advance(7_000);
    expect([before.starts, after.starts]).toEqual([
      [0, 10],
      [14, 17],
    ]);
  });

  test("what is under way is let end, and is not run beside itself", async () => {
    const clock = fakeClock();
    const slow = watchJob(clock, every(10), { lastsMs: 15_000 });
    const schedule = start([slow.job], clock);
    await clock.advance(5_000);
    schedule.replace(named([slow.job]));
    await clock.advance(20_000);
    expect(slow.starts).toEqual([0, 20]);
    schedule.replace(new Map());
    await clock.advance(1_000);
    schedule.replace(named([slow.job]));
    await clock.advance(60_000);
    expect(slow.starts).toEqual([0, 20, 40, 60, 80]);
  });
});
