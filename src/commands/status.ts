import type { Config } from "../config/config.ts";
import { withDiscovered } from "../core/discovery.ts";
import { formatDuration } from "../core/duration.ts";
import { type NotifierStatus, notifiersOf } from "../core/notifier-status.ts";
import { restingLane } from "../core/outbox.ts";
import type { ConnectionStatus, Status } from "../core/status.ts";
import { statusOf } from "../core/status.ts";
import { type ExitStatus, exitStatus } from "../errors.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import type { Store } from "../store/store.ts";
import { readConfig } from "./config.ts";
import { select } from "./selection.ts";
import { stateCell } from "./state.ts";
import { type Cell, formatTable, type Output } from "./table.ts";

/** Prints the state of everything watched, the worst first, as the store has it; bad if anything is. */
export async function status(
  file: string,
  { json, now }: { readonly json: boolean; readonly now: number },
): Promise<ExitStatus> {
  const { config } = await readConfig(file);
  await using store = openSqliteStore({ file: config.store, mode: "reader" });
  const memories = await store.memories();
  const projects = withDiscovered(config.projects, memories.connections);
  const found = {
    ...statusOf(projects, memories, config.publicUrl),
    notifiers: notifiersOf(config.notifiers, {
      lanes: await lanesIn(store, config),
      deadLetters: await store.deadLetters(),
      now,
    }),
  };
  const text = json ? JSON.stringify(found, undefined, 2) : statusText(found, now);
  process.stdout.write(`${text}\n`);
  const bad =
    [...found.projects, ...found.connections].some((one) => one.bad) ||
    found.notifiers.some(({ failing }) => failing);
  return bad ? exitStatus.bad : exitStatus.ok;
}

/** What waits for each notifier, and how its attempts went. */
async function lanesIn(store: Store, config: Config) {
  const all = await select({ store, config, states: ["waiting"] }, { ids: [] });
  const waiting = Map.groupBy(all, ({ notifier }) => notifier);
  const memories = new Map((await store.lanes()).map(({ notifier, memory }) => [notifier, memory]));
  return {
    memory: (name: string) => memories.get(name) ?? restingLane,
    waiting: (name: string) => waiting.get(name) ?? [],
    awaited: () => [...waiting.keys()],
  };
}

interface Found extends Status {
  readonly notifiers: readonly NotifierStatus[];
}

function statusText(found: Found, now: number): string {
  const table = statusTable(found, { now, output: process.stdout });
  return [table, "", ...slowdowns(found, now), ...failures(found, now), freshness(found, now)].join(
    "\n",
  );
}

/** One row a resource; the worst first. */
export function statusTable(
  { connections }: Pick<Status, "connections">,
  { now, output }: { readonly now: number; readonly output: Output },
): string {
  const worstFirst = connections.toSorted((one, other) => Number(other.bad) - Number(one.bad));
  const rows = worstFirst.flatMap((connection) => [
    connectionRow(connection, now),
    ...connection.bindings.map((binding) => bindingRow(connection, binding, now)),
  ]);
  return formatTable(["PROJECT", "CONNECTION", "RESOURCE", "STATE", "FOR", "REASON"], rows, output);
}

function slowdowns({ projects }: Status, now: number): readonly string[] {
  return projects.flatMap(({ name, slowdown }) => {
    if (!slowdown) return [];
    const { since, interval_ms } = slowdown;
    const interval = formatDuration(interval_ms);
    return `${name}: throttled by the cloud ${age(since, now)} ago; one request each ${interval} for now.`;
  });
}

function failures({ notifiers }: Found, now: number): readonly string[] {
  return notifiers.flatMap(({ name, failing, resume_at }) => {
    if (!failing) return [];
    const { since, error } = failing;
    const next = resume_at ? `in ${formatDuration(Date.parse(resume_at) - now)}` : "now";
    return `${name}: refuses everything for ${age(since, now)}, tried again ${next}: ${error}`;
  });
}

/** A daemon that has died leaves its last view behind: the operator must see how old it is. */
function freshness({ connections }: Status, now: number): string {
  const [newest] = connections
    .flatMap(({ seen_at }) => seen_at ?? [])
    .sort()
    .reverse();
  return newest === undefined
    ? "Nothing has been read yet."
    : `Last answer on record: ${age(newest, now)} ago. While nothing changes, one is recorded every 10m.`;
}

function connectionRow(connection: ConnectionStatus, now: number): readonly Cell[] {
  const { project, name, kind, bad, since, err_msg, unreachable } = connection;
  const reason = unreachable
    ? `not seen for ${age(unreachable.since, now)}: ${unreachable.message}`
    : (err_msg ?? "");
  return [project, name, kind ?? "", stateCell(stateOf(connection), bad), age(since, now), reason];
}

function stateOf({ state, not_found, gone }: ConnectionStatus): string {
  if (not_found) return "does not exist";
  return gone ? "gone" : (state ?? "not seen yet");
}

function bindingRow(
  { project, name }: ConnectionStatus,
  binding: ConnectionStatus["bindings"][number],
  now: number,
): readonly Cell[] {
  const { type, state, bad, since, err_msg } = binding;
  return [
    project,
    name,
    `${type} ${binding.name || binding.peer_id}`,
    stateCell(state, bad),
    age(since, now),
    err_msg,
  ];
}

function age(since: string | undefined, now: number): string {
  return since === undefined ? "" : formatDuration(now - Date.parse(since));
}
