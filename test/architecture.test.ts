import { globSync } from "node:fs";
import { createVirtualFileSystem } from "typescript/unstable/fs";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import * as architecture from "./support/architecture.ts";
import { type Import, type Module, readModules } from "./support/modules.ts";

/** Who may import whom. Neighbours on a floor do not know each other. */
const house: architecture.House = [
  { cli: ["commands"] },
  {
    commands: [
      ...["daemon", "web", "config", "dli", "notify", "store", "simulator"],
      ...["calendar", "http", "log", "core", "clock", "errors", "version"],
    ],
  },
  {
    daemon: [
      ...["watch", "web", "metrics", "config", "dli", "notify", "store"],
      ...["calendar", "http", "log", "core", "clock", "errors"],
    ],
  },
  { watch: ["log", "core", "clock", "errors"], web: ["core", "clock", "errors"] },
  {
    config: ["core", "errors"],
    dli: ["http", "core", "clock"],
    notify: ["http", "core", "clock", "errors"],
    store: ["core", "errors"],
    metrics: ["core", "version"],
    simulator: ["core", "clock", "errors"],
  },
  { http: ["core", "clock"], log: ["core"], calendar: ["core"] },
  { core: [], clock: [], errors: [], version: [] },
];
/** What the daemon hands over; the rooms themselves know only its type. */
const handedOver = { watch: ["dli", "notify", "store", "metrics"], web: ["store"] };

const rules: Readonly<Record<string, architecture.Rule>> = {
  "rooms import only what the house lets them": architecture.rooms(house, handedOver),
  "core is pure": architecture.builtins("core", ["node:crypto", "node:querystring"]),
  "imports go in no circle": architecture.circles,
  "one file reads the environment, one the command line and ends the process":
    architecture.processMembers({
      env: "src/config/load.ts",
      argv: "src/cli.ts",
      exit: "src/cli.ts",
      exitCode: "src/cli.ts",
    }),
  "an old Node can read the entry": architecture.lateImports("src/cli.ts"),
  "packages are depended on where they are imported": architecture.packages(
    Object.keys(packageJson.dependencies),
  ),
  "modules fit into a head": architecture.longest(250),
  "names say something": architecture.emptyNames("utils", "helpers", "common", "lib", "types"),
};

const modules = readModules(process.cwd());

test.each(Object.entries(rules))("%s", (_, rule) => {
  expect(rule(modules)).toEqual([]);
});

test("the house stands: rooms rest on the floors below", () => {
  expect(architecture.misplaced(house)).toEqual([]);
  expect(architecture.misplaced([{ web: ["store"], watch: ["web"] }, { store: ["web"] }])).toEqual([
    "watch imports web, which is not on a floor below",
    "store imports web, which is not on a floor below",
  ]);
});

test("every module is read", () => {
  expect(modules.map(({ file }) => file).sort()).toEqual(globSync("src/**/*.ts").sort());
});

test("every way to import and to use the process is seen", () => {
  const source = `import type { A } from "./a.ts";
    import { type B } from "../b.ts";
    import "zod";
    export type { C } from "./c.ts";
    export * from "./d.ts";
    type E = import("./e.ts").E;
    const f = await import("./f.ts");
    const { env, argv: given } = process;
    const shown = (process: { env: string }) => process.exitCode + other.process.title;
  `;
  const files = createVirtualFileSystem({
    "/made/tsconfig.build.json": `{ "include": ["src"], "compilerOptions": { "types": [] } }`,
    "/made/src/room/module.ts": source,
  });
  const [read] = readModules("/made", files);
  expect(read).toEqual({
    file: "src/room/module.ts",
    lines: 9,
    imports: expect.arrayContaining([
      { to: "src/room/a.ts", kind: "type" },
      { to: "src/b.ts", kind: "static" },
      { to: "zod", kind: "static" },
      { to: "src/room/c.ts", kind: "type" },
      { to: "src/room/d.ts", kind: "static" },
      { to: "src/room/e.ts", kind: "type" },
      { to: "src/room/f.ts", kind: "dynamic" },
    ]),
    process: ["env", "argv", "exitCode"],
  });
  expect(read?.imports).toHaveLength(7);
});

