import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { secretsOf } from "../../src/config/config.ts";
import { parseConfig } from "../../src/config/load.ts";
import { builtinNotifiers } from "../../src/notify/builtin.ts";
import { parseScenario } from "../../src/simulator/scenario-file.ts";
import { stateAt } from "../../src/simulator/timeline.ts";

const scenario = parseScenario(read("config/demo-scenario.yaml"), "demo-scenario.yaml");

test("the demo has a queue that fails for a real reason and recovers within 30 seconds", () => {
  const [failed, recovered] = [13_000, 24_000].map((elapsedMs) =>
    scenario.connections.map((connection) => stateAt(connection, elapsedMs).queues),
  );
  const reason = expect.stringMatching(/^Failed to get subnet .* : \{"code":"VPC\.0202"/);
  expect(failed).toMatchObject([{ etl: { status: "FAILED", err_msg: reason } }, {}]);
  expect(recovered).toMatchObject([{ etl: { status: "ACTIVE", err_msg: "" } }, {}]);
});

test("the demo configures the daemon for the scenario's project, key and connections", () => {
  const { config, problems } = parseConfig(read("config/demo.yaml"), {
    file: "config/demo.yaml",
    env: {
      DLI_WATCH_DEMO_API: "http://127.0.0.1:1",
      DLI_WATCH_DEMO_RECEIVER: "http://127.0.0.1:2",
      DLI_WATCH_DEMO_STORE: "/tmp/demo.db",
    },
    readFile: read,
    notifierOptions: new Map([...builtinNotifiers].map(([type, { options }]) => [type, options])),
  });
  expect(problems).toBeUndefined();
  const { project_id, credentials = [], connections } = scenario;
  expect(config?.projects).toMatchObject([
    { projectId: project_id, connections: connections.map(({ id, kind }) => ({ id, kind })) },
  ]);
  const keys = secretsOf(config?.projects).map((secret) => secret.reveal());
  expect(keys).toEqual(credentials.flatMap((pair) => [pair.access_key, pair.secret_key]));
});

function read(path: string): string {
  return readFileSync(path, "utf8");
}
