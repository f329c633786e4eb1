import type { Event } from "../core/event.ts";
import { historyTypes } from "../core/history.ts";
import { localTime } from "../core/local-time.ts";
import { type ExitStatus, exitStatus } from "../errors.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import type { Store } from "../store/store.ts";
import { readConfig } from "./config.ts";
import { exportHistory } from "./history-export.ts";
import { refuseUnknown } from "./known-connections.ts";
import { everyRow } from "./pages.ts";
import { startOf } from "./since.ts";
import { type Cell, formatTable } from "./table.ts";

export interface HistoryOptions {
  /** A duration back from now, or an ISO 8601 time. */
  readonly since: string;
  /** Name or id. */
  readonly connection?: string;
  readonly json: boolean;
  /** The file to write it to, with the observations, instead of printing it; `-` is standard output. */
  readonly export?: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Prints what was noticed, oldest first: a table, or the events, one a line; or exports it with the observations. */
export async function history(
  file: string,
  { since, connection, json, export: target, now }: HistoryOptions,
): Promise<ExitStatus> {
  const start = startOf(since, now);
  const { config } = await readConfig(file);
  await using store = openSqliteStore({ file: config.store, mode: "reader" });
  if (target !== undefined) {
    await refuseUnknown(connection, { store, config });
    await exportHistory(target, { store, config }, { since: start, connection, now });
    return exitStatus.ok;
  }
  const events = (await everything(store, start)).filter((event) => concerns(event, connection));
  if (events.length === 0) await refuseUnknown(connection, { store, config });
  process.stdout.write(json ? linesOf(events) : `${table(events, config.timezone)}\n`);
  return exitStatus.ok;
}

async function everything(store: Store, since: number): Promise<readonly Event[]> {
  const events: Event[] = [];
  const stored = everyRow((page) => store.events({ since, types: historyTypes, ...page }));
  for await (const { json } of stored) events.push(JSON.parse(json));
  return events;
}

function concerns({ data }: Event, connection: string | undefined): boolean {
  return (
    connection === undefined ||
    data.connection?.id === connection ||
    data.connection?.name === connection
  );
}

function linesOf(events: readonly Event[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

const styles = { info: "green", warning: "yellow", critical: "red" } as const;

function table(events: readonly Event[], timeZone: string): string {
  if (events.length === 0) return "Nothing was noticed in this time.";
  const shown = localTime(timeZone);
  const rows = events.map(({ time, data }): readonly Cell[] => [
    shown(Date.parse(time)),
    { text: data.severity, style: styles[data.severity] },
    data.title,
    data.err_msg ?? "",
  ]);
  return formatTable([`TIME (${timeZone})`, "SEVERITY", "WHAT", "REASON"], rows, process.stdout);
}
