import type { Event } from "../core/event.ts";
import { historyTypes, parseSince } from "../core/history.ts";
import { type ExitStatus, exitStatus, UserError } from "../errors.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import type { EventQuery, Store } from "../store/store.ts";
import { readConfig } from "./config.ts";
import { type Cell, formatTable } from "./table.ts";

export interface HistoryOptions {
  /** A duration back from now, or an ISO 8601 time. */
  readonly since: string;
  /** Name or id. */
  readonly connection?: string;
  readonly json: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Prints what was noticed, oldest first: a table, or the events, one a line. */
export async function history(
  file: string,
  { since, connection, json, now }: HistoryOptions,
): Promise<ExitStatus> {
  const start = parseSince(since, now);
  if (start === undefined)
    throw new UserError(
      `--since: must be a duration such as 24h or a time such as 2026-11-24T02:00:00Z, not ${since}`,
      exitStatus.configuration,
    );
  const config = readConfig(file);
  await using store = openSqliteStore({ file: config.store, mode: "reader" });
  const events = (await everything(store, { since: start, types: historyTypes })).filter((event) =>
    concerns(event, connection),
  );
  process.stdout.write(json ? linesOf(events) : `${table(events, config.timezone)}\n`);
  return exitStatus.ok;
}

const pageSize = 1_000;

async function everything(
  store: Store,
  query: Omit<EventQuery, "limit" | "after">,
): Promise<readonly Event[]> {
  const events: Event[] = [];
  for (;;) {
    const page = await store.events({
      ...query,
      after: events.at(-1)?.data.sequence ?? 0,
      limit: pageSize,
    });
    events.push(...page.map(({ json }): Event => JSON.parse(json)));
    if (page.length < pageSize) return events;
  }
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
  // Swedish writes dates as ISO 8601 does.
  const format = Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "medium", timeZone });
  const rows = events.map(({ time, data }): readonly Cell[] => [
    format.format(Date.parse(time)),
    { text: data.severity, style: styles[data.severity] },
    data.title,
    data.err_msg ?? "",
  ]);
  return formatTable([`TIME (${timeZone})`, "SEVERITY", "WHAT", "REASON"], rows, process.stdout);
}
