import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { damage, storeError } from "./faults.ts";
import { applicationId, migrations } from "./migrations.ts";
import { createPrivately, obstacleTo, readableLocation } from "./placement.ts";

/** `daemon` creates, checks and migrates the file; `writer` and `reader` take it as it is, beside a daemon or alone. */
export type SqliteMode = "daemon" | "writer" | "reader";

/** How long a lock of another process is waited for. The event loop stands still meanwhile: the daemon tries again later instead. */
const busyTimeoutMs = { daemon: 250, writer: 5_000, reader: 5_000 } as const;

/** Opens the store's file, if it is one that this program can use. */
export function openDatabase(file: string, mode: SqliteMode): DatabaseSync {
  if (mode === "daemon") createPrivately(file);
  else if (!existsSync(file)) {
    throw storeError(
      `There is no store at ${file} yet: start the daemon with \`dli-watch run\`, or correct "store:" in the configuration.`,
    );
  }
  const { sqlite = "0" } = process.versions;
  const obstacle = obstacleTo(sqlite, statfsSync(dirname(file)).type);
  if (obstacle) throw storeError(`The store ${file} cannot be used: ${obstacle}`);

  const database = new DatabaseSync(mode === "reader" ? readableLocation(file) : file, {
    readOnly: mode === "reader",
    timeout: busyTimeoutMs[mode],
    allowUnknownNamedParameters: true,
  });
  try {
    database.exec("PRAGMA synchronous = FULL");
    checkOrigin(database, file);
    if (mode === "daemon") prepare(database, file);
    else checkMigrated(database, file);
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** Runs `work` as one transaction. It takes the write lock at once: one that asks later is refused without waiting. */
export function transaction(database: DatabaseSync, work: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    work();
    database.exec("COMMIT");
  } catch (thrown) {
    // A full disk has rolled it back already.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw thrown;
  }
}

/** What a pragma answers first. */
export function pragma(database: DatabaseSync, name: string): SQLOutputValue | undefined {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

function checkOrigin(database: DatabaseSync, file: string): void {
  const empty = pragma(database, "schema_version") === 0;
  if (!empty && pragma(database, "application_id") !== applicationId) {
    throw storeError(`${file} is not a store of dli-watch: give "store:" a file of its own.`);
  }
  const version = schemaVersion(database);
  if (version > migrations.length) {
    throw storeError(
      `The store ${file} was written by a newer dli-watch (schema ${version}, this one knows ${migrations.length}): run that version, or put back a copy from before the upgrade.`,
    );
  }
}

function checkMigrated(database: DatabaseSync, file: string): void {
  const version = schemaVersion(database);
  if (version < migrations.length) {
    throw storeError(
      `The store ${file} is not up to date (schema ${version} of ${migrations.length}): start the daemon of this version once, \`dli-watch run\`.`,
    );
  }
}

function prepare(database: DatabaseSync, file: string): void {
  const finding = pragma(database, "quick_check(1)");
  if (finding !== "ok") throw storeError(`The store ${file} ${damage}`, finding);
  const journal = pragma(database, "journal_mode = WAL");
  if (journal !== "wal") {
    throw storeError(
      `The store ${file} cannot have a write-ahead log here (only "${journal}"): put "store:" on a local disk.`,
    );
  }
  const version = schemaVersion(database);
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    transaction(database, () => {
      database.exec(step);
      database.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

function schemaVersion(database: DatabaseSync): number {
  return Number(pragma(database, "user_version"));
}
