import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { notifierOptions } from "../src/commands/config.ts";
import { createProgram } from "../src/commands/program.ts";
import { parseConfig } from "../src/config/load.ts";
import { formatProblem } from "../src/config/problems.ts";
import { noticeTypes } from "../src/core/event.ts";
import { createMetrics } from "../src/metrics/metrics.ts";
import { builtinNotifiers } from "../src/notify/builtin.ts";
import { openMemoryStore } from "../src/store/memory.ts";
import { openLedger } from "../src/watch/ledger.ts";
import { runCommand } from "./support/command.ts";
import { projectOf, startCloud, startRecording } from "./support/installation.ts";
import { blocks, firstColumn, linksIn, readme } from "./support/readme.ts";
import { basicId, enhancedId, projectId } from "./support/simulator.ts";
import { startWatcher, temporaryDirectory } from "./support/watcher.ts";

const [start = ""] = blocks("yaml");
const lines = blocks("sh").flatMap((block) => block.trimEnd().split("\n"));
const npm = /^npm (?:ci|test|run (\S+))$/;
const program = /^node src\/cli\.ts (.*)$/;
const request = /^curl http:\/\/127\.0\.0\.1:8080(\S*)$/;
const settings = /^export (.*)$/;
/** What the files for containers say of themselves. */
const containers = ["config/compose.yaml", "config/kubernetes.yaml"]
  .map((file) => readFileSync(file, "utf8"))
  .join("");

test("every line for a shell is one of those that are tried below, or of a file for containers", () => {
  const commands = lines.flatMap((line) => line.split(" && "));
  const tried = [npm, program, request, settings];
  const untried = commands.filter((command) => !tried.some((form) => form.test(command)));
  expect(untried.filter((command) => !containers.includes(`\n# ${command}\n`))).toEqual([]);
});

test("npm has the scripts that it is told to run", () => {
  const scripts = lines.flatMap((line) =>
    line.split(" && ").flatMap((part) => npm.exec(part)?.[1] ?? []),
  );
  expect(scripts).not.toEqual([]);
  expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining([...scripts, "test"]));
});

