import picomatch from "picomatch";
import type { Event, EventData } from "./event.ts";
import type { Cron } from "./schedule.ts";

/** A glob, several of which one must match, or what must not match. */
export type Pattern = string | readonly string[] | { readonly not: string | readonly string[] };

const matcherKeys = [
  "project",
  "connection",
  "kind",
  "resource",
  "name",
  "from",
  "to",
  "severity",
  "type",
] as const;
export type MatcherKey = (typeof matcherKeys)[number];

/** All of its keys must match. A notice without the matched field (a project has no connection) does not match. */
export interface Matcher {
  readonly patterns: Readonly<Partial<Record<MatcherKey, Pattern>>>;
  readonly labels: Readonly<Record<string, Pattern>>;
  readonly not?: Matcher;
}

/** When a digest is due: so long after the first notice in it, in milliseconds, or at the next time of an expression. */
export type DigestTime = { readonly afterMs: number } | Cron;

/** Where notices go: every route that matches sends. */
export interface Route {
  readonly match: Matcher;
  readonly notify: readonly string[];
  /** A problem waits so long, in milliseconds, and is not told if it is over by then. */
  readonly delayMs?: number;
  /** Notices are collected until then and told as one. */
  readonly digest?: DigestTime;
  readonly remind?: Remind;
}

/** An open incident is told again after `firstMs`, and each time after `factor` times as long, at most `maxMs`. */
export interface Remind {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

export interface Routing {
  readonly routes: readonly Route[];
  /** What happens to a warning or critical notice that no route matched. */
  readonly unrouted: "notify" | "drop";
  /** Names of all configured notifiers. */
  readonly notifiers: readonly string[];
}

/** A notifier that an event goes to, and the routes that say so, by their number from 1; none where it goes to everyone. */
export interface Destination {
  readonly notifier: string;
  readonly routes: readonly (Route & { readonly number: number })[];
}

/** The notifiers an event goes to, each once, in the order of the configuration. */
export type Router = (event: Event) => readonly Destination[];

/** Compiles the routes' globs once. Without routes everything goes to everyone. */
export function router({ routes, unrouted, notifiers }: Routing): Router {
  const compiled = routes.map((route, index) => ({
    route: { ...route, number: index + 1 },
    matches: compileMatcher(route.match),
  }));
  const everyone = notifiers.map((notifier) => ({ notifier, routes: [] }));
  return (event) => {
    if (routes.length === 0) return everyone;
    const matched = compiled.filter(({ matches }) => matches(event)).map(({ route }) => route);
    if (matched.length === 0)
      return unrouted === "notify" && event.data.severity !== "info" ? everyone : [];
    return notifiers.flatMap((notifier) => {
      const own = matched.filter(({ notify }) => notify.includes(notifier));
      return own.length > 0 ? [{ notifier, routes: own }] : [];
    });
  };
}

/** What routes look at. */
interface Routed {
  readonly type: Event["type"];
  readonly data: Pick<EventData, "severity" | "connection" | "resource" | "from" | "to"> & {
    readonly project?: { readonly name: string };
  };
}

/** Which notifiers are to be reminded of a problem; one may stand there for several routes. */
export type RemindersOf = (
  problem: Routed,
) => readonly { readonly notifier: string; readonly remind: Remind }[];

/** Compiles the globs of the routes that remind, once. */
export function reminders({ routes }: Pick<Routing, "routes">): RemindersOf {
  const compiled = routes.flatMap(({ match, notify, remind }) =>
    remind ? [{ matches: compileMatcher(match), reminded: notify, remind }] : [],
  );
  return (problem) =>
    compiled
      .filter(({ matches }) => matches(problem))
      .flatMap(({ reminded, remind }) => reminded.map((notifier) => ({ notifier, remind })));
}

/** Whether a notice is meant. */
export type Test = (event: Routed) => boolean;

/** Compiles a matcher's globs once. */
export function compileMatcher(matcher: Matcher): Test {
  const tests = compileKeys(matcher);
  return (event) => tests.every(({ matches }) => matches(event));
}

/** A key of a matcher that speaks against a notice, and what the notice says there: nothing, one thing or two names. */
export interface Mismatch {
  readonly key: string;
  readonly values: readonly string[];
}

/** Everything in a matcher that speaks against a notice. */
export function mismatchesOf(matcher: Matcher, event: Routed): readonly Mismatch[] {
  return compileKeys(matcher)
    .filter(({ matches }) => !matches(event))
    .map(({ key, values }) => ({ key, values: values(event) }));
}

interface KeyTest {
  readonly key: string;
  readonly values: (event: Routed) => readonly string[];
  readonly matches: Test;
}

function compileKeys({ patterns, labels, not }: Matcher): readonly KeyTest[] {
  const own = matcherKeys.flatMap((key) => {
    const pattern = patterns[key];
    const nocase = key === "from" || key === "to";
    return pattern === undefined
      ? []
      : keyTest(key, compilePattern(pattern, nocase), (event) => valuesOf(event, key));
  });
  const ofLabels = Object.entries(labels).map(([label, pattern]) =>
    keyTest(`labels.${label}`, compilePattern(pattern, false), ({ data: { connection } }) =>
      present(connection?.labels[label]),
    ),
  );
  const excluded = not && compileMatcher(not);
  const outside = excluded
    ? [{ key: "not", values: () => [], matches: (event: Routed) => !excluded(event) }]
    : [];
  return [...own, ...ofLabels, ...outside];
}

function keyTest(
  key: string,
  test: (values: readonly string[]) => boolean,
  values: KeyTest["values"],
): KeyTest {
  return { key, values, matches: (event) => test(values(event)) };
}

/** Some fields go by two names: a connection by its name and its id. */
function valuesOf({ type, data }: Routed, key: MatcherKey): readonly string[] {
  switch (key) {
    case "project":
      return present(data.project?.name);
    case "connection":
      return data.connection ? [data.connection.name, data.connection.id] : [];
    case "kind":
      return present(data.connection?.kind);
    case "resource":
      return [data.resource.type];
    case "name":
      return isBinding(data.resource.type) ? [data.resource.name] : [];
    case "from":
      return present(data.from);
    case "to":
      return present(data.to);
    case "severity":
      return [data.severity];
    case "type":
      return [type.slice("dli-watch.".length)];
    default:
      return key satisfies never;
  }
}

function isBinding(type: Event["data"]["resource"]["type"]): boolean {
  return type === "queue" || type === "pool";
}

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

/** Whether a text matches a pattern, letter case and all unless that does not matter. */
export function matchesPattern(pattern: Pattern, text: string, { nocase = false } = {}): boolean {
  return compilePattern(pattern, nocase)([text]);
}

function compilePattern(pattern: Pattern, nocase: boolean): (values: readonly string[]) => boolean {
  if (typeof pattern === "object" && "not" in pattern) {
    const excluded = compileGlobs(pattern.not, nocase);
    return (values) => values.length > 0 && !values.some(excluded);
  }
  const wanted = compileGlobs(pattern, nocase);
  return (values) => values.some(wanted);
}

/** `bash` lets `*` cross slashes: names are not paths. */
function compileGlobs(
  globs: string | readonly string[],
  nocase: boolean,
): (value: string) => boolean {
  const list = typeof globs === "string" ? [globs] : globs;
  const exact = new Set(list);
  const glob = picomatch([...list], { bash: true, dot: true, nonegate: true, nocase });
  return (value) => exact.has(value) || glob(value);
}
