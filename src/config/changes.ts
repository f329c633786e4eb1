import { type Config, type ProjectConfig, sameConfig } from "./config.ts";

/** What differs between two configurations, a phrase each, for a log line: names, never values. */
export function changesBetween(before: Config, after: Config): readonly string[] {
  return [
    ...namedChanges("project", before.projects.map(access), after.projects.map(access)),
    ...namedChanges(
      "connection",
      before.projects.flatMap(connectionsOf),
      after.projects.flatMap(connectionsOf),
    ),
    ...namedChanges("notifier", before.notifiers, after.notifiers),
    ...settings.flatMap((key) => (sameConfig(before[key], after[key]) ? [] : [`${key} changed`])),
    ...fixed.flatMap((key) =>
      sameConfig(before[key], after[key]) ? [] : [`${key} changed, which needs a restart`],
    ),
  ];
}

/** Top-level parts that apply at once. */
const settings = [
  "publicUrl",
  "timezone",
  "routing",
  "policy",
  "hints",
  "mutes",
  "retentionMs",
  "server",
  "heartbeat",
  "logLevel",
] as const;

/** Those that a running daemon keeps. */
const fixed = ["name", "store"] as const;

function access({ connections, ...project }: ProjectConfig) {
  return project;
}

function connectionsOf({ name: project, connections }: ProjectConfig) {
  return connections.map((connection) => ({
    ...connection,
    name: `${project}/${connection.id}`,
    shown: connection.name,
  }));
}

function namedChanges(
  what: string,
  before: readonly { readonly name: string }[],
  after: readonly { readonly name: string }[],
): readonly string[] {
  const known = new Map(before.map((one) => [one.name, one]));
  const names = new Set(after.map(({ name }) => name));
  const gone = before
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => `${what} ${name} removed`);
  const others = after.flatMap((one) => {
    const old = known.get(one.name);
    if (!old) return [`${what} ${one.name} added`];
    return sameConfig(old, one) ? [] : [`${what} ${one.name} changed`];
  });
  return [...gone, ...others];
}