const small: architecture.House = [{ watch: ["core"] }, { store: ["core"] }, { core: [] }];

test.each<readonly [string, architecture.Rule, readonly Module[], readonly string[]]>([
  [
    "a room imports upwards",
    architecture.rooms(small, {}),
    [module("src/core/a.ts", imports("src/store/b.ts")), module("src/store/b.ts")],
    ["src/core/a.ts imports src/store/b.ts: core may not import store"],
  ],
  [
    "a room starts what it is handed",
    architecture.rooms(small, { watch: ["store"] }),
    [module("src/watch/a.ts", imports("src/store/b.ts"), imports("src/store/b.ts", "type"))],
    ["src/watch/a.ts imports src/store/b.ts: watch may import only types of store"],
  ],
  [
    "a room is not in the plan",
    architecture.rooms(small, {}),
    [module("src/shed.ts", imports("src/core/a.ts")), module("src/core/b.ts", imports("zod"))],
    ["src/shed.ts imports src/core/a.ts: shed may not import core"],
  ],
  [
    "core touches the world",
    architecture.builtins("core", ["node:crypto"]),
    [
      module("src/core/a.ts", imports("node:crypto"), imports("node:fs", "type")),
      module("src/store/b.ts", imports("node:fs")),
    ],
    ["src/core/a.ts imports node:fs: core may import only node:crypto of Node's modules"],
  ],
  [
    "types go in a circle",
    architecture.circles,
    [
      module("src/a.ts", imports("src/b.ts")),
      module("src/b.ts", imports("src/c.ts"), imports("src/d.ts")),
      module("src/c.ts", imports("src/b.ts", "type"), imports("src/d.ts")),
      module("src/d.ts", imports("zod")),
    ],
    ["src/b.ts imports src/c.ts imports src/b.ts"],
  ],
  [
    "two files read the environment",
    architecture.processMembers({ env: "src/a.ts" }),
    [
      { ...module("src/a.ts"), process: ["env", "stdout"] },
      { ...module("src/b.ts"), process: ["stdout", "env"] },
    ],
    ["src/b.ts uses process.env: only src/a.ts may"],
  ],
  [
    "the entry needs a new Node to be read",
    architecture.lateImports("src/a.ts"),
    [
      module("src/a.ts", imports("node:sqlite"), imports("src/b.ts", "dynamic")),
      module("src/b.ts", imports("src/c.ts")),
    ],
    ["src/a.ts imports node:sqlite: the entry may import only by import()"],
  ],
  [
    "a package is missing, another is too much",
    architecture.packages(["hono", "ky"]),
    [module("src/a.ts", imports("hono/validator"), imports("@slack/types"), imports("node:fs"))],
    [
      "src/a.ts imports @slack/types: no dependency in package.json",
      "package.json depends on ky, which no module imports",
    ],
  ],
  [
    "a module is too long",
    architecture.longest(250),
    [
      { ...module("src/a.ts"), lines: 251 },
      { ...module("src/b.ts"), lines: 250 },
    ],
    ["src/a.ts has 251 lines: at most 250"],
  ],
  [
    "a name says nothing",
    architecture.emptyNames("utils", "types"),
    ["src/utils/a.ts", "src/a/types.ts", "src/a/bytes.ts"].map((file) => module(file)),
    [
      `src/utils/a.ts: "utils" does not say what is in it`,
      `src/a/types.ts: "types" does not say what is in it`,
    ],
  ],
])("named: %s", (_, rule, made, breaches) => {
  expect(rule(made)).toEqual(breaches);
});

function module(file: string, ...imports: readonly Import[]): Module {
  return { file, lines: 1, imports, process: [] };
}

function imports(to: string, kind: Import["kind"] = "static"): Import {
  return { to, kind };
}
