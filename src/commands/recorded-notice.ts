import { toldInDigest } from "../core/due.ts";
import type { Event } from "../core/event.ts";
import type { Noticed } from "../core/explanation.ts";
import { isoTime } from "../core/notice.ts";
import { type Delivery, dueAt, restingLane } from "../core/outbox.ts";
import { exitStatus, UserError } from "../errors.ts";
import type { Store, StoredEvent } from "../store/store.ts";
import { everyRow } from "./pages.ts";

/** Reads a notice by its id, the end of it as messages show it, or the id of one of its deliveries; throws a UserError where there is none. */
export async function recordedNotice(store: Store, id: string): Promise<Noticed> {
  const stored = await storedEvent(store, id.toUpperCase());
  if (!stored)
    throw new UserError(
      `no notice and no delivery has the id ${id}; \`dli-watch history --json\` and \`dli-watch deliveries\` show those that are kept`,
      exitStatus.bad,
    );
  const event: Event = JSON.parse(stored.json);
  const deliveries = await deliveriesOf(store, stored.id);
  const digests = new Map<string, Event>();
  for (const delivery of deliveries) {
    const digest = await digestWith(store, delivery);
    if (digest) digests.set(delivery.notifier, digest);
  }
  return { event, deliveries, digests, earlier: await noticesBefore(store, stored) };
}

/** Every notice of a connection in their order, up to one or all of them. */
export async function noticesBefore(
  store: Store,
  {
    project,
    connection,
    sequence = Number.POSITIVE_INFINITY,
  }: Pick<StoredEvent, "project" | "connection"> & { readonly sequence?: number },
): Promise<readonly Event[]> {
  const events: Event[] = [];
  if (connection === "") return events;
  for await (const one of everyRow((page) => store.events({ project, connection, ...page }))) {
    if (one.sequence >= sequence) break;
    events.push(JSON.parse(one.json));
  }
  return events;
}

const shortIdLength = 8;

/** More deliveries than there are notifiers. */
const mostDeliveries = 10_000;

async function storedEvent(store: Store, id: string): Promise<StoredEvent | undefined> {
  if (id.length === shortIdLength) return (await store.events({ idEnd: id, limit: 1 }))[0];
  const [delivery] = await store.deliveries({ ids: [id], limit: 1 });
  return store.event(delivery?.event ?? id);
}

/** What waits with the time at which its lane lets it be tried. */
async function deliveriesOf(store: Store, event: string): Promise<readonly Delivery[]> {
  const lanes = new Map((await store.lanes()).map(({ notifier, memory }) => [notifier, memory]));
  return (await store.deliveries({ event, limit: mostDeliveries })).map((delivery) =>
    delivery.state === "waiting" && !delivery.hold
      ? { ...delivery, nextAt: dueAt(delivery, lanes.get(delivery.notifier) ?? restingLane) }
      : delivery,
  );
}

/** The digest that a delivery was told in: the notifier's at the same instant, the one that lists the notice where there are several. */
async function digestWith(
  store: Store,
  { notifier, lastError, settledAt = 0, event }: Delivery,
): Promise<Event | undefined> {
  if (lastError !== toldInDigest) return undefined;
  const query = { since: settledAt, types: ["dli-watch.digest"] };
  const found: Event[] = [];
  for await (const { json, time } of everyRow((page) => store.events({ ...query, ...page }))) {
    if (time > settledAt) break;
    found.push(JSON.parse(json));
  }
  const own = found.filter(
    ({ time, data }) => time === isoTime(settledAt) && data.resource.name === notifier,
  );
  return own.find(({ data }) => data.items?.some(({ id }) => id === event)) ?? own[0];
}
