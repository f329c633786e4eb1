import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };

const directory = mkdtempSync(join(tmpdir(), "dli-watch-build-"));
const built = join(directory, "dist/cli.js");

beforeAll(() => {
  execFileSync("node_modules/.bin/rolldown", ["--config", "--dir", join(directory, "dist")]);
  cpSync("package.json", join(directory, "package.json"));
});
afterAll(() => rmSync(directory, { recursive: true }));

test("the built program names its version", () => {
  expect(run(process.execPath, built, "--version")).toEqual({
    status: 0,
    stdout: `${packageJson.version}\n`,
    stderr: "",
  });
});

test.each([[["schema"]], [["--help"]], [["run", "--help"]], [["check", "-c", "nowhere.yaml"]]])(
  "built or not, the program answers %j alike",
  (args) => {
    expect(run(process.execPath, built, ...args)).toEqual(
      run(process.execPath, "src/cli.ts", ...args),
    );
  },
);

const pretend = `Object.defineProperty(process, "versions", { value: { node: "22.1.0" } })`;
const olderNodes = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "node"))
  .filter(isOlder);

test.each([
  [[process.execPath, "--import", `data:text/javascript,${pretend}`]],
  ...olderNodes.map((node) => [[node]]),
])("under an older Node (%j) the program says which it needs", ([node = "", ...options]) => {
  const { status, stdout, stderr } = run(node, ...options, built, "--version");
  expect(stderr).toMatch(/^dli-watch needs Node 26 or newer; this is Node [\d.]+\.\n$/);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});

function run(program: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  return { status, stdout, stderr };
}

function isOlder(node: string): boolean {
  const [, major] = run(node, "--version").stdout?.match(/^v(\d+)/) ?? [];
  return Number(major) < 26;
}
