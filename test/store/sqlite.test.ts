import { mkdtempDisposableSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exitStatus } from "../../src/errors.ts";
import { openDatabase, pragma } from "../../src/store/database.ts";
import { openSqliteStore, sqliteStore } from "../../src/store/sqlite.ts";
import { delivery, everythingIn, observationRun, storedEvent } from "../support/store-samples.ts";

let directory: ReturnType<typeof mkdtempDisposableSync>;
let file: string;
beforeEach(() => {
  directory = mkdtempDisposableSync(join(tmpdir(), "dli-watch-"));
  file = join(directory.path, "new", "store.db");
});
afterEach(() => directory.remove());

const change = {
  observations: [observationRun()],
  events: [storedEvent(1)],
  deliveries: [delivery(storedEvent(1))],
};

test("what was committed is there after reopening, for this user alone", async () => {
  const before = await (async () => {
    await using store = openSqliteStore({ file, mode: "daemon" });
    await store.commit(change);
    return await everythingIn(store);
  })();
  for (const mode of ["reader", "writer", "daemon"] as const) {
    await using store = openSqliteStore({ file, mode });
    expect(store.place).toBe(file);
    expect(await everythingIn(store)).toEqual(before);
  }
  for (const name of [file, `${file}.lock`]) expect(statSync(name).mode & 0o777).toBe(0o600);
});

test("another SQLite reads the file and finds it whole", async () => {
  {
    await using store = openSqliteStore({ file, mode: "daemon" });
    await store.commit(change);
  }
  using other = closing(new Database(file, { readonly: true }));
  expect(other.database.pragma("integrity_check", { simple: true })).toBe("ok");
  expect(other.database.pragma("foreign_key_check")).toEqual([]);
  expect(other.database.pragma("journal_mode", { simple: true })).toBe("wal");
  expect(other.database.prepare("SELECT count(*) FROM events").pluck().get()).toBe(1);
});

test.each(["daemon", "writer"] as const)("a %s waits until each commit is on the disk", (mode) => {
  openDatabase(file, "daemon").close();
  using database = openDatabase(file, mode);
  const full = 2;
  expect(pragma(database, "synchronous")).toBe(full);
});

test("a second daemon is refused until the first one is done", async () => {
  {
    await using _daemon = openSqliteStore({ file, mode: "daemon" });
    expect(() => openSqliteStore({ file, mode: "daemon" })).toThrow(
      expect.objectContaining({
        status: exitStatus.store,
        message: expect.stringMatching(/Another daemon uses the store .*store\.db.*stop it first/),
      }),
    );
  }
  await using daemon = openSqliteStore({ file, mode: "daemon" });
  expect((await daemon.memories()).sequence).toBe(0);
});

test("a reader sees each commit of the daemon, and cannot write", async () => {
  await using daemon = openSqliteStore({ file, mode: "daemon" });
  await using reader = openSqliteStore({ file, mode: "reader" });
  expect(await reader.changedElsewhere()).toBe(false);
  await daemon.commit(change);
  expect(await reader.changedElsewhere()).toBe(true);
  expect(await everythingIn(reader)).toEqual(await everythingIn(daemon));
  await expect(reader.commit({ events: [storedEvent(2)] })).rejects.toThrow(/read-only/);
});

test("the daemon notices what a command wrote, once", async () => {
  await using daemon = openSqliteStore({ file, mode: "daemon" });
  await daemon.commit(change);
  await using writer = openSqliteStore({ file, mode: "writer" });
  const dropped = delivery(storedEvent(1), { state: "closed", settledAt: 5 });
  await writer.commit({ deliveries: [dropped] });
  expect(await daemon.changedElsewhere()).toBe(true);
  expect(await daemon.changedElsewhere()).toBe(false);
  expect(await daemon.deliveries({ limit: 1 })).toEqual([dropped]);
});

test("pruning ends where the store is closed", async () => {
  const store = openSqliteStore({ file, mode: "daemon" });
  const events = Array.from({ length: 501 }, (_, index) => storedEvent(index + 1));
  await store.commit({ events });
  const pruned = store.prune(1_000);
  await store[Symbol.asyncDispose]();
  await expect(pruned).resolves.toBeLessThan(501);
});

describe("a commit that cannot be made durable says why, and the next one may succeed:", () => {
  const large = storedEvent(2, { json: "x".repeat(1_000_000) });

  test("a full disk", async () => {
    const database = openDatabase(file, "daemon");
    await using store = sqliteStore({ place: file, database, close: () => database.close() });
    await store.commit(change);
    // SQLite reports its own limit just as it reports the disk's: SQLITE_FULL.
    database.exec("PRAGMA max_page_count = 60");
    await expect(store.commit({ events: [large] })).rejects.toMatchObject({
      status: exitStatus.store,
      message: expect.stringMatching(/store\.db is on a full disk.*Free some space/),
    });
    await store.commit({ events: [storedEvent(3)] });
    database.exec("PRAGMA max_page_count = 10000");
    await store.commit({ events: [large] });
    expect((await store.events({ limit: 9 })).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  test("a lock of another process", async () => {
    const database = openDatabase(file, "daemon");
    await using store = sqliteStore({ place: file, database, close: () => database.close() });
    database.exec("PRAGMA busy_timeout = 0");
    {
      using other = openDatabase(file, "writer");
      other.exec("BEGIN IMMEDIATE");
      await expect(store.commit(change)).rejects.toThrow(/store\.db is locked by another process/);
    }
    await store.commit(change);
    expect((await store.memories()).sequence).toBe(1);
  });
});

function closing(database: Database.Database) {
  return { database, [Symbol.dispose]: () => database.close() };
}
