import type { Config } from "../config/config.ts";
import { formatDuration } from "../core/duration.ts";
import type { Event } from "../core/event.ts";
import {
  type Delivery,
  type DeliveryState,
  deliveryStates,
  dueAt,
  restingLane,
} from "../core/outbox.ts";
import { type ExitStatus, exitStatus, UserError } from "../errors.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import type { Store } from "../store/store.ts";
import { deliveryItem } from "../web/api.ts";
import { readConfig } from "./config.ts";
import { open, type Selection, select } from "./selection.ts";
import { type Cell, formatTable } from "./table.ts";

export interface ListOptions extends Selection {
  readonly state?: DeliveryState;
  readonly json: boolean;
}

/** Prints the deliveries: the given ones, else those of a state, else those that are still open. */
export async function listDeliveries(
  file: string,
  { json, state, ...selection }: ListOptions,
): Promise<ExitStatus> {
  const { config } = await readConfig(file);
  await using store = openSqliteStore({ file: config.store, mode: "reader" });
  const states = state ? [state] : selection.ids.length > 0 ? deliveryStates : open;
  const found = await select({ store, config, states }, selection);
  process.stdout.write(
    json
      ? `${JSON.stringify(found.map(deliveryItem), undefined, 2)}\n`
      : `${await table({ store, config }, found, selection.now)}\n`,
  );
  return exitStatus.ok;
}

/** Prints one delivery with its event. */
export async function showDelivery(file: string, id: string): Promise<ExitStatus> {
  const { config } = await readConfig(file);
  await using store = openSqliteStore({ file: config.store, mode: "reader" });
  for (const delivery of await select({ store, config, states: deliveryStates }, { ids: [id] })) {
    const item = { ...deliveryItem(delivery), event: await eventOf(store, delivery) };
    process.stdout.write(`${JSON.stringify(item, undefined, 2)}\n`);
  }
  return exitStatus.ok;
}

/** Lets deliveries that wait or were given up be tried again at once; a running daemon notices. */
export async function retryDeliveries(file: string, selection: Selection): Promise<ExitStatus> {
  const { now } = selection;
  return change(file, selection, {
    done: "will be tried again",
    async apply(store, found) {
      const lanes = await store.lanes();
      await store.commit({
        amendments: found.map(({ settledAt, hold, ...delivery }) => ({
          ...delivery,
          state: "waiting",
          nextAt: now,
          createdAt: now,
        })),
        lanes: lanes
          .filter((lane) => found.some(({ notifier }) => notifier === lane.notifier))
          .map(({ notifier, memory }) => ({ notifier, memory: { ...memory, resumeAt: now } })),
      });
    },
  });
}

/** Closes deliveries that wait or were given up: they are not tried again; the reason is recorded. */
export async function dropDeliveries(file: string, selection: Selection): Promise<ExitStatus> {
  return change(file, selection, {
    done: "dropped",
    apply: (store, found) =>
      store.commit({
        amendments: found.map((delivery) => ({
          ...delivery,
          state: "closed",
          lastError: "Dropped by hand.",
          settledAt: selection.now,
        })),
      }),
  });
}

interface Change {
  /** Completes "3 deliveries …". */
  readonly done: string;
  apply(store: Store, found: readonly Delivery[]): Promise<void>;
}

async function change(
  file: string,
  selection: Selection,
  { done, apply }: Change,
): Promise<ExitStatus> {
  if (selection.ids.length === 0 && selection.notifier === undefined)
    throw new UserError(
      "name the deliveries by their ids, or all of one notifier by --notifier",
      exitStatus.configuration,
    );
  const { config } = await readConfig(file);
  await using store = openSqliteStore({ file: config.store, mode: "writer" });
  const found = await select({ store, config, states: open }, selection);
  await apply(store, found);
  const count = `${found.length} ${found.length === 1 ? "delivery" : "deliveries"}`;
  process.stdout.write(`${count} ${done}.\n`);
  return exitStatus.ok;
}

async function eventOf(store: Store, { event }: Delivery): Promise<Event | undefined> {
  const stored = await store.event(event);
  return stored && JSON.parse(stored.json);
}

async function table(
  { store, config }: { readonly store: Store; readonly config: Config },
  found: readonly Delivery[],
  now: number,
): Promise<string> {
  if (found.length === 0) return "There are none.";
  const lanes = new Map((await store.lanes()).map(({ notifier, memory }) => [notifier, memory]));
  const rows: (readonly Cell[])[] = [];
  for (const delivery of found) {
    const { id, notifier, state, lastError } = delivery;
    const leftMs = dueAt(delivery, lanes.get(notifier) ?? restingLane) - now;
    const next = leftMs > 0 ? `in ${formatDuration(leftMs)}` : "now";
    const known = isConfigured(notifier, config);
    const event = await eventOf(store, delivery);
    rows.push([
      id,
      known ? notifier : `${notifier} (not configured)`,
      { text: state, style: styles[state] },
      state === "waiting" && known ? next : "",
      event?.data.title ?? "",
      lastError,
    ]);
  }
  return formatTable(
    ["ID", "NOTIFIER", "STATE", "NEXT", "WHAT", "LAST ERROR"],
    rows,
    process.stdout,
  );
}

function isConfigured(name: string, { notifiers }: Config): boolean {
  return notifiers.some((notifier) => notifier.name === name);
}

const styles = { waiting: "yellow", accepted: "green", dead: "red", closed: "gray" } as const;
