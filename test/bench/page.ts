import { request } from "undici";
import { pause, systemClock } from "../../src/clock.ts";
import { startApi } from "./api.ts";
import type { Line } from "./line.ts";
import { freePort, startWatcher } from "./processes.ts";

/** How long the status page of 1,000 connections takes, as a browser beside the watcher would wait for it. */
export async function measurePage(requests: number): Promise<readonly Line[]> {
  using api = await startApi();
  const listen = `127.0.0.1:${await freePort()}`;
  using _watcher = startWatcher({ url: api.url, connections: 1_000, schedule: "10s", listen });
  const page = `http://${listen}/`;
  await pause(systemClock, 15_000);
  const took: number[] = [];
  const sizes: number[] = [];
  for (let run = 0; run < requests; run += 1) {
    const startedAt = systemClock.monotonic();
    const body = await (await request(page)).body.bytes();
    took.push(systemClock.monotonic() - startedAt);
    sizes.push(body.length / 1_000);
  }
  return [
    { what: "status page of 1,000 connections, two queues each", unit: "ms", runs: took, aim: 100 },
    { what: "… its size", unit: "kB", runs: sizes, aim: 300 },
  ];
}
