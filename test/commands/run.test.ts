import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { projectOf, startCloud } from "../support/installation.ts";
import { basicId } from "../support/simulator.ts";
import { startWatcher, temporaryDirectory, writeConfig } from "../support/watcher.ts";

async function installation(server = "127.0.0.1:0") {
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic" }] });
  const directory = temporaryDirectory();
  const config = writeConfig(directory, {
    projects: [projectOf(cloud, [basicId])],
    notifiers: { screen: { type: "console" } },
    store: "watch.db",
    server: { listen: server },
  });
  return { config, store: join(directory, "watch.db") };
}

test.each(["SIGTERM", "SIGINT"] as const)("%s ends it with status 0", async (signal) => {
  const { config } = await installation();
  const watcher = startWatcher("run", "-c", config);
  await watcher.logged("Watching");
  watcher.signal(signal);
  expect(await watcher.ended).toBe(0);
});

test("a second daemon on the same store, and one on a damaged store, end with status 3 and say what to do", async () => {
  const { config, store } = await installation();
  const watcher = startWatcher("run", "-c", config);
  await watcher.logged("Watching");
  const second = await runCommand(["run", "-c", config]);
  expect(second.stderr).toContain(`Another daemon uses the store ${store}`);
  expect(second).toMatchObject({ status: 3, stdout: "" });
  watcher.signal("SIGTERM");
  await watcher.ended;

  writeFileSync(store, "this is no database, whatever its name says".repeat(100));
  const damaged = await runCommand(["run", "-c", config]);
  expect(damaged.stderr).toContain(`The store ${store} is damaged. Put back a copy`);
  expect(damaged).toMatchObject({ status: 3, stdout: "" });
});

test("an address that is taken ends it with status 2 and says what to do", async () => {
  const { config } = await installation();
  const watcher = startWatcher("run", "-c", config);
  const { url } = await watcher.logged("Watching");
  const { host } = new URL(String(url));
  const other = await installation(host);
  expect(await runCommand(["run", "-c", other.config])).toMatchObject({
    status: 2,
    stderr: `server.listen: cannot listen on ${host}: another process has this port; stop it or choose another port\n`,
  });
});
