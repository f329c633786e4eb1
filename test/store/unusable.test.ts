import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempDisposableSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exitStatus } from "../../src/errors.ts";
import { obstacleTo } from "../../src/store/placement.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { storedEvent } from "../support/store-samples.ts";

let directory: ReturnType<typeof mkdtempDisposableSync>;
let file: string;
beforeEach(() => {
  directory = mkdtempDisposableSync(join(tmpdir(), "dli-watch-"));
  file = join(directory.path, "store.db");
});
afterEach(() => {
  chmodSync(directory.path, 0o700);
  directory.remove();
});

describe("a file that is no usable store is refused and stays as it is:", () => {
  const cases: readonly {
    readonly what: string;
    readonly make: () => void | Promise<void>;
    readonly modes: readonly ("daemon" | "reader" | "writer")[];
    readonly says: RegExp;
  }[] = [
    {
      what: "no database",
      make: () => writeFileSync(file, "precious notes\n".repeat(1_000)),
      modes: ["daemon", "reader", "writer"],
      says: /store\.db is damaged.*copy/,
    },
    {
      what: "a database with overwritten pages",
      make: async () => {
        await closedStore(400);
        const handle = openSync(file, "r+");
        writeSync(handle, Buffer.alloc(30_000, 0xff), 0, 30_000, 20_000);
        closeSync(handle);
      },
      modes: ["daemon"],
      says: /store\.db is damaged.*copy/,
    },
    {
      what: "a database of another program",
      make: () => execute("CREATE TABLE notes (text TEXT)"),
      modes: ["daemon", "reader", "writer"],
      says: /store\.db is not a store of dli-watch.*file of its own/,
    },
    {
      what: "a store of a newer version",
      make: async () => {
        await closedStore(1);
        execute("PRAGMA user_version = 999");
      },
      modes: ["daemon", "reader", "writer"],
      says: /store\.db was written by a newer dli-watch \(schema 999/,
    },
    {
      what: "a store of an older version, for commands",
      make: async () => {
        await closedStore(1);
        execute("PRAGMA user_version = 0");
      },
      modes: ["reader", "writer"],
      says: /store\.db is not up to date.*dli-watch run/,
    },
  ];
  for (const { what, make, modes, says } of cases) {
    test(what, async () => {
      await make();
      const before = readFileSync(file);
      for (const mode of modes) expectRefusal(file, mode, says);
      expect(readFileSync(file).equals(before)).toBe(true);
    });
  }
});

test("a store that does not exist yet is made by the daemon alone", () => {
  for (const mode of ["reader", "writer"] as const) {
    expectRefusal(file, mode, /no store at .*store\.db yet.*dli-watch run/);
  }
});

test("a place that cannot hold a file is named", () => {
  mkdirSync(file);
  expectRefusal(file, "daemon", /store\.db cannot be opened/);
  writeFileSync(join(directory.path, "plain"), "");
  expectRefusal(join(directory.path, "plain", "store.db"), "daemon", /plain.*must.*be a directory/);
});

describe("in a directory that this user may not write", () => {
  const program = fileURLToPath(new URL("../support/open-unprivileged.ts", import.meta.url));
  const open = (mode: "daemon" | "reader"): unknown => {
    chmodSync(directory.path, 0o555);
    const { stdout, stderr } = spawnSync(process.execPath, [program, file, mode]);
    expect(String(stderr)).toBe("");
    return JSON.parse(String(stdout));
  };
  const refusal = {
    status: exitStatus.store,
    error: expect.stringMatching(/store\.db cannot be .*writable/),
  };

  test("the daemon says so, whether there is a store or not", async () => {
    expect(open("daemon")).toEqual(refusal);
    chmodSync(directory.path, 0o700);
    await closedStore(1);
    expect(open("daemon")).toEqual(refusal);
  });

  test("a reader reads, with and without a daemon", async () => {
    await closedStore(3);
    chmodSync(file, 0o644);
    expect(open("reader")).toEqual({ events: 3 });
    await using daemon = openSqliteStore({ file, mode: "daemon" });
    await daemon.commit({ events: [storedEvent(4)] });
    expect(open("reader")).toEqual({ events: 4 });
  });
});

test.each([
  ["3.51.2", 0xef53, /WAL-reset bug.*Node 26/],
  ["3.9.0", 0xef53, /WAL-reset bug/],
  ["3.53.4", 0x6969, /NFS.*local disk/],
  ["3.53.4", 0xff53_4d42, /CIFS/],
  ["3.53.4", 0xfe53_4d42, /SMB/],
])("SQLite %s on file system %d is refused", (version, fileSystem, says) => {
  expect(obstacleTo(version, fileSystem)).toMatch(says);
});

test.each(["3.51.3", "3.53.4", "4.0.0"])("SQLite %s on a local disk is fine", (version) => {
  expect(obstacleTo(version, 0xef53)).toBeUndefined();
});

function expectRefusal(path: string, mode: "daemon" | "reader" | "writer", says: RegExp): void {
  expect(() => openSqliteStore({ file: path, mode })).toThrow(
    expect.objectContaining({
      name: "UserError",
      status: exitStatus.store,
      message: expect.stringMatching(says),
    }),
  );
}

async function closedStore(events: number): Promise<void> {
  await using store = openSqliteStore({ file, mode: "daemon" });
  await store.commit({
    events: Array.from({ length: events }, (_, index) => storedEvent(index + 1)),
  });
}

/** As another program would. */
function execute(sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}
