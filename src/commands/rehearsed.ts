import { createCalendar } from "../calendar.ts";
import type { ProjectConfig } from "../config/config.ts";
import { compareTold, type Difference } from "../core/difference.ts";
import { type Rehearsal, type RehearsedProject, startRehearsal } from "../core/rehearsal.ts";
import type { ReplayListener } from "../core/replay.ts";
import { cutBefore, type ObservationRun } from "../core/run.ts";
import type { Loaded } from "../daemon/daemon.ts";
import { rulesOf } from "../daemon/rules.ts";
import type { History } from "./history-file.ts";

/** Two configurations, the second of which is to take the place of the first. */
export interface Change {
  readonly before: Loaded;
  readonly after: Loaded;
}

/** A connection that was polled, and which of the configurations watch it. */
export interface Observed {
  readonly project: string;
  readonly id: string;
  /** As it is configured, else as the API called it last. */
  readonly name: string;
  readonly before: boolean;
  readonly after: boolean;
}

/** What came of a history. Times are epoch milliseconds. */
export interface Rehearsed {
  readonly polls: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Those that at least one of them watches. */
  readonly observed: readonly Observed[];
  readonly differences: readonly Difference[];
}

/** Lets both go through a history side by side; `show` is told how far they are, from 0 to 1. */
export async function rehearseBoth(
  { before, after }: Change,
  { since, until, runs }: History,
  show: (share: number) => void,
): Promise<Rehearsed> {
  const comparison = compareTold();
  const one = begin(before, since, comparison.before);
  const other = begin(after, since, comparison.after);
  const names = configuredNames([before, after]);
  const observed = new Map<string, Observed>();
  const extent = { polls: 0, firstAt: Number.POSITIVE_INFINITY, lastAt: 0 };
  for await (const run of runs) {
    show((run.firstAt - since) / (until - since));
    const watched = { before: one.take(run), after: other.take(run) };
    if (!watched.before && !watched.after) continue;
    const { polls, firstAt, lastAt } = cutBefore(run, since);
    extent.polls += polls;
    extent.firstAt = Math.min(extent.firstAt, firstAt);
    extent.lastAt = Math.max(extent.lastAt, lastAt);
    const key = keyOf(run.project, run.connection);
    const known = observed.get(key);
    observed.set(key, {
      project: run.project,
      id: run.connection,
      name: names.get(key) ?? (nameIn(run) || known?.name || run.connection),
      before: watched.before || (known?.before ?? false),
      after: watched.after || (known?.after ?? false),
    });
  }
  one.end();
  other.end();
  return { ...extent, observed: [...observed.values()], differences: comparison.differences() };
}

function begin({ config, types }: Loaded, since: number, listener: ReplayListener): Rehearsal {
  return startRehearsal(rulesOf(config, types, createCalendar()), {
    installation: config.name,
    projects: config.projects.map(rehearsedProject),
    since,
    ...listener,
  });
}

function rehearsedProject({
  name,
  projectId,
  region,
  connections,
  discover,
}: ProjectConfig): RehearsedProject {
  return {
    name,
    project_id: projectId,
    ...(region && { region }),
    connections,
    ...(discover && { discover }),
  };
}

function configuredNames(configurations: readonly Loaded[]): ReadonlyMap<string, string> {
  const projects = configurations.flatMap(({ config }) => config.projects);
  return new Map(
    projects.flatMap(({ name: project, connections }) =>
      connections.flatMap(({ id, name }) => (name ? [[keyOf(project, id), name] as const] : [])),
    ),
  );
}

function nameIn({ observation }: ObservationRun): string | undefined {
  return observation.outcome === "snapshot" ? observation.snapshot.attributes.name : undefined;
}

function keyOf(project: string, id: string): string {
  return `${project}\n${id}`;
}