test("the variables that are set are those that the file needs", () => {
  const named = (text: string) => [...text.matchAll(/\b([A-Z_]+)(?==…)/g)].map(([name]) => name);
  const needed = [...start.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
  expect(lines.flatMap(named)).toEqual(needed);
});

test("the five minutes lead to an alert, line by line", async () => {
  const cloud = await startCloud({
    connections: [
      { id: basicId, kind: "basic", queues: { etl: { status: "FAILED", err_msg: "no router" } } },
      { id: enhancedId, kind: "enhanced" },
    ],
  });
  const slack = await startRecording({ body: "ok" });
  const directory = temporaryDirectory();
  const config = join(directory, "dli-watch.yaml");
  const exported = join(directory, "history.jsonl");
  const chosen = `${start.replace("region: cn-north-4", `endpoint: ${cloud.url}\n    rate: 60000/1m`)}server: { listen: 127.0.0.1:0 }\n`;
  const here = (line: string) =>
    line
      .replace("--region cn-north-4", `--endpoint ${cloud.url}`)
      .replace("history.jsonl", exported)
      .replace("new.yaml", config);
  const { auth } = projectOf(cloud, []);
  const environment = {
    DLI_WATCH_CONFIG: config,
    HUAWEICLOUD_SDK_PROJECT_ID: projectId,
    HUAWEICLOUD_SDK_AK: auth.access_key,
    HUAWEICLOUD_SDK_SK: auth.secret_key,
    SLACK_WEBHOOK_URL: `${slack.origin}/services/T/B/x`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const printed = new Map<string, string>();
  let api = "";
  for (const line of lines) {
    const [, args] = program.exec(here(line)) ?? [];
    const [, path] = request.exec(line) ?? [];
    if (args === "run") {
      const { url } = await startWatcher("run").logged("Watching");
      api = String(url);
      await slack.arrived(2);
    } else if (args !== undefined) {
      const { status, stdout, stderr } = await runCommand(args.split(" "));
      expect(stderr).toBe("");
      expect(status).toBeLessThanOrEqual(1);
      printed.set(args, stdout);
      if (!args.startsWith("init ")) continue;
      expect(readFileSync(config, "utf8")).toMatch(new RegExp(`${enhancedId}.*${basicId}`, "s"));
      writeFileSync(config, chosen);
    } else if (path !== undefined) {
      expect((await fetch(`${api}${path}`)).status).toBe(200);
    }
  }
  expect(slack.requests[0]?.body).toContain("Test notice");
  expect(slack.requests[1]?.body).toContain("no router");
  expect(readFileSync(exported, "utf8")).toMatch(/^\{"observation":.*no router/m);
  expect(printed.get("check")).toContain("is in order");
  expect(printed.get("poll")).toMatch(/queue etl +FAILED +no router/);
  expect(printed.get(`rehearse ${config} --since 7d`)).toContain("Nothing is told otherwise.");
  expect(printed.get("status")).toMatch(/queue etl +FAILED/);
});

test.each(blocks("yaml").map((text, index) => ({ text, index })))(
  "file $index loads",
  ({ text }) => {
    const secret = `whsec_${Buffer.alloc(32).toString("base64")}`;
    const { problems = [] } = parseConfig(text, {
      file: "watch.yaml",
      env: {
        HUAWEICLOUD_SDK_PROJECT_ID: projectId,
        HUAWEICLOUD_SDK_AK: "x",
        HUAWEICLOUD_SDK_SK: "x",
        SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/x",
        WEBHOOK_SECRET: secret,
        DLI_WATCH_TOKEN: "x",
      },
      readFile: () => "x",
      notifierOptions,
    });
    expect(problems.map(formatProblem)).toEqual([]);
  },
);

test("every link inside the repository leads somewhere", () => {
  const links = linksIn(readme).filter((link) => !/^(?:https:|#)/.test(link));
  expect(links.filter((link) => !existsSync(link))).toEqual([]);
});

test.each([
  ["Commands", createProgram(() => {}).commands.map((command) => command.name())],
  ["Notifiers", [...builtinNotifiers.keys()]],
  ["Events", noticeTypes],
  ["Metrics", await metricNames()],
  ["Development", Object.keys(packageJson.scripts)],
  [
    "Dependencies",
    [...Object.keys(packageJson.dependencies), ...Object.keys(packageJson.devDependencies)],
  ],
  ["How it works", roomsOf("src")],
])("%s: the table names what there is", (heading, expected) => {
  const named = firstColumn(heading).map((code) => code.replace(/ .*$/, ""));
  expect([...named].sort()).toEqual([...expected].sort());
});

test("every file in config/ is loaded or used by a test", () => {
  const tests = globSync("test/**/*.ts").map((file) => readFileSync(file, "utf8"));
  const own = "dli-watch.yaml"; // the operator's, which git ignores
  const unused = readdirSync("config").filter(
    (name) => name !== own && !tests.some((text) => text.includes(`config/${name}`)),
  );
  expect(unused).toEqual([]);
});

/** Each module at the top, each folder with a slash at its end. */
function roomsOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).map(
    (entry) => `${folder}/${entry.name}${entry.isDirectory() ? "/" : ""}`,
  );
}

/** Each metric, without the prefix. */
async function metricNames(): Promise<readonly string[]> {
  const nothing = await createMetrics().expose({
    projects: [],
    notifiers: [],
    ledger: await openLedger({ store: openMemoryStore(), newId: () => "" }),
    deadLetters: new Map(),
    heartbeatAt: 0,
    reloaded: true,
    now: 0,
  });
  return [...nothing.matchAll(/^# TYPE dli_watch_(\S+) /gm)].map(([, name = ""]) => name);
}
