import { spawnSync } from "node:child_process";
import { pause, systemClock } from "../../src/clock.ts";
import { startApi } from "./api.ts";
import { idsOf } from "./connections.ts";
import { type Line, ratios } from "./line.ts";
import { startWatcher } from "./processes.ts";

/** How long a change takes to the receiver of a webhook, and how much of that is not the waiting for the next poll. */
export async function measureLatency(changes: number): Promise<readonly Line[]> {
  using api = await startApi();
  using _watcher = startWatcher({ url: api.url, connections: 100, schedule: "1s" });
  await pause(systemClock, 5_000);
  for (const id of idsOf(changes)) {
    await api.change(id);
    await pause(systemClock, 130);
  }
  await pause(systemClock, 3_000);
  const seen = (await api.notes()).changes;
  const due = 2 * changes; // each fails both queues of a connection
  if (seen.length !== due) throw new Error(`${seen.length} of ${due} changes were delivered`);
  return [
    {
      what: "from a change to its delivery, polled every second",
      unit: "ms",
      runs: seen.map(({ changedAt, deliveredAt }) => deliveredAt - changedAt),
    },
    {
      what: "… of that, from the answer that told it to its delivery",
      unit: "ms",
      runs: seen.map(({ answeredAt, deliveredAt }) => deliveredAt - answeredAt),
    },
  ];
}

/** How long the first poll takes from the start of the process, beside a Node that does nothing. */
export async function measureStart(runs: number): Promise<readonly Line[]> {
  const first: number[] = [];
  const nothing: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    first.push(await firstPollMs());
    const startedAt = systemClock.monotonic();
    spawnSync(process.execPath, ["--eval", "0"]);
    nothing.push(systemClock.monotonic() - startedAt);
  }
  return [
    { what: "from the start to the first poll", unit: "ms", runs: first },
    { what: "… `node -e 0`", unit: "ms", runs: nothing },
    {
      what: "first poll over `node -e 0`",
      unit: "times",
      runs: ratios(first, nothing),
      aim: 4,
    },
  ];
}

async function firstPollMs(): Promise<number> {
  using api = await startApi();
  const startedAt = systemClock.now();
  using _watcher = startWatcher({ url: api.url, connections: 1, schedule: "10s" });
  for (;;) {
    await pause(systemClock, 50);
    const { firstPollAt } = await api.notes();
    if (firstPollAt > 0) return firstPollAt - startedAt;
  }
}
