import { mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { exitStatus, messageOf, UserError } from "../errors.ts";

/** Writes a file that is not there yet, and its directory: all of it or none; throws a {@link UserError} where that cannot be. */
export async function writeNewFile(
  file: string,
  content: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const created = await open(file, "wx");
    await pipeline(content, created.createWriteStream()).catch(async (thrown: unknown) => {
      await rm(file);
      throw thrown;
    });
  } catch (thrown) {
    if (!(thrown instanceof Error && "syscall" in thrown)) throw thrown;
    if (thrown.syscall === "open" && "code" in thrown && thrown.code === "EEXIST") {
      throw existing(file);
    }
    const message = `${file} cannot be written: ${messageOf(thrown)}`;
    throw new UserError(message, exitStatus.bad, { cause: thrown });
  }
}

/** What is said of a file that would have to be written over. */
export function existing(file: string): UserError {
  return new UserError(
    `${file} is there already and stays as it is: name another file, or move this one away`,
    exitStatus.bad,
  );
}
