import { expect, test } from "vitest";
import { runCommand } from "./support/command.ts";
import { projectOf, startRecording } from "./support/installation.ts";
import { signalledAtStart } from "./support/signal-at-start.ts";
import { basicId } from "./support/simulator.ts";
import { temporaryDirectory, writeConfig } from "./support/watcher.ts";

test.each([
  ["run", "SIGTERM", 0],
  ["run", "SIGINT", 0],
  ["poll", "SIGTERM", 143],
  ["poll", "SIGINT", 130],
] as const)("%s ends by a %s while it starts, with status %i", async (command, signal, status) => {
  const silent = await startRecording({ fault: "hang" });
  const config = writeConfig(temporaryDirectory(), {
    projects: [projectOf({ url: silent.origin }, [basicId])],
    notifiers: { screen: { type: "console" } },
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
  });
  const ended = await runCommand([command, "-c", config], {
    NODE_OPTIONS: signalledAtStart(signal),
  });
  expect(ended).toMatchObject({ status, stderr: "" });
});
