import { readFileSync } from "node:fs";
import { systemClock } from "../clock.ts";
import type { Listen } from "../config/config.ts";
import { type ExitStatus, exitStatus, messageOf, UserError } from "../errors.ts";
import { parseScenario } from "../simulator/scenario-file.ts";
import { startSimulator } from "../simulator/server.ts";
import { stopSignals } from "./signals.ts";

/** Serves a scenario as DLI and IAM do, until SIGTERM or SIGINT; prints a line a request. */
export async function simulate({
  listen,
  scenario,
}: {
  readonly listen: Listen;
  readonly scenario: string;
}): Promise<ExitStatus> {
  const asked = stopSignals();
  await using simulator = await startSimulator({
    listen,
    scenario: readScenario(scenario),
    clock: systemClock,
    observe: ({ method, url, status }) => process.stdout.write(`${method} ${url} ${status}\n`),
  });
  process.stdout.write(`DLI and IAM are simulated at ${simulator.url}\n`);
  await asked.first;
  return exitStatus.ok;
}

/** Reads a scenario file; throws a UserError that names what is wrong with it. */
export function readScenario(file: string) {
  try {
    return parseScenario(readFileSync(file, "utf8"), file);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(
      `${file}: the scenario cannot be read (${messageOf(cause)}); name one by --scenario`,
      exitStatus.configuration,
      { cause },
    );
  }
}
