import { pipeline } from "node:stream/promises";
import type { Config } from "../config/config.ts";
import { historyTypes } from "../core/history.ts";
import type { Store, StoredEvent, StoredRun } from "../store/store.ts";
import { writeNewFile } from "./new-file.ts";
import { everyRow } from "./pages.ts";

/** Where the history is, and who is meant by a name. */
interface Source {
  readonly store: Store;
  readonly config: Pick<Config, "name" | "projects">;
}

/** How much of it is exported, and when that is; both times in epoch milliseconds. */
interface Extent {
  readonly since: number;
  /** Of one connection alone, by its name or id. */
  readonly connection?: string | undefined;
  readonly now: number;
}

/** Writes the history to a file that is not there yet, or to standard output where `file` is `-`. */
export async function exportHistory(file: string, source: Source, extent: Extent): Promise<void> {
  const lines = historyLines(source, extent);
  if (file === "-") return pipeline(lines, process.stdout, { end: false });
  await writeNewFile(file, lines);
  process.stdout.write(`${file} is written.\n`);
}

/**
 * The history as JSON Lines, whole and true enough to be rehearsed. The first line says what follows:
 *
 *     {"format":"dli-watch-history","version":1,"name":"dli-watch","since":"2026-…","exported_at":"2026-…"}
 *
 * Every other line has one key. `observation`: a run of equal polls of one connection, which are `project`, `connection`
 * (its id), `first_at`, `last_at`, `polls`, and the fields of `Observation` (core/model.ts). `event`: an event as it was
 * told. Both kinds stand in the order in which they happened, together in the order of time: a run where it begins,
 * before the events of that moment. A run that had begun before `since` and reaches beyond it is there.
 */
export async function* historyLines(source: Source, extent: Extent): AsyncGenerator<string> {
  const { store, config } = source;
  const { since, now } = extent;
  yield lineOf({
    format: "dli-watch-history",
    version: 1,
    name: config.name,
    since: isoTime(since),
    exported_at: isoTime(now),
  });
  const isMeant = await meant(source, extent.connection);
  const runs = everyRow((page) => store.observations({ since, ...page }));
  const events = everyRow((page) => store.events({ since, types: historyTypes, ...page }));
  yield* inOrderOfTime(runLines(runs, isMeant), eventLines(events, isMeant));
}

type IsMeant = (row: { readonly connection: string }) => boolean;

/** A name may be the configuration's or the API's. */
async function meant({ store, config }: Source, which: string | undefined): Promise<IsMeant> {
  if (which === undefined) return () => true;
  const configured = config.projects.flatMap(({ connections }) => connections);
  const { connections: known } = await store.memories();
  const ids = new Set([
    which,
    ...configured.filter(({ name }) => name === which).map(({ id }) => id),
    ...known.filter(({ memory }) => memory.snapshot?.attributes.name === which).map(({ id }) => id),
  ]);
  return ({ connection }) => ids.has(connection);
}

interface TimedLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly line: string;
}

async function* runLines(
  runs: AsyncIterable<StoredRun>,
  isMeant: IsMeant,
): AsyncGenerator<TimedLine> {
  for await (const run of runs) {
    if (!isMeant(run)) continue;
    const { project, connection, firstAt, lastAt, polls, observation } = run;
    const times = { first_at: isoTime(firstAt), last_at: isoTime(lastAt) };
    const line = lineOf({
      observation: { project, connection, ...times, polls, ...observation },
    });
    yield { at: firstAt, line };
  }
}

async function* eventLines(
  events: AsyncIterable<StoredEvent>,
  isMeant: IsMeant,
): AsyncGenerator<TimedLine> {
  for await (const event of events) {
    // Its JSON was frozen when it was committed.
    if (isMeant(event)) yield { at: event.time, line: `{"event":${event.json}}\n` };
  }
}

/** Whatever the wall clock did, neither changes its own order; of the same time, the first goes first. */
async function* inOrderOfTime(
  first: AsyncIterator<TimedLine>,
  second: AsyncIterator<TimedLine>,
): AsyncGenerator<string> {
  let [one, other] = [await first.next(), await second.next()];
  while (!(one.done && other.done)) {
    if (!one.done && (other.done || one.value.at <= other.value.at)) {
      yield one.value.line;
      one = await first.next();
    } else if (!other.done) {
      yield other.value.line;
      other = await second.next();
    }
  }
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
