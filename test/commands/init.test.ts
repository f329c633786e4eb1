import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { SimulatedConnection } from "../../src/simulator/scenario.ts";
import { runCommand } from "../support/command.ts";
import { startCloud } from "../support/installation.ts";
import { basicId, enhancedId, projectId } from "../support/simulator.ts";
import { temporaryDirectory } from "../support/watcher.ts";

const keyPair = { access_key: "INITACCESSKEY", secret_key: "init-secret-key" };

/** Every variable that names a project or its credentials, not set. */
const nothing = Object.fromEntries(
  [
    ...["AK", "SK", "SECURITY_TOKEN", "PROJECT_ID"].map((name) => `HUAWEICLOUD_SDK_${name}`),
    ...["ACCESS_KEY", "SECRET_KEY", "SECURITY_TOKEN", "PROJECT_ID", "REGION_NAME"].flatMap(
      (name) => [`HW_${name}`, `OS_${name}`],
    ),
  ].map((name) => [name, undefined]),
);

const sdk = {
  ...nothing,
  HUAWEICLOUD_SDK_AK: keyPair.access_key,
  HUAWEICLOUD_SDK_SK: keyPair.secret_key,
  HUAWEICLOUD_SDK_PROJECT_ID: projectId,
};

const connections: SimulatedConnection[] = [
  { id: basicId, kind: "basic", state: "FAILED", fields: { name: "orders" } },
  { id: enhancedId, kind: "enhanced", fields: { name: "withvpc" } },
  { id: "deleted-connection", kind: "enhanced", state: "DELETED" },
];

/** Runs `init` for a file in a directory that is not there yet. */
async function init({
  args = [],
  env = nothing,
}: {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}) {
  const file = join(temporaryDirectory(), "new", "watch.yaml");
  const ended = await runCommand(["init", "-c", file, ...args], env);
  const text = readFileSync(file, "utf8");
  expect(text + ended.stdout + ended.stderr).not.toContain(keyPair.secret_key);
  expect(text + ended.stdout + ended.stderr).not.toContain(keyPair.access_key);
  return { ...ended, file, text, project: parse(text).projects[0] };
}

/** That `check` has nothing to say against a file. */
async function expectInOrder(file: string, env: Readonly<Record<string, string | undefined>>) {
  const { status, stdout } = await runCommand(["check", "-c", file], env);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringContaining(`${file} is in order.`),
  });
}

