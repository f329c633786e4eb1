import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { basicId, projectId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";

test("simulate serves the demo's scenario as the cloud does, and ends with status 0", async () => {
  const simulator = spawn(process.execPath, ["src/cli.ts", "simulate", "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void simulator.kill("SIGKILL"));
  const [line] = await once(createInterface(simulator.stdout), "line");
  const [, endpoint] = /^DLI and IAM are simulated at (http:\S+)$/.exec(line) ?? [];

  const config = writeConfig(temporaryDirectory(), {
    projects: [
      {
        name: "demo",
        endpoint,
        project_id: projectId,
        auth: { access_key: "DEMOACCESSKEY", secret_key: "made-up-demo-secret-key" },
        connections: [{ id: basicId, kind: "basic" }],
      },
    ],
    notifiers: { screen: { type: "console" } },
  });
  const { status, stdout } = await runCommand(["poll", "-c", config]);
  expect(stdout).toMatch(/^demo +op +basic +CREATING$/m);
  expect(status).toBe(0);

  simulator.kill("SIGTERM");
  expect(await once(simulator, "exit")).toEqual([0, null]);
});
