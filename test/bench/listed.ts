import { startApi } from "./api.ts";
import type { Line } from "./line.ts";
import { observePolling, type Polling } from "./polling.ts";
import { startWatcher, type Watch } from "./processes.ts";

/** What enhanced connections cost, polled by their list and each by itself, and the memory that many of them take. */
export async function measureListed(lastsMs: number): Promise<readonly Line[]> {
  const list = await watch({ connections: 1_000, schedule: "10s", pollBy: "list" }, lastsMs);
  const show = await watch({ connections: 1_000, schedule: "10s", pollBy: "show" }, lastsMs);
  const tenThousand = await watch(
    { connections: 10_000, schedule: "10s", pollBy: "list" },
    lastsMs,
  );
  const all = await watch({ connections: 100_000, schedule: "60s", pollBy: "list" }, 60_000);
  const perRound = ({ requests }: Polling) => [(requests / lastsMs) * 10_000];
  const [by, alone] = ["1,000 enhanced connections by their list:", "… each by itself:"];
  return [
    { what: `${by} requests a round`, unit: "", runs: perRound(list), aim: 11 },
    { what: `${alone} requests a round`, unit: "", runs: perRound(show) },
    { what: `${by} 1,000 polls`, unit: "CPU s", runs: [list.cpuPerThousand], aim: 0.02 },
    { what: `${alone} 1,000 polls`, unit: "CPU s", runs: [show.cpuPerThousand] },
    { what: `${by} memory`, unit: "MB", runs: [list.residentMb], aim: 75 },
    { what: "10,000, every 10 s: memory", unit: "MB", runs: [tenThousand.residentMb], aim: 110 },
    { what: "100,000, every 60 s: memory", unit: "MB", runs: [all.residentMb], aim: 250 },
  ];
}

/** Lets the first round pass: it makes every first observation durable, one transaction each. */
async function watch(watched: Omit<Watch, "url">, lastsMs: number): Promise<Polling> {
  using api = await startApi();
  using watcher = startWatcher({ url: api.url, ...watched });
  const warmUpMs = 20_000 + watched.connections * 3;
  return await observePolling(api, watcher.pid, { warmUpMs, lastsMs });
}
