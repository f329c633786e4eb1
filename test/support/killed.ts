import { expect } from "vitest";
import { pause, systemClock } from "../../src/clock.ts";
import { startRestless } from "./restless.ts";
import { startWatcher, writeConfig } from "./watcher.ts";

/**
 * Kills a watcher again and again while the queues of twenty connections fail and recover: now and then while it
 * starts, mostly in the midst of its work. Gives the number of transitions.
 */
export async function killOver(kills: number): Promise<number> {
  const { directory, configuration, ...restless } = await startRestless();
  const config = writeConfig(directory, configuration);
  restless.begin();
  for (let kill = 0; kill < kills; kill += 1) {
    const watcher = startWatcher("run", "-c", config);
    await watcher.started;
    if (Math.random() > 0.2) await restless.more(Math.ceil(Math.random() * 50));
    await pause(systemClock, Math.random() * 50);
    watcher.signal("SIGKILL");
    expect(await watcher.ended).toBe("SIGKILL");
  }
  await restless.finish(startWatcher("run", "-c", config));
  return restless.expectTold(kills);
}
