import { pause, systemClock } from "../../src/clock.ts";
import { startApi } from "./api.ts";
import { type Line, ratios } from "./line.ts";
import { observePolling, type Polling } from "./polling.ts";
import { start, startWatcher } from "./processes.ts";
import type { Effort } from "./saturated.ts";
import { residentMb } from "./usage.ts";

/** A hundred polls a second: what they cost, and how much memory watching 1,000 connections takes beside a Node that does nothing. */
export async function measureHundredPerSecond(effort: Effort): Promise<readonly Line[]> {
  const seen: Polling[] = [];
  const idle: number[] = [];
  for (let run = 0; run < effort.runs; run += 1) {
    seen.push(await watch(1_000, effort.lastsMs));
    idle.push(await idleMb());
  }
  const memory = seen.map((one) => one.residentMb);
  return [
    {
      what: "1,000 polls at 100 a second (1,000 connections every 10 s)",
      unit: "CPU s",
      runs: seen.map((one) => one.cpuPerThousand),
      aim: 0.12,
    },
    { what: "memory at 1,000 connections", unit: "MB", runs: memory },
    { what: "… of a Node that does nothing", unit: "MB", runs: idle },
    {
      what: "memory over that of an idle Node",
      unit: "times",
      runs: ratios(memory, idle),
      aim: 1.7,
    },
  ];
}

/** 5,000 connections every 10 s: whether each is polled on time, and at what cost. */
export async function measureFiveThousand({ runs, lastsMs }: Effort): Promise<readonly Line[]> {
  const seen: Polling[] = [];
  for (let run = 0; run < runs; run += 1) seen.push(await watch(5_000, lastsMs));
  const of = "5,000 connections every 10 s:";
  return [
    {
      what: `${of} longest time between two polls of one`,
      unit: "s",
      runs: seen.map((one) => one.longestGapMs / 1_000),
      aim: 11,
    },
    {
      what: `${of} polls that were made of those that were due`,
      unit: "%",
      runs: seen.map((one) => (one.polls / (5_000 * (lastsMs / 10_000))) * 100),
    },
    { what: `${of} share of one core`, unit: "%", runs: seen.map((one) => one.cpuPercent) },
    { what: `${of} memory`, unit: "MB", runs: seen.map((one) => one.residentMb) },
  ];
}

/** How much a watcher grows while it polls as fast as it can. */
export async function measureGrowth({ runs, lastsMs }: Effort): Promise<readonly Line[]> {
  const growth: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    using api = await startApi();
    using watcher = startWatcher({ url: api.url, connections: 1_000, schedule: "100ms" });
    const early = await observePolling(api, watcher.pid, { warmUpMs: 15_000, lastsMs: 1_000 });
    const late = await observePolling(api, watcher.pid, { warmUpMs: 0, lastsMs });
    growth.push(late.residentMb - early.residentMb);
  }
  const what = `growth over ${lastsMs / 1_000} s of polling, saturated`;
  return [{ what, unit: "MB", runs: growth }];
}

/** Lets the first round pass: it makes every first observation durable, one transaction each. */
async function watch(connections: number, lastsMs: number): Promise<Polling> {
  using api = await startApi();
  using watcher = startWatcher({ url: api.url, connections, schedule: "10s" });
  return await observePolling(api, watcher.pid, { warmUpMs: 20_000 + connections * 8, lastsMs });
}

async function idleMb(): Promise<number> {
  using idle = start(process.execPath, ["--eval", "setInterval(() => {}, 60_000)"]);
  await pause(systemClock, 2_000);
  return residentMb(idle.pid);
}
