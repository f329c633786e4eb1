import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

/** Creates file and directory for this user alone; SQLite gives its -wal and -shm files the same mode. */
export function createPrivately(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  // A file that is there is never opened: closing it would drop every lock that this process has on it.
  if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
}

/** Why SQLite's write-ahead log is not safe here, if it is not. `fileSystem` is the `f_type` of statfs(2). */
export function obstacleTo(sqliteVersion: string, fileSystem: number): string | undefined {
  if (sqliteVersion.localeCompare("3.51.3", "en", { numeric: true }) < 0) {
    return `SQLite ${sqliteVersion} can lose a write (its WAL-reset bug): run dli-watch with Node 26 or later.`;
  }
  const name = networkFileSystems.get(fileSystem);
  return name && `${name} cannot hold its write-ahead log: put "store:" on a local disk.`;
}

const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xff53_4d42, "CIFS"],
  [0xfe53_4d42, "SMB"],
]);

/**
 * How a reader names the file. It makes the log's index beside it; where it may not, and there is no log either,
 * nobody writes and the file alone is complete.
 */
export function readableLocation(file: string): URL {
  const location = pathToFileURL(file);
  if (!existsSync(`${file}-wal`) && !isWritable(dirname(file))) {
    location.searchParams.set("immutable", "1");
  }
  return location;
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
