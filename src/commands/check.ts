import { type ExitStatus, exitStatus } from "../errors.ts";
import { readConfig } from "./config.ts";
import { planOf } from "./plan.ts";

/** Names every problem of a configuration at once; if it has none, prints what it would do. */
export async function check(file: string): Promise<ExitStatus> {
  const config = readConfig(file);
  process.stdout.write(`${file} is in order.\n\n${planOf(config, process.stdout)}\n`);
  return exitStatus.ok;
}
