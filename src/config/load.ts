import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { exitStatus, messageOf, UserError } from "../errors.ts";
import { assemble } from "./assemble.ts";
import { crossCheck } from "./checks.ts";
import type { Config } from "./config.ts";
import { interpolate, type ReadText } from "./interpolate.ts";
import { findingsOf, wording } from "./issues.ts";
import { byPosition, type Finding, formatPath, type Problem } from "./problems.ts";
import { configFile, type Defaults, type NotifierOptions, ownDefaults } from "./schema.ts";
import { parseSource } from "./source.ts";

/** Where a configuration comes from. */
export interface Origin {
  /** Path of the file, as problems show it; paths in the file are relative to it. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** UTF-8 text of the file at an absolute path; throws if it cannot be read. */
  readonly readFile: (path: string) => string;
  readonly notifierOptions: NotifierOptions;
}

/** The environment and the files of this process. */
export const ownSurroundings = {
  env: process.env,
  readFile: (path) => readFileSync(path, "utf8"),
} satisfies Pick<Origin, "env" | "readFile">;

/** A configuration, or everything that is wrong with it in the order of the text. */
export type Loaded =
  | { readonly config: Config; readonly problems?: never }
  | { readonly problems: readonly Problem[]; readonly config?: never };

/** Reads and checks a configuration file. Throws a {@link UserError} if it cannot be read. */
export function loadConfig(origin: Origin): Loaded {
  return parseConfig(readConfig(origin), origin);
}

function readConfig({ file, readFile }: Origin): string {
  try {
    return readFile(resolve(file));
  } catch (cause) {
    throw new UserError(
      `${file}: the configuration cannot be read (${messageOf(cause)}). It is looked for at -c FILE, ` +
        "else at $DLI_WATCH_CONFIG, else at config/dli-watch.yaml.",
      exitStatus.configuration,
      { cause },
    );
  }
}

/** Checks the text of a configuration file. */
export function parseConfig(text: string, origin: Origin): Loaded {
  const { source, problems } = parseSource(text, origin.file);
  if (!source) return { problems };
  const pathOf = (path: string) => resolve(dirname(origin.file), path);
  const readText = textReader(origin.readFile, pathOf);
  const { findings, unresolved } = interpolate(source.document, { env: origin.env, readText });
  const value: unknown = source.document.toJS();
  const language = configFile(origin.notifierOptions, readText, defaultsIn(origin.env));
  const { data, error } = language.safeParse(value, { error: wording });
  const further = [...(error ? findingsOf(error.issues, value) : []), ...crossCheck(value)];
  const known = further.filter(({ path }) => !source.leadsTo(unresolved, path));
  const all = withoutEchoes([...findings, ...known]);
  if (!data || all.length > 0) return { problems: all.map(source.locate).sort(byPosition) };
  return { config: assemble(data, pathOf) };
}

/** The image has defaults of its own, which it gives by the environment. */
function defaultsIn({ DLI_WATCH_LISTEN, DLI_WATCH_STORE }: Origin["env"]): Defaults {
  return {
    listen: DLI_WATCH_LISTEN || ownDefaults.listen,
    store: DLI_WATCH_STORE || ownDefaults.store,
  };
}

function textReader(readFile: Origin["readFile"], pathOf: (path: string) => string): ReadText {
  return (path) => {
    try {
      return { text: readFile(pathOf(path)) };
    } catch (thrown) {
      return { reason: `names a file that cannot be read (${reasonOf(thrown)})` };
    }
  };
}

/** The system's code, such as ENOENT: its message repeats the path, which may come from a variable. */
function reasonOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "for no known reason";
}

/** A mistake is told once: a misspelt key is not told again as a missing one, nor by a judgement of its map as a whole. */
function withoutEchoes(findings: readonly Finding[]): readonly Finding[] {
  const echoed = new Set(
    findings.flatMap(({ meant }) => (meant ? [meant, meant.slice(0, -1)].map(formatPath) : [])),
  );
  const told = new Set<string>();
  return findings.filter(({ path, at, message }) => {
    const place = formatPath(path);
    const text = `${place} ${message}`;
    if (told.has(text) || (at === "value" && echoed.has(place))) return false;
    told.add(text);
    return true;
  });
}
