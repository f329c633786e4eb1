import type { Config } from "../config/config.ts";
import { didYouMean } from "../config/problems.ts";
import { type Delivery, type DeliveryState, deliveryStates } from "../core/outbox.ts";
import { exitStatus, UserError } from "../errors.ts";
import type { DeliveryQuery, Store } from "../store/store.ts";

/** Which deliveries a command is about. */
export interface Selection {
  readonly ids: readonly string[];
  readonly notifier?: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Those that somebody still has to do something about. */
export const open: readonly DeliveryState[] = ["waiting", "dead"];

interface Source {
  readonly store: Store;
  readonly config: Config;
  readonly states: readonly DeliveryState[];
}

/** The deliveries in one of the states; throws a UserError where a given id or notifier has none. */
export async function select(
  { store, config, states }: Source,
  { ids, notifier }: Omit<Selection, "now">,
): Promise<readonly Delivery[]> {
  const wanted = { ...(ids.length > 0 && { ids }), ...(notifier !== undefined && { notifier }) };
  const found: Delivery[] = [];
  for (const state of states) found.push(...(await everyPage(store, { ...wanted, state })));
  const missing = ids.find((id) => !found.some((delivery) => delivery.id === id));
  if (missing !== undefined) throw unknownDelivery(missing, states);
  if (notifier !== undefined && found.length === 0) refuseUnknown(notifier, config);
  return found;
}

const pageSize = 1_000;

async function everyPage(
  store: Store,
  query: Omit<DeliveryQuery, "limit">,
): Promise<readonly Delivery[]> {
  const found: Delivery[] = [];
  for (;;) {
    const after = found.at(-1)?.id ?? "";
    const page = await store.deliveries({ ...query, after, limit: pageSize });
    found.push(...page);
    if (page.length < pageSize) return found;
  }
}

function unknownDelivery(id: string, states: readonly DeliveryState[]): UserError {
  const which = states === deliveryStates ? "delivery" : `${states.join(" or ")} delivery`;
  return new UserError(
    `no ${which} has the id ${id}; \`dli-watch deliveries\` shows those that are open`,
    exitStatus.bad,
  );
}

function refuseUnknown(notifier: string, { notifiers }: Config): void {
  const names = notifiers.map(({ name }) => name);
  if (names.includes(notifier)) return;
  throw new UserError(
    `--notifier: none is called ${notifier}${didYouMean(notifier, names)}; these are: ${names.join(", ")}`,
    exitStatus.configuration,
  );
}
