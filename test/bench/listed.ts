import { startApi } from "./api.ts";
import type { Line } from "./line.ts";
import { observePolling, type Polling } from "./polling.ts";
import { startWatcher, type Watch } from "./processes.ts";

/** Many of them: how often each is polled, and the memory that is aimed at, in megabytes. */
const crowds = [
  { connections: 10_000, schedule: "10s", aim: 110 },
  { connections: 100_000, schedule: "60s", aim: 250 },
] as const;

/** What enhanced connections cost, polled by their list and each by itself, and the memory that up to `most` of them take. */
export async function measureListed(lastsMs: number, most: number): Promise<readonly Line[]> {
  const thousand = { connections: 1_000, schedule: "10s" };
  const list = await watch({ ...thousand, pollBy: "list" }, lastsMs);
  const show = await watch({ ...thousand, pollBy: "show" }, lastsMs);
  const round = ({ requests }: Polling) => [(requests / lastsMs) * 10_000];
  const [by, alone] = ["1,000 enhanced connections by their list:", "… each by itself:"];
  const lines: Line[] = [
    { what: `${by} requests a round`, unit: "", runs: round(list), aim: 11 },
    { what: `${alone} requests a round`, unit: "", runs: round(show) },
    { what: `${by} 1,000 polls`, unit: "CPU s", runs: [list.cpuPerThousand], aim: 0.02 },
    { what: `${alone} 1,000 polls`, unit: "CPU s", runs: [show.cpuPerThousand] },
    { what: `${by} memory`, unit: "MB", runs: [list.residentMb], aim: 75 },
  ];
  for (const { aim, ...crowd } of crowds.filter(({ connections }) => connections <= most)) {
    const { residentMb } = await watch({ ...crowd, pollBy: "list" }, lastsMs);
    const what = `… ${crowd.connections.toLocaleString("en")} every ${crowd.schedule}: memory`;
    lines.push({ what, unit: "MB", runs: [residentMb], aim });
  }
  return lines;
}

/** Lets the first round pass: it makes every first observation durable, one transaction each. */
async function watch(watched: Omit<Watch, "url">, lastsMs: number): Promise<Polling> {
  using api = await startApi();
  using watcher = startWatcher({ url: api.url, ...watched });
  const warmUpMs = 20_000 + watched.connections * 3;
  return await observePolling(api, watcher.pid, { warmUpMs, lastsMs });
}
