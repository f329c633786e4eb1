import { DatabaseSync } from "node:sqlite";
import { storeError } from "./faults.ts";
import { createPrivately } from "./placement.ts";

/**
 * Keeps a second daemon off the store until it is disposed of. The lock is a transaction on a file of its own
 * (one on the store would shut out the commands that read it); the kernel frees it however the process ends.
 */
export function lockForDaemon(file: string): Disposable {
  const lockFile = `${file}.lock`;
  createPrivately(lockFile);
  const lock = new DatabaseSync(lockFile);
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (thrown) {
    lock.close();
    if (!isBusy(thrown)) throw thrown;
    throw storeError(
      `Another daemon uses the store ${file} (it holds ${lockFile}): stop it first (\`fuser ${lockFile}\` names it), or give this one another "store:".`,
      thrown,
    );
  }
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && "errcode" in thrown && thrown.errcode === 5;
}
