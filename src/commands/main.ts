import { CommanderError } from "commander";
import { type ExitStatus, exitStatus, UserError } from "../errors.ts";
import { createProgram } from "./program.ts";

/** Runs one command line; gives the status to exit with. A bug throws. */
export async function main(argv: readonly string[]): Promise<ExitStatus> {
  let status: ExitStatus = exitStatus.ok;
  const program = createProgram((ended) => {
    status = ended;
  });
  try {
    await program.parseAsync([...argv]);
    return status;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitStatus.ok : exitStatus.configuration;
    }
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.status;
  }
}
