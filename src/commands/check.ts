import { type ExitStatus, exitStatus } from "../errors.ts";
import { readConfig } from "./config.ts";
import { planOf } from "./plan.ts";
import { warningsOf } from "./warnings.ts";

/** Names every problem of a configuration at once; if it has none, prints what it would do, and what it may not mean. */
export async function check(file: string): Promise<ExitStatus> {
  const { config } = await readConfig(file);
  process.stdout.write(`${file} is in order.\n\n${planOf(config, process.stdout)}\n`);
  const warnings = warningsOf(config).map((warning) => `warning: ${warning}\n`);
  process.stderr.write(warnings.join(""));
  return exitStatus.ok;
}
