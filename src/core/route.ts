import picomatch from "picomatch";
import type { Event } from "./event.ts";

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

/** Where notices go: every route that matches sends. */
export interface Route {
  readonly match: Matcher;
  readonly notify: readonly string[];
}

export interface Routing {
  readonly routes: readonly Route[];
  /** What happens to a warning or critical notice that no route matched. */
  readonly unrouted: "notify" | "drop";
  /** Names of all configured notifiers. */
  readonly notifiers: readonly string[];
}

/**
 * Names of the notifiers an event goes to: those of the routes, and those of `tell` whatever the routes say. Each
 * once, in the order of the configuration; nothing goes to one that is not configured any more.
 */
export type Router = (event: Event, tell: readonly string[]) => readonly string[];

/** Compiles the routes' globs once. Without routes everything goes to everyone. */
export function router({ routes, unrouted, notifiers }: Routing): Router {
  const compiled = routes.map(({ match, notify }) => ({ matches: compile(match), notify }));
  const routed = (event: Event): readonly string[] => {
    if (routes.length === 0) return notifiers;
    const matched = compiled.filter(({ matches }) => matches(event));
    if (matched.length > 0) return matched.flatMap(({ notify }) => notify);
    return unrouted === "notify" && event.data.severity !== "info" ? notifiers : [];
  };
  return (event, tell) => {
    const named = new Set([...routed(event), ...tell]);
    return notifiers.filter((name) => named.has(name));
  };
}

type Test = (event: Event) => boolean;

function compile({ patterns, labels, not }: Matcher): Test {
  const tests: Test[] = [];
  for (const key of matcherKeys) {
    const pattern = patterns[key];
    if (pattern === undefined) continue;
    const test = compilePattern(pattern, key === "from" || key === "to");
    tests.push((event) => test(valuesOf(event, key)));
  }
  for (const [label, pattern] of Object.entries(labels)) {
    const test = compilePattern(pattern, false);
    tests.push((event) => test(present(event.data.connection?.labels[label])));
  }
  if (not) {
    const excluded = compile(not);
    tests.push((event) => !excluded(event));
  }
  return (event) => tests.every((test) => test(event));
}

/** Some fields go by two names: a connection by its name and its id. */
function valuesOf({ type, data }: Event, key: MatcherKey): readonly string[] {
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
