import type { Draft } from "./draft.ts";
import type { Event } from "./event.ts";
import type { LaneMemory } from "./memory.ts";
import { type Mute, type NextTime, startWithholding, type Withheld } from "./mute.ts";
import { close, type Delivery } from "./outbox.ts";
import type { Router } from "./route.ts";
import { countNotice, type StormSettings } from "./storm.ts";
import {
  deliveryOf,
  endsIncident,
  isForTold,
  type Notice,
  type Recipient,
  type Ruling,
  soonest,
} from "./way.ts";

/*
 * Dispatching decides how a notice goes to each notifier that the routes, or an incident, name. The first rule that applies counts:
 *
 *   dropped    it ends a problem that still waits for its delay: neither is told; that a resource is gone is news all the same
 *   muted      a mute covers it, and it does not end a problem that was told
 *   joined     something of its incident is held back for this notifier: they go together, as soon as any of them may; an end
 *              goes along
 *   delayed    it opens a problem, and the route lets problems wait
 *   digested   the route collects notices
 *   stormed    the notifier has been given too many in too little time
 *   sent       otherwise
 *
 * What is dropped or muted is a delivery that was closed at birth, with the reason. What is held is a waiting one that the lane
 * passes over until it is released, or told in a digest: see due.ts.
 */

/** What the configuration says about dispatching. */
export interface DispatchSettings {
  readonly router: Router;
  /** All that are configured, in their order. */
  readonly notifiers: readonly Recipient[];
  /** Those of the configuration. */
  readonly mutes: readonly Mute[];
  readonly storm?: StormSettings;
  readonly nextTime: NextTime;
}

/** What is remembered that dispatching depends on. */
export interface Outbox {
  lane(notifier: string): LaneMemory;
  waiting(notifier: string): readonly Delivery[];
  /** Those given by hand. */
  mutes(): readonly Mute[];
  /** By the mute's id; `undefined` where it withheld nothing so far. */
  withheld(mute: string): Withheld | undefined;
}

/** What dispatching changes. */
export interface Dispatched {
  readonly deliveries: readonly Delivery[];
  readonly lanes: readonly { readonly notifier: string; readonly memory: LaneMemory }[];
  readonly withheld: readonly { readonly mute: string; readonly withheld: Withheld }[];
}

/** Sends a notice on its ways; gives the names of the notifiers that are or will be told. */
export type Dispatch = (
  event: Event,
  draft: Pick<Draft, "tell" | "told" | "routed">,
) => readonly string[];

/** Dispatches the notices of one decision and collects what that changes. */
export function dispatcher(
  settings: DispatchSettings,
  outbox: Outbox,
  { now, newId }: { readonly now: number; readonly newId: () => string },
): { readonly dispatch: Dispatch; readonly dispatched: () => Dispatched } {
  const deliveries = new Map<string, Delivery>();
  const lanes = new Map<string, LaneMemory>();
  const { withhold, withheld } = startWithholding(outbox.withheld);

  const waitingOf = (notifier: string): readonly Delivery[] => [
    ...outbox.waiting(notifier).filter(({ id }) => !deliveries.has(id)),
    ...[...deliveries.values()].filter(
      (one) => one.notifier === notifier && one.state === "waiting",
    ),
  ];

  function dropDelayed(notifier: string, event: Event): boolean {
    const delayed = heldWith(event, waitingOf(notifier)).filter(({ hold }) => hold === "delay");
    for (const delivery of delayed)
      deliveries.set(delivery.id, close(delivery, "Over within its delay.", now));
    return delayed.length > 0;
  }

  function countIn(notifier: string): number | undefined {
    if (!settings.storm) return undefined;
    const lane = lanes.get(notifier) ?? outbox.lane(notifier);
    const storm = countNotice(lane.storm, settings.storm, now);
    lanes.set(notifier, { ...lane, storm });
    return storm.until;
  }

  /** Counts what a mute withholds. */
  function mutedBy({ event, notifier, ends, tell }: Notice): string | undefined {
    if (ends && tell) return undefined;
    const mutes = [...settings.mutes, ...outbox.mutes()];
    const mute = mutes.find(({ until, covers }) => until(now) !== undefined && covers(event));
    if (!mute) return undefined;
    const { incident = "" } = event.data;
    withhold(mute, { notifier: notifier.name, incident });
    return mute.name;
  }

  /** What is held moves where the notice goes, if it may go sooner. */
  function join(notice: Notice, held: readonly Delivery[]): Ruling | undefined {
    const [first] = held;
    if (!first?.hold) return undefined;
    const kept = { rule: "joined", hold: first.hold, until: first.nextAt } as const;
    if (notice.ends || !notice.destination) return kept;
    // At once is a delay that is over: they are released together, in order.
    const { hold = "delay", until = now } = routed({ ...notice, told: false }) ?? {};
    if (until >= kept.until) return kept;
    for (const one of held) deliveries.set(one.id, { ...one, hold, nextAt: until });
    return { rule: "joined", hold, until };
  }

  function routed(notice: Notice): Ruling | undefined {
    const waiting = waitingOf(notice.notifier.name);
    return soonest(notice, { waiting, now, nextTime: settings.nextTime });
  }

  function rule(notice: Notice): Ruling {
    const { event, notifier } = notice;
    if (!isMeant(notice)) return { rule: "dropped" };
    const mute = mutedBy(notice);
    if (mute !== undefined) return { rule: "muted", mute };
    const held = join(notice, heldWith(event, waitingOf(notifier.name))) ?? routed(notice);
    if (held) return held;
    const until = notifier.keyed || uncounted.has(event.type) ? undefined : countIn(notifier.name);
    return until === undefined ? { rule: "sent" } : { rule: "stormed", hold: "storm", until };
  }

  return {
    dispatch(event, { tell = [], told = tell, routed }) {
      const destinations = routed ? settings.router(event) : [];
      return settings.notifiers.flatMap((notifier) => {
        const { name } = notifier;
        const destination = destinations.find((one) => one.notifier === name);
        const named = tell.includes(name);
        if (!isMeant({ event, destination, tell: named })) return [];
        const ends = endsIncident(event);
        const isTold = !(ends && dropDelayed(name, event));
        const notice: Notice = {
          event,
          notifier,
          destination,
          ends,
          named,
          tell: named && isTold,
          told: told.includes(name) && isTold,
        };
        const delivery = deliveryOf(notice, rule(notice), { id: newId(), now });
        deliveries.set(delivery.id, delivery);
        return delivery.state === "closed" ? [] : [name];
      });
    },
    dispatched: () => ({
      deliveries: [...deliveries.values()],
      lanes: [...lanes].map(([notifier, memory]) => ({ notifier, memory })),
      withheld: withheld(),
    }),
  };
}

function isMeant({ event, destination, tell }: Pick<Notice, "event" | "destination" | "tell">) {
  return tell || (destination !== undefined && !isForTold(event));
}

/** These are what many notices become, or are asked for: they are no part of a storm. */
const uncounted: ReadonlySet<Event["type"]> = new Set([
  "dli-watch.digest",
  "dli-watch.mute_summary",
  "dli-watch.test",
]);

/** What is held of the same incident. */
function heldWith(
  { data: { incident } }: Event,
  waiting: readonly Delivery[],
): readonly Delivery[] {
  if (incident === undefined) return [];
  return waiting.filter((one) => one.hold && one.incident === incident);
}
