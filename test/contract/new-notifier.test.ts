import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";

/** A copy of the project, to which a notifier is added. */
const copy = mkdtempSync(join(tmpdir(), "dli-watch-new-notifier-"));
const parts = [
  ...["src", "test", "config", ".biome", ".gitignore", "biome.json"],
  ...["package.json", "package-lock.json"],
];

beforeAll(() => {
  for (const part of [
    ...parts,
    "tsconfig.json",
    "tsconfig.build.json",
    "vitest.config.ts",
    "README.md",
    "README.zh-CN.md",
  ]) {
    cpSync(part, join(copy, part), { recursive: true });
  }
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  return () => rmSync(copy, { recursive: true });
});

/** What becomes of a program there. */
function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const newNotifier = (name: string) => run("test/support/new-notifier.ts", name);

test.each([
  ["slack", "There is a slack already."],
  ["slack-message", "There is a slack-message already."],
  ["", "The name is the word for type:"],
  ["Pager", "The name is the word for type:"],
  ["../pager", "The name is the word for type:"],
  ["a b", "The name is the word for type:"],
])("%j is refused, and nothing written", (name, why) => {
  const builtin = () => readFileSync(join(copy, "src/notify/builtin.ts"), "utf8");
  const before = builtin();
  const { status, stdout, stderr } = newNotifier(name);
  expect(stderr).toContain(why);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(builtin()).toBe(before);
});

test("a new notifier keeps the contract and the rules of the house as it is written", {
  timeout: 120_000,
}, () => {
  expect(newNotifier("ms-pager")).toMatchObject({ status: 0, stderr: "" });
  const types = run("node_modules/typescript/bin/tsc", "--project", "tsconfig.build.json");
  expect(types).toEqual({ status: 0, stdout: "", stderr: "" });
  const lint = run("node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "src");
  expect(lint.status).toBe(0);
  const suites = ["contract/notifier", "config/example", "commands/schema", "commands/check"];
  const { status, stdout } = run(
    ...["node_modules/vitest/vitest.mjs", "run", "--update", "--reporter=verbose"],
    ...suites.map((suite) => `test/${suite}.test.ts`),
  );
  expect(stdout).toContain("options of ms-pager");
  expect(status).toBe(0);
});
