import type { Config, ProjectConfig } from "../config/config.ts";
import { formatDuration } from "../core/duration.ts";
import { matcherText, patternText } from "../core/matcher-text.ts";
import type { DigestTime, Remind, Route, Routing } from "../core/route.ts";
import type { Schedule } from "../core/schedule.ts";
import { affordableIntervalMs } from "./affordable.ts";
import { type Cell, formatTable, type Output } from "./table.ts";

/** What a configuration watches, how often, and who is told what, for people; no secret in it. */
export function planOf(config: Config, output: Output): string {
  const { server, store, retentionMs, name, timezone, logLevel } = config;
  const host = server.listen.host.includes(":") ? `[${server.listen.host}]` : server.listen.host;
  return [
    formatTable(
      ["PROJECT", "CONNECTION", "KIND", "SCHEDULE", "POLLED"],
      config.projects.flatMap(projectRows),
      output,
    ),
    formatTable(
      ["NOTIFIER", "TYPE", "FALLBACK"],
      config.notifiers.map(({ name, type, fallback }) => [name, type, fallback ?? ""]),
      output,
    ),
    formatTable(["WHAT", "IS TOLD TO"], routingRows(config.routing), output),
    ...mutesTable(config, output),
    [
      `Name:    ${name}; times in ${timezone}; log level ${logLevel}`,
      `Store:   ${store}, history kept ${formatDuration(retentionMs)}`,
      `Answers: http://${host}:${server.listen.port}${server.token ? ", with the token" : ""}`,
    ].join("\n"),
  ].join("\n\n");
}

function projectRows(project: ProjectConfig): readonly (readonly Cell[])[] {
  const slowestMs = affordableIntervalMs(project);
  const named = project.connections.map(({ id, kind, name, schedule }) => [
    project.name,
    name ?? id,
    kind,
    scheduleText(schedule),
    polledCell(schedule, slowestMs),
  ]);
  return [...named, ...discoveryRows(project)];
}

/** What else will be watched. */
function discoveryRows({ name: project, discover }: ProjectConfig): readonly (readonly Cell[])[] {
  if (!discover) return [];
  const { kinds, name, status, tags, schedule } = discover;
  const conditions = [
    ...(name === undefined ? [] : [`named ${patternText(name)}`]),
    ...(status === undefined ? [] : [`in state ${patternText(status)}`]),
    ...(tags === undefined ? [] : [`tagged ${tags}`]),
  ];
  const what = conditions.length === 0 ? "all others" : `others ${conditions.join(", ")}`;
  return [[project, what, kinds.join(", "), scheduleText(schedule), "as scheduled"]];
}

function scheduleText(schedule: Schedule): string {
  return "cron" in schedule
    ? `${schedule.cron} (${schedule.timezone})`
    : `every ${formatDuration(schedule.everyMs)}`;
}

/** A connection is polled as scheduled, unless that is more often than the rate affords. */
function polledCell(schedule: Schedule, affordableMs: number): Cell {
  if ("cron" in schedule || schedule.everyMs >= affordableMs) return "as scheduled";
  return { text: `every ${formatDuration(affordableMs)} (rate)`, style: "yellow" };
}

function mutesTable({ mutes }: Config, output: Output): readonly string[] {
  if (mutes.length === 0) return [];
  const rows = mutes.map(({ name, match, cron, forMs }) => [
    name,
    matcherText(match) || "everything",
    `${scheduleText(cron)} for ${formatDuration(forMs)}`,
  ]);
  return [formatTable(["MUTE", "OF WHAT", "WHEN"], rows, output)];
}

function routingRows({ routes, unrouted, notifiers }: Routing): readonly (readonly string[])[] {
  if (routes.length === 0) return [["everything", notifiers.join(", ")]];
  return [
    ...routes.map((route) => [
      matcherText(route.match) || "everything",
      [route.notify.join(", "), ...timingOf(route)].join(", "),
    ]),
    [
      "warning and critical that no route matches",
      unrouted === "notify" ? notifiers.join(", ") : "nobody",
    ],
    ["info that no route matches", "nobody"],
    ["a recovery", "whoever was told of the problem"],
  ];
}

function timingOf({ delayMs, digest, remind }: Route): readonly string[] {
  return [
    ...(delayMs === undefined ? [] : [`after ${formatDuration(delayMs)}`]),
    ...(digest ? [`in a digest ${digestText(digest)}`] : []),
    ...(remind ? [`again ${remindText(remind)}`] : []),
  ];
}

function digestText(digest: DigestTime): string {
  return "afterMs" in digest ? `every ${formatDuration(digest.afterMs)}` : scheduleText(digest);
}

function remindText({ firstMs, maxMs }: Remind): string {
  const max = formatDuration(maxMs);
  return firstMs === maxMs
    ? `every ${max}`
    : `after ${formatDuration(firstMs)}, in the end every ${max}`;
}
