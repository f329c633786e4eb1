import { renameSync } from "node:fs";
import { expect, test } from "vitest";
import { startRestless } from "../support/restless.ts";
import { startWatcher, temporaryDirectory, writeConfig } from "../support/watcher.ts";

const hint = { match: "router", cause: "No router.", action: "Ask for one." };

test("reloaded 100 times while queues fail and recover: nothing lost, nothing told twice", {
  timeout: 200_000,
}, async () => {
  const { directory, configuration, ...restless } = await startRestless();
  const { notifiers } = configuration;
  const base = { ...configuration, log: { level: "info" } };
  const variants = [
    { ...base, schedule: "150ms" },
    { ...base, notifiers: { ...notifiers, screen: { type: "console", stream: "stderr" } } },
    { ...base, hints: [hint] },
    { ...base, routes: [{ match: { severity: "*" }, notify: ["shaky", "steady"] }] },
    {
      ...base,
      notifiers: {
        shaky: { ...notifiers.shaky, headers: { "x-team": "data" } },
        steady: notifiers.steady,
      },
    },
    base,
  ];
  const config = writeConfig(directory, base);
  const aside = temporaryDirectory();
  const watcher = startWatcher("run", "-c", config);
  await watcher.logged("Watching");
  restless.begin();
  for (let reload = 0; reload < 100; reload += 1) {
    await restless.more(3);
    renameSync(writeConfig(aside, variants[reload % variants.length] ?? base), config);
    const { changed } = await watcher.logged("Reloaded the configuration", { nth: reload + 1 });
    expect(changed).not.toEqual([]);
  }
  await restless.finish(watcher);
  expect(restless.expectTold(0)).toBeGreaterThan(300);
});
