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
  const { config, problems } = loadConfig({
    ...ownSurroundings,
    env: { ...ownSurroundings.env, ...env },
    file,
    notifierOptions,
  });
  if (config) return config;
  throw new UserError(problems.map(formatProblem).join("\n"), exitStatus.configuration);
}
