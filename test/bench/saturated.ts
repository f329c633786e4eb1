import { startApi } from "./api.ts";
import { type Line, ratios } from "./line.ts";
import { observePolling } from "./polling.ts";
import { type Measured, startLoop, startWatcher } from "./processes.ts";

/** How often and how long something is measured. */
export interface Effort {
  readonly runs: number;
  readonly lastsMs: number;
}

/** What 1,000 polls cost where a process polls as fast as it can: ours, and the loops one would compare it with, in turn. */
export async function measureSaturated(
  { runs, lastsMs }: Effort,
  hasShell: boolean,
): Promise<readonly Line[]> {
  using api = await startApi();
  const cost = async (started: Measured, warmUpMs: number) => {
    using measured = started;
    return (await observePolling(api, measured.pid, { warmUpMs, lastsMs })).cpuPerThousand;
  };
  const own: number[] = [];
  const undici: number[] = [];
  const ky: number[] = [];
  const shell: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    undici.push(await cost(startLoop("undici", api.url), 2_000));
    const watch = { url: api.url, connections: 1_000, schedule: "100ms" };
    own.push(await cost(startWatcher(watch), 10_000));
    ky.push(await cost(startLoop("ky", api.url), 2_000));
    if (hasShell) shell.push(await cost(startLoop("shell", api.url), 0));
  }
  const unit = "CPU s";
  const times = "times";
  const lines: readonly Line[] = [
    { what: "1,000 polls, saturated: dli-watch", unit, runs: own },
    { what: "… a bare undici loop", unit, runs: undici },
    { what: "… ky over the global fetch", unit, runs: ky },
    { what: "… `curl` and `jq` in a shell loop", unit, runs: shell },
    { what: "dli-watch over undici", unit: times, runs: ratios(own, undici), aim: 2.5 },
    { what: "ky over undici", unit: times, runs: ratios(ky, undici) },
    { what: "shell loop over dli-watch", unit: times, runs: ratios(shell, own) },
  ];
  return lines.filter((line) => line.runs.length > 0);
}
