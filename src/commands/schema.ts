import { jsonSchema } from "../config/json-schema.ts";
import { type ExitStatus, exitStatus } from "../errors.ts";
import { notifierOptions } from "./config.ts";

/** Prints the JSON Schema of the configuration file. */
export async function schema(): Promise<ExitStatus> {
  process.stdout.write(`${JSON.stringify(jsonSchema(notifierOptions), undefined, 2)}\n`);
  return exitStatus.ok;
}
