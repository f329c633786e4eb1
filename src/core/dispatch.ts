import type { Draft } from "./draft.ts";
import type { Event } from "./event.ts";
import type { LaneMemory } from "./memory.ts";
import { type Mute, type NextTime, type Withheld, withhold } from "./mute.ts";
import { close, type Delivery } from "./outbox.ts";
import type { Router } from "./route.ts";
import { countNotice, type StormSettings } from "./storm.ts";
import {
  deliveryOf,
  endsIncident,
  type Notice,
  type Recipient,
  saysOver,
  soonest,
  type Way,
} from "./way.ts";

/*
 * Dispatching decides how a notice goes to each notifier that the routes, or an incident, name. The first rule that applies counts:
 *
 *   dropped    it ends a problem that still waits for its delay: neither is told
 *   muted      a mute covers it, and it does not end a problem that was told
 *   joined     something of its incident is held back for this notifier: it goes along with that
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
  const withheld = new Map<string, Withheld>();

  const waitingOf = (notifier: string): readonly Delivery[] => [
    ...outbox.waiting(notifier).filter(({ id }) => !deliveries.has(id)),
    ...[...deliveries.values()].filter(
      (one) => one.notifier === notifier && one.state === "waiting",
    ),
  ];

  function dropHeld(held: readonly Delivery[]): void {
    for (const delivery of held)
      deliveries.set(delivery.id, close(delivery, "Over within its delay.", now));
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
    const before = withheld.get(mute.id) ?? outbox.withheld(mute.id) ?? { notifiers: {} };
    withheld.set(mute.id, withhold(before, { notifier: notifier.name, incident }));
    return mute.name;
  }

  function wayOf(notice: Notice): Way {
    const { event, notifier, ends } = notice;
    const waiting = waitingOf(notifier.name);
    const held = heldWith(event, waiting);
    const delayed = held.filter(({ hold }) => hold === "delay");
    if (ends && delayed.length > 0) {
      dropHeld(delayed);
      return { closed: "Its problem was over within its delay." };
    }
    const mute = mutedBy(notice);
    if (mute !== undefined) return { closed: `Muted: ${mute}.` };
    const [first] = held;
    if (first?.hold) return { hold: first.hold, until: first.nextAt };
    const routed = soonest(notice, { waiting, now, nextTime: settings.nextTime });
    if (routed || notifier.keyed || uncounted.has(event.type)) return routed ?? {};
    const until = countIn(notifier.name);
    return until === undefined ? {} : { hold: "storm", until };
  }

  return {
    dispatch(event, { tell = [], told = tell, routed }) {
      const destinations = routed ? settings.router(event) : [];
      return settings.notifiers.flatMap((notifier) => {
        const { name } = notifier;
        const destination = destinations.find((one) => one.notifier === name);
        if (!tell.includes(name) && (!destination || saysOver(event))) return [];
        const notice: Notice = {
          event,
          notifier,
          destination,
          ends: endsIncident(event),
          tell: tell.includes(name),
          told: told.includes(name),
        };
        const way = wayOf(notice);
        const delivery = deliveryOf(notice, way, { id: newId(), now });
        deliveries.set(delivery.id, delivery);
        return way.closed === undefined ? [name] : [];
      });
    },
    dispatched: () => ({
      deliveries: [...deliveries.values()],
      lanes: [...lanes].map(([notifier, memory]) => ({ notifier, memory })),
      withheld: [...withheld].map(([mute, one]) => ({ mute, withheld: one })),
    }),
  };
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
