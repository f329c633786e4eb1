import { type Command, type CommandOptions, InvalidArgumentError, Option } from "commander";
import type { z } from "zod";
import { ownSurroundings } from "../config/load.ts";
import type { ExitStatus } from "../errors.ts";

/** Is told the status of the command that ran. */
export type End = (status: ExitStatus) => void;

const { DLI_WATCH_CONFIG } = ownSurroundings.env;
const usualFile = "config/dli-watch.yaml";

/** A command that reads the configuration file. */
export function configured(
  parent: Command,
  usage: string,
  description: string,
  options?: CommandOptions,
): Command {
  return parent
    .command(usage, options)
    .description(description)
    .addOption(
      new Option("-c, --config <file>", "configuration file").default(
        DLI_WATCH_CONFIG || usualFile,
        `$DLI_WATCH_CONFIG, else ${usualFile}`,
      ),
    );
}

/** Parses an option's argument as the configuration would. */
export function argument<Value>(accepted: z.ZodType<Value>): (text: string) => Value {
  return (text) => {
    const { data, error } = accepted.safeParse(text);
    if (error) throw new InvalidArgumentError(`It ${error.issues[0]?.message}.`);
    return data;
  };
}
