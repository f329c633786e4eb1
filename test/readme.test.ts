import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { notifierOptions } from "../src/commands/config.ts";
import { createProgram } from "../src/commands/program.ts";
import { parseConfig } from "../src/config/load.ts";
import { formatProblem } from "../src/config/problems.ts";
import { builtinNotifiers } from "../src/notify/builtin.ts";
import { runCommand } from "./support/command.ts";
import { projectOf, startCloud, startRecording } from "./support/installation.ts";
import { blocks, firstColumn, readme } from "./support/readme.ts";
import { basicId, enhancedId, projectId } from "./support/simulator.ts";
import { startWatcher, temporaryDirectory } from "./support/watcher.ts";

const [start = ""] = blocks("yaml");
const lines = blocks("sh").flatMap((block) => block.trimEnd().split("\n"));
const npm = /^npm (?:ci|test|run (\S+))$/;
const program = /^node src\/cli\.ts (.*)$/;
const request = /^curl http:\/\/127\.0\.0\.1:8080(\S*)$/;
const settings = /^export (.*)$/;

test("every line for a shell is one of those that are tried below", () => {
  const commands = lines.flatMap((line) => line.split(" && "));
  const tried = [npm, program, request, settings];
  expect(commands.filter((command) => !tried.some((form) => form.test(command)))).toEqual([]);
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
  const config = join(temporaryDirectory(), "dli-watch.yaml");
  const { auth } = projectOf(cloud, []);
  writeFileSync(
    config,
    `${start.replace("region: cn-north-4", `endpoint: ${cloud.url}\n    rate: 60000/1m`)}server: { listen: 127.0.0.1:0 }\n`,
  );
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
    const [, args] = program.exec(line) ?? [];
    const [, path] = request.exec(line) ?? [];
    if (args === "run") {
      const { url } = await startWatcher("run").logged("Watching");
      api = String(url);
      await slack.arrived(1);
    } else if (args !== undefined) {
      const { status, stdout, stderr } = await runCommand(args.split(" "));
      expect(stderr).toBe("");
      expect(status).toBeLessThanOrEqual(1);
      printed.set(args, stdout);
    } else if (path !== undefined) {
      expect((await fetch(`${api}${path}`)).status).toBe(200);
    }
  }
  expect(slack.requests[0]?.body).toContain("no router");
  expect(printed.get("check")).toContain("is in order");
  expect(printed.get("poll")).toMatch(/queue etl +FAILED +no router/);
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
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = ""]) => link);
  expect(links.filter((link) => !existsSync(link))).toEqual([]);
});

test.each([
  ["Commands", createProgram(() => {}).commands.map((command) => command.name())],
  ["Notifiers", [...builtinNotifiers.keys()]],
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
