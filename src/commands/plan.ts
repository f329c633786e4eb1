import type { Config, ProjectConfig } from "../config/config.ts";
import { formatDuration } from "../core/duration.ts";
import type { Pattern, Route } from "../core/route.ts";
import type { Schedule } from "../core/schedule.ts";
import { formatTable, type Output } from "./table.ts";

/** What a configuration watches, how often, and who is told what, for people; no secret in it. */
export function planOf(config: Config, output: Output): string {
  const connections = config.projects.flatMap((project) =>
    project.connections.map(({ id, kind, name, schedule }) => [
      project.name,
      name ?? id,
      kind,
      scheduleText(schedule),
      paceText(project),
    ]),
  );
  const notifiers = config.notifiers.map(({ name, type, fallback }) => [
    name,
    type,
    fallback ?? "",
  ]);
  const { routes, unrouted } = config.routing;
  const told =
    routes.length === 0
      ? [["every notice", config.routing.notifiers.join(", ")]]
      : [
          ...routes.map(routeRow),
          [
            "warning and critical that no route matches",
            unrouted === "notify" ? "every notifier" : "nobody",
          ],
        ];
  return [
    formatTable(["PROJECT", "CONNECTION", "KIND", "SCHEDULE", "RATE ALLOWS"], connections, output),
    formatTable(["NOTIFIER", "TYPE", "FALLBACK"], notifiers, output),
    formatTable(["WHAT", "IS TOLD TO"], told, output),
    `Status at http://${config.server.listen.host}:${config.server.listen.port}, store ${config.store}, kept ${formatDuration(config.retentionMs)}.`,
  ].join("\n\n");
}

function scheduleText(schedule: Schedule): string {
  return "cron" in schedule
    ? `${schedule.cron} (${schedule.timezone})`
    : `every ${formatDuration(schedule.everyMs)}`;
}

/** How often each connection can be polled at most, if all of the project's are polled alike. */
function paceText({ rate, connections }: ProjectConfig): string {
  return `every ${formatDuration((rate.perMs / rate.count) * connections.length)}`;
}

function routeRow({ match, notify }: Route): readonly string[] {
  return [matcherText(match) || "every notice", notify.join(", ")];
}

function matcherText({ patterns, labels, not }: Route["match"]): string {
  const keys = [
    ...Object.entries(patterns),
    ...Object.entries(labels).map(([label, pattern]) => [`labels.${label}`, pattern] as const),
  ];
  const texts = keys.map(([key, pattern]) => `${key} ${patternText(pattern)}`);
  return [...texts, ...(not ? [`not (${matcherText(not)})`] : [])].join(", ");
}

function patternText(pattern: Pattern): string {
  if (typeof pattern === "string") return pattern;
  return "not" in pattern ? `not ${patternText(pattern.not)}` : pattern.join(" or ");
}
