import type { Config } from "../config/config.ts";
import type { Difference, Outcome } from "../core/difference.ts";
import { isoTime } from "../core/notice.ts";
import type { Observed, Rehearsed } from "./rehearsed.ts";
import { type Cell, formatTable, type Output } from "./table.ts";

/** A configuration with the file that it was read from. */
interface Named {
  readonly file: string;
  readonly config: Config;
}

/** Two of them, the second of which is to take the place of the first. */
interface Both {
  readonly before: Named;
  readonly after: Named;
}

/** So many differences are printed for people, and so many connections named. */
const mostRows = 50;
const mostNames = 5;

/** What a rehearsal has shown, whole, as `--json` prints it. */
export function rehearsalReport(rehearsed: Rehearsed, both: Both) {
  const { polls, firstAt, lastAt, observed, differences } = rehearsed;
  return {
    before: both.before.file,
    after: both.after.file,
    from: isoTime(firstAt),
    to: isoTime(lastAt),
    polls,
    connections: observed.length,
    only_before: observed.filter(({ after }) => !after).map(placeOf),
    only_after: observed.filter(({ before }) => !before).map(placeOf),
    never_polled: neverPolled(rehearsed, both.after.config).map(placeOf),
    notifiers: notifierItems(differences, both),
    differences: differences.map(differenceItem),
  };
}

/** The same for people, as much as they can read. */
export function rehearsalText(rehearsed: Rehearsed, both: Both, output: Output): string {
  const { differences } = rehearsed;
  const { timezone } = both.before.config;
  const summary = summaryLines(rehearsed, both).join("\n");
  if (differences.length === 0) return `${summary}\n\nNothing is told otherwise.`;
  const left = differences.length - mostRows;
  return [
    summary,
    formatTable(
      ["NOTIFIER", "GAINED", "LOST", "CHANGED"],
      notifierItems(differences, both).map(({ name, gained, lost, changed }) => [
        name,
        ...[gained, lost, changed].map(String),
      ]),
      output,
    ),
    formatTable(
      ["", `TOLD (${timezone})`, "NOTIFIER", "WHAT", "WHY"],
      differences.slice(0, mostRows).map((difference) => differenceRow(difference, timezone)),
      output,
    ),
    ...(left > 0 ? [`… and ${left} more; --json prints all of them.`] : []),
  ].join("\n\n");
}

function summaryLines(rehearsed: Rehearsed, { before, after }: Both): readonly string[] {
  const { polls, firstAt, lastAt, observed } = rehearsed;
  const { timezone } = before.config;
  const [from, to] = [firstAt, lastAt].map((at) => timeText(at, timezone));
  const lost = observed.filter((one) => !one.after);
  const gained = observed.filter((one) => !one.before);
  const unknown = neverPolled(rehearsed, after.config);
  return [
    `${polls} polls of ${observed.length} connections, from ${from} to ${to} (${timezone}).`,
    ...(lost.length > 0 ? [`${after.file} does not watch ${namesOf(lost)}.`] : []),
    ...(gained.length > 0 ? [`${before.file} does not watch ${namesOf(gained)}.`] : []),
    ...(unknown.length > 0
      ? [`What ${after.file} would tell of ${namesOf(unknown)} is not known: never polled.`]
      : []),
  ];
}

/** Connections that are named, but of which there is nothing in the history. */
function neverPolled({ observed }: Rehearsed, { projects }: Config) {
  const keyOf = (project: string, id: string) => `${project}\n${id.toLowerCase()}`;
  const polled = new Set(observed.map(({ project, id }) => keyOf(project, id)));
  return projects.flatMap(({ name: project, connections }) =>
    connections
      .filter(({ id }) => !polled.has(keyOf(project, id)))
      .map(({ id, name = id }) => ({ project, id, name })),
  );
}

type Place = Pick<Observed, "project" | "id" | "name">;

function placeOf({ project, id, name }: Place): Place {
  return { project, id, name };
}

function namesOf(places: readonly Place[]): string {
  const names = places.slice(0, mostNames).map(({ project, name }) => `${name} of ${project}`);
  const left = places.length - names.length;
  return left > 0 ? `${names.join(", ")} and ${left} more` : names.join(", ");
}

function notifierItems(differences: readonly Difference[], { before, after }: Both) {
  const names = [...after.config.notifiers, ...before.config.notifiers].map(({ name }) => name);
  return [...new Set(names)].map((name) => {
    const own = differences.filter(({ told }) => told.notifier === name);
    const count = (wanted: Difference["change"]) =>
      own.filter(({ change }) => change === wanted).length;
    return { name, gained: count("gained"), lost: count("lost"), changed: count("changed") };
  });
}

function differenceItem({ change, told, before, after, why }: Difference) {
  const { type, subject, data } = told.event;
  const { title, severity, project, from, to } = data;
  return {
    change,
    notifier: told.notifier,
    why,
    notice: {
      type,
      subject,
      ...(project && { project: project.name }),
      title,
      severity,
      ...(from && { from }),
      ...(to && { to }),
    },
    before: outcomeItem(before),
    after: outcomeItem(after),
  };
}

/** Nothing where it was not noticed, or not for this notifier. */
function outcomeItem(outcome: Outcome | undefined) {
  if (!outcome) return null;
  const { event, told, at, reason, way } = outcome;
  const { observed_at, severity, summary, hint } = event.data;
  return {
    told,
    at: isoTime(at),
    ...(reason && { reason }),
    way,
    noticed_at: observed_at,
    severity,
    summary,
    ...(hint && { hint }),
  };
}

const signs = {
  gained: { text: "+", style: "green" },
  lost: { text: "-", style: "red" },
  changed: { text: "~", style: "yellow" },
} as const;

function differenceRow({ change, told, why }: Difference, timezone: string): readonly Cell[] {
  const { at, notifier, event } = told;
  return [signs[change], timeText(at, timezone), notifier, event.data.title, why];
}

function timeText(at: number, timeZone: string): string {
  // Swedish writes dates as ISO 8601 does.
  const format = { dateStyle: "short", timeStyle: "medium", timeZone } as const;
  return Intl.DateTimeFormat("sv", format).format(at);
}
