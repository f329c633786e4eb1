import { exitStatus, UserError } from "../errors.ts";

/** Gives back what `work` gives; a fault of the file or its disk is thrown as what the operator can do about it. */
export function explained<Result>(place: string, work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    const remedy = remedyOf(thrown);
    if (remedy === undefined) throw thrown;
    throw storeError(`The store ${place} ${remedy}`, thrown);
  }
}

/** A store that cannot be used as it is. */
export function storeError(message: string, cause?: unknown): UserError {
  return new UserError(message, exitStatus.store, { cause });
}

/** How a damaged store is dealt with; nothing is ever recreated silently. */
export const damage =
  "is damaged. Put back a copy from before, or save what is left with the `.recover` command of sqlite3. To begin anew, move it away together with its -wal and -shm files: what waits in it is then not delivered.";

function remedyOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ("errcode" in thrown && typeof thrown.errcode === "number") {
    // The low byte is the primary code (https://sqlite.org/rescode.html).
    return sqliteRemedies.get(thrown.errcode & 0xff);
  }
  if ("syscall" in thrown) {
    return `cannot be used: ${thrown.message}. Its directory must exist, be a directory and be writable for this user.`;
  }
  return undefined;
}

const locked =
  "is locked by another process (`fuser` names it): stop it, or let it finish and try again.";

const sqliteRemedies: ReadonlyMap<number, string> = new Map([
  [5, locked],
  [6, locked],
  [8, "is read-only. Make the file and its directory writable for this user."],
  [
    10,
    "could not be read or written by the disk. See the kernel's log, and whether the disk is full.",
  ],
  [11, damage],
  [
    13,
    "is on a full disk: nothing of this change was kept. Free some space; the next change is tried anew.",
  ],
  [
    14,
    "cannot be opened. The file and its directory must exist and be readable and writable for this user.",
  ],
  [26, damage],
]);
