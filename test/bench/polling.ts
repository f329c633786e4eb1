import { pause, systemClock } from "../../src/clock.ts";
import type { Api } from "./api.ts";
import type { Notes } from "./server.ts";
import { cpuSeconds, residentMb } from "./usage.ts";

/** What a process cost while it polled, and what the server saw of it. */
export interface Polling extends Notes {
  /** Processor time of 1,000 polls, in seconds. */
  readonly cpuPerThousand: number;
  /** Processor time as a share of the time that passed; 100 is one core. */
  readonly cpuPercent: number;
  readonly residentMb: number;
}

/** Watches a process poll for so long, in milliseconds, after having let it run itself warm. */
export async function observePolling(
  api: Api,
  pid: number,
  { warmUpMs, lastsMs }: { readonly warmUpMs: number; readonly lastsMs: number },
): Promise<Polling> {
  await pause(systemClock, warmUpMs);
  await api.notes();
  const before = { at: systemClock.monotonic(), cpu: cpuSeconds(pid) };
  await pause(systemClock, lastsMs);
  const cpu = cpuSeconds(pid) - before.cpu;
  const seconds = (systemClock.monotonic() - before.at) / 1_000;
  const notes = await api.notes();
  return {
    ...notes,
    cpuPerThousand: (cpu / notes.polls) * 1_000,
    cpuPercent: (cpu / seconds) * 100,
    residentMb: residentMb(pid),
  };
}
