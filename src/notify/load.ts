import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { builtinNotifiers } from "./builtin.ts";
import type { Notifier, NotifierTypes } from "./notifier.ts";
import { adopt } from "./plugin.ts";

/*
 * A word for `type:` that is not built in names a plug-in: a file, if it starts with `./`, `../` or `/`, else a package;
 * both are looked for from the configuration file's directory. The plug-in's default export is a notifier (notifier.ts,
 * whose `type` it need not have), or a function that is given our zod, as `({ z }) => notifier`, and gives one: so a
 * single file needs no packages beside it.
 *
 * Node keeps a module for as long as the process lives. A plug-in whose file was changed is loaded anew, under another
 * address; what it imports itself, and a plug-in in CommonJS, is not.
 */

export interface LoadedNotifiers {
  /** The built-in ones and those loaded. */
  readonly types: NotifierTypes;
  /** Words that give no notifier, and why: completes "notifiers.mine.type: …". */
  readonly refusals: ReadonlyMap<string, string>;
}

/** Loads the notifiers that these words for `type:` name; `directory` is the configuration file's. */
export async function loadNotifiers(
  words: readonly string[],
  directory: string,
): Promise<LoadedNotifiers> {
  const types = new Map(builtinNotifiers);
  const refusals = new Map<string, string>();
  for (const word of words) {
    if (types.has(word) || refusals.has(word)) continue;
    const { notifier, refusal } = await load(word, directory);
    if (notifier) types.set(word, notifier);
    else refusals.set(word, refusal);
  }
  return { types, refusals };
}

type Loaded =
  | { readonly notifier: Notifier<unknown>; readonly refusal?: never }
  | { readonly refusal: string; readonly notifier?: never };

async function load(word: string, directory: string): Promise<Loaded> {
  const file = fileOf(word, directory);
  if (file === undefined) {
    const builtin = [...builtinNotifiers.keys()].join(", ");
    return {
      refusal: `must be one of ${builtin}, a file such as ./plugins/pager.mjs, or a package installed beside this file`,
    };
  }
  const address = pathToFileURL(file);
  try {
    address.search = String(statSync(file, { bigint: true }).mtimeNs);
    const { notifier, fault } = adopt(word, await exportOf(address.href));
    return notifier ? { notifier } : { refusal: `${file} is no notifier: ${fault}` };
  } catch (error) {
    return { refusal: `${file}${lineIn(address.href, error)} cannot be loaded: ${String(error)}` };
  }
}

/** With `import` among them, packages without a way to `require` them are found too. */
const conditions = new Set(["node", "import"]);

function fileOf(word: string, directory: string): string | undefined {
  if (/^\.{0,2}\//.test(word)) return resolve(directory, word);
  try {
    const places = { paths: [directory], conditions };
    const file = createRequire(import.meta.url).resolve(word, places);
    return isAbsolute(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

async function exportOf(address: string): Promise<unknown> {
  const { default: exported }: { readonly default?: unknown } = await import(address);
  return typeof exported === "function" ? exported({ z }) : exported;
}

/** Where in the plug-in an error comes from, as `:12`, if its stack says so. */
function lineIn(address: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const [, place = ""] = stack.split(address);
  return /^:\d+/.exec(place)?.[0] ?? "";
}
