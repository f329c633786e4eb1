import { type ExitStatus, exitStatus } from "../errors.ts";
import { readConfig } from "./config.ts";
import { tryOnline } from "./online.ts";
import { planOf } from "./plan.ts";
import { warningsOf } from "./warnings.ts";

/** Names every problem of a configuration at once; if it has none, prints what it would do, and what it may not mean; `online`, also what the cloud lets it do. */
export async function check(
  file: string,
  { online }: { readonly online: boolean },
): Promise<ExitStatus> {
  const { config } = await readConfig(file);
  process.stdout.write(`${file} is in order.\n\n${planOf(config, process.stdout)}\n`);
  const warnings = warningsOf(config).map((warning) => `warning: ${warning}\n`);
  process.stderr.write(warnings.join(""));
  if (!online) return exitStatus.ok;
  const { table, failures } = await tryOnline(config, process.stdout);
  process.stdout.write(`\n${table}\n`);
  process.stderr.write(failures.map((failure) => `error: ${failure}\n`).join(""));
  return failures.length > 0 ? exitStatus.bad : exitStatus.ok;
}
