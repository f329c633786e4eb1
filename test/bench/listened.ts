import { get } from "node:http";
import { request } from "undici";
import { pause, systemClock } from "../../src/clock.ts";
import { startApi } from "./api.ts";
import { idsOf } from "./connections.ts";
import type { Line } from "./line.ts";
import { observePolling } from "./polling.ts";
import { freePort, startWatcher } from "./processes.ts";

const connections = 1_000;
const listeners = 100;

/** Whether 1,000 connections are polled on time while a hundred clients listen, and every second one fails and Prometheus scrapes. */
export async function measureListened(lastsMs: number): Promise<readonly Line[]> {
  using api = await startApi();
  const listen = `127.0.0.1:${await freePort()}`;
  using watcher = startWatcher({ url: api.url, connections, schedule: "10s", listen });
  const warmUpMs = 28_000;
  const polling = observePolling(api, watcher.pid, { warmUpMs, lastsMs });
  await pause(systemClock, warmUpMs - 2_000);
  using audience = listenTo(`http://${listen}/api/v1/events`);
  await pause(systemClock, 2_000);
  const scrapes: number[] = [];
  const ids = idsOf(lastsMs / 1_000);
  for (const id of ids) {
    await api.change(id);
    const startedAt = systemClock.monotonic();
    await (await request(`http://${listen}/metrics`)).body.dump({ limit: Number.MAX_SAFE_INTEGER });
    scrapes.push(systemClock.monotonic() - startedAt);
    await pause(systemClock, 1_000 - (systemClock.monotonic() - startedAt));
  }
  const polled = await polling;
  await pause(systemClock, 11_000); // until what changed last has been polled, too
  const due = 2 * ids.length * listeners; // each fails both queues of a connection
  const of = "1,000 connections every 10 s, 100 clients listen, scraped every second:";
  return [
    {
      what: `${of} longest time between two polls of one`,
      unit: "s",
      runs: [polled.longestGapMs / 1_000],
      aim: 11,
    },
    {
      what: "… polls that were made of those that were due",
      unit: "%",
      runs: [(polled.polls / (connections * (lastsMs / 10_000))) * 100],
    },
    {
      what: "… notices that were told, of those due",
      unit: "%",
      runs: [(audience.told() / due) * 100],
    },
    { what: "… a scrape", unit: "ms", runs: scrapes },
    { what: "… share of one core", unit: "%", runs: [polled.cpuPercent] },
    { what: "… memory", unit: "MB", runs: [polled.residentMb] },
  ];
}

/** As many clients as there are to be; disposing of it sends them away. */
function listenTo(url: string) {
  let told = 0;
  const requests = Array.from({ length: listeners }, () =>
    get(url, { agent: false }, (response) => {
      response.setEncoding("utf8").on("data", (text: string) => {
        told += text.split("event: transition\n").length - 1;
      });
      response.on("error", () => {}); // when it is sent away
    }),
  );
  return {
    told: () => told,
    [Symbol.dispose]() {
      for (const one of requests) one.destroy();
    },
  };
}
