import type { Clock } from "../clock.ts";
import type { Event } from "../core/event.ts";
import type { Numbering } from "../core/notice.ts";
import { type Delivery, patienceMs, type Verdict } from "../core/outbox.ts";
import type { Pace } from "../core/pace.ts";
import { isRefresh } from "../core/refresh.ts";
import { retell } from "../core/retelling.ts";
import { consequencesOf } from "../core/settlement.ts";
import type { Store } from "../store/store.ts";
import type { Change } from "./ledger.ts";
import { startTelling, type TellOptions } from "./telling.ts";

/** What turns verdicts into what is remembered. */
export interface SettleOptions extends TellOptions {
  readonly store: Store;
  /** All that are configured now. */
  readonly notifiers: () => readonly {
    readonly name: string;
    readonly fallback?: string;
    readonly pace?: readonly Pace[];
    readonly refreshEvery?: number;
  }[];
  readonly clock: Clock;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
}

/** An attempt that was made. */
export interface Attempted {
  readonly delivery: Delivery;
  readonly verdict: Verdict;
}

/** Commits what an attempt changes: its delivery, the lane, and what must be told of it. Throws if the store could not. */
export async function settleAttempt(options: SettleOptions, attempted: Attempted): Promise<void> {
  const events = await eventsAtStake(options, attempted.delivery);
  await options.ledger.transact((numbering) =>
    changeOf(options, { ...attempted, events }, numbering),
  );
}

/** The event of a delivery, and its JSON as it was frozen. */
export async function readEvent(
  store: Store,
  delivery: Delivery,
): Promise<{ readonly event: Event; readonly json: string }> {
  const stored = await store.event(delivery.event);
  if (!stored)
    throw new Error(
      `The event ${delivery.event} of delivery ${delivery.id} is not in ${store.place}`,
    );
  return { event: JSON.parse(stored.json), json: stored.json };
}

/** Longer than what passes between reading the events and deciding which deliveries have waited too long. */
const marginMs = 60_000;

/** The events of the attempted delivery and of those that may be given up with it: they may have to be told through another notifier. */
async function eventsAtStake(
  { ledger, store, clock }: SettleOptions,
  delivery: Delivery,
): Promise<ReadonlyMap<string, Event>> {
  const old = ledger.lanes
    .waiting(delivery.notifier)
    .filter(({ createdAt }) => clock.now() - createdAt >= patienceMs - marginMs);
  const read = [delivery, ...old].map(
    async (one) => [one.event, (await readEvent(store, one)).event] as const,
  );
  return new Map(await Promise.all(read));
}

function changeOf(
  options: SettleOptions,
  { delivery, verdict, events }: Attempted & { readonly events: ReadonlyMap<string, Event> },
  numbering: Numbering,
): Change {
  const { ledger, notifiers, clock, random } = options;
  const { storm, notifiers: known } = options.rules().dispatching;
  const now = clock.now();
  const { notifier } = delivery;
  const waiting = ledger.lanes.waiting(notifier);
  // Another process may have closed it, or set it back, while it was under way; if it was accepted, that is what it is.
  const present = isRefresh(delivery) ? delivery : waiting.find(({ id }) => id === delivery.id);
  if (!present && verdict.verdict !== "accepted") return { announced: [] };
  const { announce, told } = startTelling(options, { observedAt: now }, numbering);
  const isKeyed = known.some(({ name, keyed }) => name === notifier && keyed);
  const { pace = [], refreshEvery } = notifiers().find(({ name }) => name === notifier) ?? {};
  const { deliveries, lanes, retold, ...threadChange } = consequencesOf({
    delivery: present ?? delivery,
    verdict,
    lane: ledger.lanes.memory(notifier),
    waiting,
    notifiers: notifiers().map(({ name, fallback }) => ({
      name,
      fallback,
      lane: ledger.lanes.memory(name),
    })),
    storm: isKeyed ? undefined : storm,
    pace,
    refreshEvery,
    thread: ledger.threads.thread(notifier, delivery.incident),
    events,
    announce,
    newId: numbering.newId,
    now,
    random: random(),
  });
  const changed = told();
  return {
    ...changed,
    deliveries: [...deliveries, ...changed.deliveries],
    lanes: [...changed.lanes, ...lanes],
    ...threadChange,
    ...retell(ledger, retold, now),
  };
}
