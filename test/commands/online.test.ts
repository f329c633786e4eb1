import { expect, test } from "vitest";
import type { Fault } from "../../src/simulator/scenario.ts";
import { runCommand } from "../support/command.ts";
import { type Cloud, projectOf, startCloud } from "../support/installation.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";

const access = "endpoint and credentials";
const list = "dli:edsconnection:list";
const get = "dli:edsconnection:get";
const denied = {
  status: 403,
  body: '{"error_code":"APIGW.0302","error_msg":"the API is not authorised"}',
};
const user = { username: "watcher", password: "canary-password", domain: "acme" };

function startProject() {
  return startCloud({ connections: [{ id: enhancedId, kind: "enhanced" }] });
}

/** Runs `check --online`; gives the rows of its last table. */
async function checkOnline(projects: readonly object[]) {
  const file = writeConfig(temporaryDirectory(), {
    projects,
    notifiers: { a: { type: "console" }, b: { type: "console" } },
  });
  const { status, stdout, stderr } = await runCommand(["check", "--online", "-c", file]);
  expect(stdout + stderr).not.toContain("canary");
  const [, table = ""] = stdout.split(/^PROJECT +NEEDED +RESULT\n/m);
  const rows = table.split("\n").filter(Boolean);
  return { status, rows: rows.map((row) => row.split(/ {2,}/)), stderr };
}

test("says what works, of a basic connection too, and asks once each", async () => {
  const cloud = await startProject();
  cloud.set(enhancedId, { queues: { etl: { status: "FAILED" } } });
  const other = await startCloud({ connections: [{ id: basicId, kind: "basic" }] });
  other.fault({ ...denied, url: "enhanced-connections" });
  const { status, rows, stderr } = await checkOnline([
    projectOf(
      cloud,
      [basicId, enhancedId].map((id) => ({ id, kind: id === basicId ? "basic" : "auto" })),
    ),
    projectOf(other, [{ id: basicId, kind: "basic" }], { name: "lab" }),
  ]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(rows).toEqual(
    ["prod", "lab"].flatMap((name) => [access, list, get].map((needed) => [name, needed, "works"])),
  );
  expect([cloud, other].map(({ requests }) => requests.length)).toEqual([2, 2]);
});

test.each<readonly [string, Fault, readonly string[], RegExp]>([
  [
    "a permission to list",
    { ...denied, url: "enhanced-connections?" },
    ["works", "fails", "works"],
    /^error: prod: dli:edsconnection:list: 127.* answered 403 APIGW\.0302: .* – allow these credentials .*\n$/,
  ],
  [
    "a permission to get",
    { ...denied, url: `enhanced-connections/${enhancedId}` },
    ["works", "works", "fails"],
    /^error: prod: dli:edsconnection:get: 127.* answered 403 .* – allow these credentials .*\n$/,
  ],
  [
    "the credentials",
    { status: 401, body: "" },
    ["fails", "not tried", "not tried"],
    /^error: prod: endpoint and credentials: 127.* answered 401: .* – check the credentials \(auth\) of project .* \(request id 0+1\)\n$/,
  ],
  [
    "the endpoint",
    { status: 404, body: '{"error_code":"APIGW.0101","error_msg":"no such API"}' },
    ["fails", "not tried", "not tried"],
    /^error: prod: endpoint and credentials: 127.* answered 404 .* – check endpoint, region.*\n$/,
  ],
])("names what is missing and the way out: %s", async (_, fault, results, error) => {
  const cloud = await startProject();
  cloud.fault(fault);
  const { status, rows, stderr } = await checkOnline([projectOf(cloud, [enhancedId])]);
  expect(status).toBe(1);
  expect(rows).toEqual(
    [access, list, get].map((needed, index) => ["prod", needed, results[index]]),
  );
  expect(stderr).toMatch(error);
  expect(cloud.requests).toHaveLength(results.includes("not tried") ? 1 : 2);
});

test("a connection that is not there is named", async () => {
  const cloud = await startCloud({});
  const connection = { id: enhancedId, kind: "enhanced" };
  const { status, stderr } = await checkOnline([projectOf(cloud, [connection])]);
  expect(status).toBe(1);
  expect(stderr).toContain(`Connection ${enhancedId} is not exist. – check its id`);
});

test("a password is tried once, and one project's failure hides no other", async () => {
  const cloudOf = (password: string): Promise<Cloud> =>
    startCloud({
      users: [{ name: "watcher", domain: "acme", password }],
      connections: [{ id: enhancedId, kind: "enhanced" }],
    });
  const [right, wrong] = [await cloudOf(user.password), await cloudOf("another-password")];
  const byPassword = (cloud: Cloud, name: string) =>
    projectOf(cloud, [enhancedId], { name, auth: { ...user, iam_endpoint: cloud.url } });
  const { status, rows, stderr } = await checkOnline([
    byPassword(wrong, "wrong"),
    byPassword(right, "right"),
  ]);
  expect(status).toBe(1);
  expect(rows.map(([project, , result]) => `${project} ${result}`)).toEqual([
    ...["wrong fails", "wrong not tried", "wrong not tried"],
    ...["right works", "right works", "right works"],
  ]);
  expect(stderr).toMatch(/^error: wrong: .* answered 401: .* – check username \(watcher\)/);
  expect(wrong.requests.map(({ url }) => url)).toEqual(["/v3/auth/tokens?nocatalog=true"]);
  expect(right.requests).toHaveLength(3);
});

test("a configuration that is wrong is not tried", async () => {
  const { status, rows } = await checkOnline([{ name: "prod" }]);
  expect({ status, rows }).toEqual({ status: 2, rows: [] });
});
