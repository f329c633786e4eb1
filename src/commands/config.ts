import { existsSync } from "node:fs";
import type { Config } from "../config/config.ts";
import { loadConfig, ownSurroundings } from "../config/load.ts";
import { formatProblem } from "../config/problems.ts";
import type { NotifierOptions } from "../config/schema.ts";
import { exitStatus, UserError } from "../errors.ts";
import { builtinNotifiers } from "../notify/builtin.ts";

/** The options of every notifier that a configuration can name. */
export const notifierOptions: NotifierOptions = new Map(
  [...builtinNotifiers].map(([type, { options }]) => [type, options]),
);

/** Loads a configuration; throws a UserError that names every problem at once. `env` is added to the environment. */
export function readConfig(file: string, env: Readonly<Record<string, string>> = {}): Config {
  if (!existsSync(file)) throw new UserError(waysOn(file), exitStatus.configuration);
  const { config, problems } = loadConfig({
    ...ownSurroundings,
    env: { ...ownSurroundings.env, ...env },
    file,
    notifierOptions,
  });
  if (config) return config;
  throw new UserError(problems.map(formatProblem).join("\n"), exitStatus.configuration);
}

function waysOn(file: string): string {
  return `${file}: there is no such configuration file.
  To name another one:  -c FILE, or the environment variable DLI_WATCH_CONFIG
  To write one:         dli-watch init
  To look around first: dli-watch demo (it needs no configuration)`;
}
