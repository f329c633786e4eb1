import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Change } from "../../src/simulator/scenario.ts";
import { runCommand } from "../support/command.ts";
import { projectOf, startCloud } from "../support/installation.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";

/** A cloud with a healthy connection of each kind, changed, and a configuration that watches them. */
async function installation({
  change = {},
  project = {},
  connections = [{ id: basicId, name: "orders" }, enhancedId],
}: {
  readonly change?: Change;
  readonly project?: object;
  readonly connections?: readonly unknown[];
} = {}) {
  const cloud = await startCloud({
    connections: [
      { id: basicId, kind: "basic", ...change },
      { id: enhancedId, kind: "enhanced", fields: { name: "withvpc" } },
    ],
  });
  const directory = temporaryDirectory();
  const config = writeConfig(directory, {
    projects: [projectOf(cloud, connections, project)],
    notifiers: { screen: { type: "console" } },
    store: "watch.db",
  });
  return { directory, config };
}

test("all is well: a table of what answered, status 0, nothing stored", async () => {
  const { directory, config } = await installation({
    change: { queues: { etl: { status: "ACTIVE" } } },
  });
  expect(await runCommand(["poll", "-c", config])).toEqual({
    status: 0,
    stdout: `PROJECT  CONNECTION  RESOURCE   STATE   REASON
prod     orders      basic      ACTIVE
prod     orders      queue etl  ACTIVE
prod     withvpc     enhanced   ACTIVE
`,
    stderr: "",
  });
  expect(existsSync(join(directory, "watch.db"))).toBe(false);
});

test("a failed binding: its reason, status 1; those asked for alone do not show it", async () => {
  const change = { queues: { etl: { status: "FAILED", err_msg: "Can't get ready router." } } };
  const { config } = await installation({ change });
  const [all, other] = await Promise.all([
    runCommand(["poll", "-c", config]),
    runCommand(["poll", "-c", config, enhancedId]),
  ]);
  expect(all.stdout).toMatch(/^prod +orders +queue etl +FAILED +Can't get ready router\.$/m);
  expect(all.status).toBe(1);
  expect(other.stdout).not.toContain("orders");
  expect(other.status).toBe(0);
});

test.each([
  {
    what: "refused keys",
    project: { auth: { access_key: "TESTACCESSKEY", secret_key: "wrong-secret" } },
    state: "not readable",
  },
  { what: "a deleted connection", change: { state: "DELETED" }, state: "DELETED" },
  { what: "a wrong id", connections: ["nobody-has-this-id"], state: "does not exist" },
])("$what: status 1, and no secret is shown", async ({ state, ...parts }) => {
  const { config } = await installation(parts);
  const { status, stdout, stderr } = await runCommand(["poll", "-c", config]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
  expect(stdout).toContain(state);
  expect(stdout).not.toMatch(/wrong-secret|test-secret-key/);
});

test("what takes long by its rate is announced, beside what is printed", async () => {
  const { config } = await installation({
    project: { rate: "20/1m" },
    connections: [
      { id: basicId, kind: "basic" },
      { id: enhancedId, kind: "enhanced" },
    ],
  });
  const { stdout, stderr } = await runCommand(["poll", "-c", config, "--json"]);
  expect(stderr).toBe("This takes 6s or more, to keep to the rate.\n");
  expect(JSON.parse(stdout)).toHaveLength(2);
});

test("for programs: JSON in the words of the API", async () => {
  const change = { queues: { etl: { status: "FAILED", err_msg: "no router" } } };
  const { config } = await installation({ change });
  const { status, stdout } = await runCommand(["poll", "-c", config, "--json", "orders"]);
  expect(JSON.parse(stdout)).toMatchObject([
    {
      project: "prod",
      id: basicId,
      name: "orders",
      kind: "basic",
      state: "ACTIVE",
      outcome: "snapshot",
      bad: true,
      bindings: [{ type: "queue", name: "etl", state: "FAILED", err_msg: "no router", bad: true }],
    },
  ]);
  expect(status).toBe(1);
});

test("a connection that is not configured: status 2, and which was meant", async () => {
  const { config } = await installation();
  expect(await runCommand(["poll", "-c", config, "oders"])).toEqual({
    status: 2,
    stdout: "",
    stderr:
      "no connection oders is configured or discovered; did you mean orders?; dli-watch check shows those that are\n",
  });
});

test("what would be discovered is polled as well, and may be asked for by its name", async () => {
  const { config } = await installation({
    connections: [{ id: basicId, name: "orders" }],
    project: { discover: true },
  });
  const { stdout, status } = await runCommand(["poll", "-c", config]);
  expect(stdout).toMatch(/^prod +orders +basic +ACTIVE *\nprod +withvpc +enhanced +ACTIVE *$/m);
  expect(status).toBe(0);
  const other = await runCommand(["poll", "-c", config, "withvpc"]);
  expect(other.stdout).not.toContain("orders");
});

test("a list that cannot be read stands for what it would have shown", async () => {
  const auth = { access_key: "TESTACCESSKEY", secret_key: "wrong-secret" };
  const { config } = await installation({
    project: { auth, connections: undefined, discover: { kind: "enhanced" } },
  });
  const { stdout, status } = await runCommand(["poll", "-c", config]);
  expect(stdout).toMatch(/^prod +enhanced connections +not readable/m);
  expect(status).toBe(1);
});
