import type { Delivery, DeliveryState } from "../core/outbox.ts";
import { type ExitStatus, exitStatus, UserError } from "../errors.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import type { DeliveryQuery, Store } from "../store/store.ts";
import { deliveryItem } from "../web/api.ts";
import { readConfig } from "./config.ts";
import { formatTable } from "./table.ts";

/** Which deliveries a command is about. */
export interface Selection {
  readonly ids: readonly string[];
  readonly notifier?: string;
}

export interface ListOptions extends Selection {
  readonly state?: DeliveryState;
  readonly json: boolean;
}

/** Prints the deliveries, those that are not accepted yet unless a state is named. */
export async function listDeliveries(
  file: string,
  { json, state, ...selection }: ListOptions,
): Promise<ExitStatus> {
  await using store = openSqliteStore({ file: readConfig(file).store, mode: "reader" });
  const states: readonly DeliveryState[] = state
    ? [state]
    : selection.ids.length > 0
      ? ["waiting", "dead", "closed", "accepted"]
      : ["waiting", "dead"];
  const found = (
    await Promise.all(states.map((one) => select(store, { ...selection, state: one })))
  ).flat();
  process.stdout.write(
    json
      ? `${JSON.stringify(found.map(deliveryItem), undefined, 2)}\n`
      : `${await table(store, found)}\n`,
  );
  return exitStatus.ok;
}

/** Prints one delivery with its event. */
export async function showDelivery(file: string, id: string): Promise<ExitStatus> {
  await using store = openSqliteStore({ file: readConfig(file).store, mode: "reader" });
  const [delivery] = await select(store, { ids: [id] });
  if (!delivery) throw unknownDelivery(id);
  const event = await store.event(delivery.event);
  process.stdout.write(
    `${JSON.stringify({ ...deliveryItem(delivery), event: event && JSON.parse(event.json) }, undefined, 2)}\n`,
  );
  return exitStatus.ok;
}

/** Lets deliveries that wait or were given up be tried again at once; a running daemon notices. */
export async function retryDeliveries(
  file: string,
  selection: Selection & { readonly now: number },
): Promise<ExitStatus> {
  const { now } = selection;
  return change(
    file,
    { ...selection, states: ["waiting", "dead"], done: "will be tried again" },
    async (store, found) => {
      const deliveries = found.map(
        ({ settledAt, ...delivery }): Delivery => ({
          ...delivery,
          state: "waiting",
          nextAt: now,
          createdAt: now,
        }),
      );
      const { lanes } = await store.memories();
      const concerned = lanes.filter(({ notifier }) =>
        found.some((delivery) => delivery.notifier === notifier),
      );
      await store.commit({
        deliveries,
        lanes: concerned.map(({ notifier, memory }) => ({
          notifier,
          memory: { ...memory, resumeAt: now },
        })),
      });
    },
  );
}

/** Closes deliveries that wait: they are not tried again; the reason is recorded. */
export async function dropDeliveries(
  file: string,
  selection: Selection & { readonly now: number },
): Promise<ExitStatus> {
  const { now } = selection;
  return change(
    file,
    { ...selection, states: ["waiting", "dead"], done: "dropped" },
    async (store, found) => {
      await store.commit({
        deliveries: found.map(
          (delivery): Delivery => ({
            ...delivery,
            state: "closed",
            lastError: "Dropped by hand.",
            settledAt: now,
          }),
        ),
      });
    },
  );
}

interface ChangeOptions extends Selection {
  readonly states: readonly DeliveryState[];
  readonly done: string;
}

async function change(
  file: string,
  { ids, notifier, states, done }: ChangeOptions,
  apply: (store: Store, found: readonly Delivery[]) => Promise<void>,
): Promise<ExitStatus> {
  if (ids.length === 0 && notifier === undefined)
    throw new UserError(
      "name the deliveries by their ids, or all of one notifier by --notifier",
      exitStatus.configuration,
    );
  await using store = openSqliteStore({ file: readConfig(file).store, mode: "writer" });
  const selection = { ids, ...(notifier !== undefined && { notifier }) };
  const found = (
    await Promise.all(states.map((state) => select(store, { ...selection, state })))
  ).flat();
  const missing = ids.find((id) => !found.some((delivery) => delivery.id === id));
  if (missing !== undefined) throw unknownDelivery(missing, states);
  await apply(store, found);
  process.stdout.write(
    `${found.length} ${found.length === 1 ? "delivery" : "deliveries"} ${done}.\n`,
  );
  return exitStatus.ok;
}

function unknownDelivery(id: string, states?: readonly DeliveryState[]): UserError {
  const which = states ? `is ${states.join(" or ")} under the id` : "has the id";
  return new UserError(
    `no delivery ${which} ${id}; dli-watch deliveries list shows them`,
    exitStatus.bad,
  );
}

const pageSize = 1_000;

async function select(
  store: Store,
  { ids, ...query }: Selection & { readonly state?: DeliveryState },
): Promise<readonly Delivery[]> {
  const found: Delivery[] = [];
  const wanted: Omit<DeliveryQuery, "limit"> = { ...query, ...(ids.length > 0 && { ids }) };
  for (;;) {
    const page = await store.deliveries({
      ...wanted,
      after: found.at(-1)?.id ?? "",
      limit: pageSize,
    });
    found.push(...page);
    if (page.length < pageSize) return found;
  }
}

async function table(store: Store, deliveries: readonly Delivery[]): Promise<string> {
  const rows = await Promise.all(
    deliveries.map(async (delivery) => {
      const { id, notifier, state, attempts, last_error, next_at } = deliveryItem(delivery);
      const event = await store.event(delivery.event);
      const title: string = event ? JSON.parse(event.json).data.title : "";
      return [id, notifier, state, String(attempts), next_at ?? "", title, last_error];
    }),
  );
  return formatTable(
    ["ID", "NOTIFIER", "STATE", "ATTEMPTS", "NEXT AT", "WHAT", "LAST ERROR"],
    rows,
    process.stdout,
  );
}