describe("with credentials in the environment", () => {
  test.each([
    ["the SDK's", sdk],
    [
      "Terraform's, which are temporary",
      {
        ...nothing,
        HW_ACCESS_KEY: keyPair.access_key,
        HW_SECRET_KEY: keyPair.secret_key,
        HW_SECURITY_TOKEN: "init-security-token",
        HW_PROJECT_ID: projectId,
      },
    ],
  ])("%s: the project's connections are in the file, DELETED ones aside", async (_, env) => {
    const security_token = "HW_SECURITY_TOKEN" in env && env.HW_SECURITY_TOKEN;
    const credentials = [{ ...keyPair, ...(security_token && { security_token }) }];
    const cloud = await startCloud({ connections, credentials });
    const { file, text, project, ...ended } = await init({ args: ["--endpoint", cloud.url], env });
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    expect(ended.stdout).toMatch(`${file} is written. Connections listed in it: 2.\n`);
    expect(ended.stdout).toContain(`dli-watch check -c ${file} `);
    expect(project.connections).toEqual([
      { id: enhancedId, kind: "enhanced" },
      { id: basicId, kind: "basic" },
    ]);
    expect(text).toContain(`{ id: ${enhancedId}, kind: enhanced } # withvpc, ACTIVE\n`);
    expect(text).toContain(`{ id: ${basicId}, kind: basic } # orders, FAILED\n`);
    expect(text).not.toContain("init-security-token");
    await expectInOrder(file, env);
    expect((await runCommand(["poll", "-c", file, enhancedId], env)).stdout).toMatch(
      /^prod +withvpc .*ACTIVE/m,
    );
  });

  test("whatever a name holds, it stays in its comment, and no secret does", async () => {
    const name = `a\n    - b\u2028c # \u001b[31m ${keyPair.secret_key} ${"x".repeat(500)}`;
    const cloud = await startCloud({
      connections: [{ id: enhancedId, kind: "enhanced", fields: { name } }],
      credentials: [keyPair],
    });
    const { file, text, project } = await init({ args: ["--endpoint", cloud.url], env: sdk });
    expect(project.connections).toEqual([{ id: enhancedId, kind: "enhanced" }]);
    expect(text).toMatch(/ # a - b ?c # \[31m \*\*\* x+… \(cut\), ACTIVE\n/);
    await expectInOrder(file, sdk);
  });

  test("which are refused: the file is written, and why it lists nothing is told", async () => {
    const credentials = [{ ...keyPair, secret_key: "another" }];
    const cloud = await startCloud({ connections, credentials });
    const { file, project, ...ended } = await init({ args: ["--endpoint", cloud.url], env: sdk });
    expect(ended.status).toBe(0);
    expect(ended.stdout).toContain("Connections listed in it: 0.");
    expect(ended.stderr).toMatch(/enhanced connections: 127.* answered 401 APIGW\.0301: /);
    expect(ended.stderr).toContain(`check the credentials (auth) of project ${projectId}`);
    expect(ended.stderr).toContain("delete the file and call init again");
    expect(project.connections).toEqual(["00000000-0000-0000-0000-000000000000"]);
    await expectInOrder(file, sdk);
  });

  test("and one kind that cannot be listed: the other is in the file", async () => {
    const cloud = await startCloud({ connections, credentials: [keyPair] });
    cloud.fault({ url: "/datasource-connection", status: 500 });
    const { project, ...ended } = await init({ args: ["--endpoint", cloud.url], env: sdk });
    expect(ended.status).toBe(0);
    expect(ended.stderr).toMatch(/^ {2}basic connections: 127\.0\.0\.1:\d+ answered 500/m);
    expect(ended.stderr).not.toContain("enhanced connections:");
    expect(project.connections).toEqual([{ id: enhancedId, kind: "enhanced" }]);
  });
});

test("without credentials: the file names the variables to set, and is in order when they are", async () => {
  const { file, text, ...ended } = await init({});
  expect(ended.status).toBe(0);
  const missing = [...ended.stderr.matchAll(/needs the environment variable (\w+), which/g)];
  expect(missing.map(([, name]) => name)).toEqual([
    "HW_REGION_NAME",
    "HUAWEICLOUD_SDK_PROJECT_ID",
    "HUAWEICLOUD_SDK_AK",
    "HUAWEICLOUD_SDK_SK",
  ]);
  expect(ended.stderr).toContain(`${file}:14:13 projects[0].region: `);
  await expectInOrder(file, { ...sdk, HW_REGION_NAME: "cn-north-4" });

  const [, schema = ""] = /^# yaml-language-server: \$schema=(.+)\n/.exec(text) ?? [];
  expect(resolve(dirname(file), schema)).toBe(resolve("config/dli-watch.schema.json"));
});

test("a region and an endpoint that are given stand in the file", async () => {
  const cloud = await startCloud({ credentials: [keyPair] });
  const args = ["--region", "eu-de", "--endpoint", cloud.url];
  const { project } = await init({ args, env: sdk });
  expect(project).toMatchObject({ region: "eu-de", endpoint: cloud.url });
});

test("a file that is there stays as it is, and nothing is asked", async () => {
  const cloud = await startCloud({ credentials: [keyPair] });
  const file = join(temporaryDirectory(), "watch.yaml");
  writeFileSync(file, "mine");
  const env = { ...sdk, DLI_WATCH_CONFIG: file };
  expect(await runCommand(["init", "--endpoint", cloud.url], env)).toEqual({
    status: 1,
    stdout: "",
    stderr: `${file} is there already and stays as it is: name another file, or move this one away\n`,
  });
  expect(readFileSync(file, "utf8")).toBe("mine");
  expect(cloud.requests).toEqual([]);
});

test("where no file can be, status 1 and why", async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "new"));
  writeFileSync(join(directory, "new", "file"), "");
  const file = join(directory, "new", "file", "watch.yaml");
  const { status, stdout, stderr } = await runCommand(["init", "-c", file], nothing);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain(`${file} cannot be written: E`);
});
