import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { exitStatus, messageOf, UserError } from "../errors.ts";
import { assemble } from "./assemble.ts";
import { crossCheck, namedTypes } from "./checks.ts";
import { cloudKeys } from "./cloud-variables.ts";
import type { Config } from "./config.ts";
import { interpolate, type ReadText } from "./interpolate.ts";
import { findingsOf, valueAt, wording } from "./issues.ts";
import { markedSecrets } from "./marked.ts";
import type { NotifierKinds } from "./notifier.ts";
import { byPosition, type Finding, formatPath, type Problem } from "./problems.ts";
import { proxiesIn } from "./proxies.ts";
import { configFile, type Defaults, ownDefaults } from "./schema.ts";
import { parseSource } from "./source.ts";

/** Where a configuration is, and what it can refer to. */
export interface Place {
  /** Path of the file, as problems show it; paths in the file are relative to it. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** UTF-8 text of the file at an absolute path; throws if it cannot be read. */
  readonly readFile: (path: string) => string;
}

/** A configuration's place and the notifiers that it can name. */
export interface Origin extends Place, NotifierKinds {}

/** The environment and the files of this process. */
export const ownSurroundings = {
  env: process.env,
  readFile: (path) => readFileSync(path, "utf8"),
} satisfies Omit<Place, "file">;

/** A configuration, or everything that is wrong with it in the order of the text. */
export type Loaded =
  | { readonly config: Config; readonly problems?: never }
  | { readonly problems: readonly Problem[]; readonly config?: never };

/** The text of a configuration file. Throws a {@link UserError} if it cannot be read. */
export function readConfigText({ file, readFile }: Place): string {
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

/** A configuration that is read as far as it goes without knowing its notifiers. */
export interface OpenConfig {
  /** The words it has for `type:` of its notifiers, whatever else may be wrong with it. */
  readonly types: readonly string[];
  judge(kinds: NotifierKinds): Loaded;
}

/** Reads the text of a configuration file, and each file that it refers to, once. */
export function openConfig(text: string, place: Place): OpenConfig {
  const { file, env, readFile } = place;
  const { source, problems } = parseSource(text, file);
  if (!source) return { types: [], judge: () => ({ problems }) };
  const pathOf = (path: string) => resolve(dirname(file), path);
  const readText = textReader(readFile, pathOf);
  const { findings, unresolved } = interpolate(source.document, { env, readText });
  const { proxies, findings: misnamed } = proxiesIn(env);
  const value: unknown = source.document.toJS();
  return {
    types: namedTypes(value),
    judge(kinds) {
      const language = configFile(kinds, readText, defaultsIn(env));
      const { data, error } = language.safeParse(value, { error: wording });
      const further = [
        ...(error ? findingsOf(error.issues, value) : []),
        ...crossCheck(value, kinds),
      ];
      const known = further.filter(({ path }) => !source.leadsTo(unresolved, path));
      const all = withoutEchoes([...misnamed, ...findings, ...known]);
      if (!data || all.length > 0) return { problems: all.map(source.locate).sort(byPosition) };
      const secretsOf = (name: string, type: string) =>
        markedSecrets(valueAt(value, ["notifiers", name]), kinds.notifierOptions.get(type));
      return { config: assemble(data, { pathOf, secretsOf, proxies }) };
    },
  };
}

/** Checks the text of a configuration file whose notifiers are known beforehand. */
export function parseConfig(text: string, origin: Origin): Loaded {
  return openConfig(text, origin).judge(origin);
}

/** The environment has credentials, and defaults of the image. */
function defaultsIn(env: Place["env"]): Defaults {
  const { DLI_WATCH_LISTEN, DLI_WATCH_STORE } = env;
  return {
    listen: DLI_WATCH_LISTEN || ownDefaults.listen,
    store: DLI_WATCH_STORE || ownDefaults.store,
    keys: cloudKeys(env),
  };
}

function textReader(readFile: Place["readFile"], pathOf: (path: string) => string): ReadText {
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
