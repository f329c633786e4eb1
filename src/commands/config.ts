import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { openConfig, ownSurroundings, readConfigText } from "../config/load.ts";
import type { NotifierOptions } from "../config/notifier.ts";
import { formatProblem } from "../config/problems.ts";
import type { Loaded } from "../daemon/daemon.ts";
import { exitStatus, UserError } from "../errors.ts";
import { builtinNotifiers } from "../notify/builtin.ts";
import { loadNotifiers } from "../notify/load.ts";
import type { NotifierTypes } from "../notify/notifier.ts";

/** The options of the built-in notifiers. */
export const notifierOptions = optionsOf(builtinNotifiers);

/** Loads a configuration and the notifiers it names; throws a UserError that names every problem at once. `env` is added to the environment. */
export async function readConfig(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Loaded> {
  if (!existsSync(file)) throw new UserError(waysOn(file), exitStatus.configuration);
  const place = { ...ownSurroundings, env: { ...ownSurroundings.env, ...env }, file };
  const opened = openConfig(readConfigText(place), place);
  const { types, refusals } = await loadNotifiers(opened.types, dirname(resolve(file)));
  const { config, problems } = opened.judge({
    notifierOptions: optionsOf(types),
    keyed: new Set([...types].flatMap(([type, { keyed }]) => (keyed ? [type] : []))),
    signed: new Set([...types].flatMap(([type, { credentials }]) => (credentials ? [type] : []))),
    refusals,
  });
  if (config) return { config, types };
  throw new UserError(problems.map(formatProblem).join("\n"), exitStatus.configuration);
}

function optionsOf(types: NotifierTypes): NotifierOptions {
  return new Map([...types].map(([type, { options }]) => [type, options]));
}

function waysOn(file: string): string {
  return `${file}: there is no such configuration file.
  To name another one:  -c FILE, or the environment variable DLI_WATCH_CONFIG
  To write one:         dli-watch init
  To look around first: dli-watch demo (it needs no configuration)`;
}
