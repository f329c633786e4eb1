import type { Draft } from "./draft.ts";
import { formatDuration } from "./duration.ts";
import type { Event } from "./event.ts";
import type { LaneMemory } from "./memory.ts";
import { type Mute, type NextTime, type Withheld, withhold } from "./mute.ts";
import type { Delivery, Hold } from "./outbox.ts";
import type { Destination, DigestTime, Router } from "./route.ts";
import { countNotice, type StormSettings } from "./storm.ts";

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
  /** All that are configured, in their order. One that is `keyed` gets every notice of an incident by itself. */
  readonly notifiers: readonly { readonly name: string; readonly keyed: boolean }[];
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
        if (!destination && !tell.includes(name)) return [];
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

/** One notice for one notifier. */
interface Notice {
  readonly event: Event;
  readonly notifier: DispatchSettings["notifiers"][number];
  /** Absent where no route names the notifier. */
  readonly destination: Destination | undefined;
  readonly ends: boolean;
  /** Whether it is to be told whatever the routes say. */
  readonly tell: boolean;
  /** Whether it was told of the incident before. */
  readonly told: boolean;
}

/** Not at all, held until then, or neither: at once. */
interface Way {
  readonly closed?: string;
  readonly hold?: Hold;
  readonly until?: number;
}

/** These are what many notices become, or are asked for: they are no part of a storm. */
const uncounted: ReadonlySet<Event["type"]> = new Set([
  "dli-watch.digest",
  "dli-watch.mute_summary",
  "dli-watch.test",
]);

const endings: ReadonlySet<Event["type"]> = new Set([
  "dli-watch.recovery",
  "dli-watch.reachable",
  "dli-watch.disappeared",
  "dli-watch.notifier_back",
]);

/** Whether an event says that its incident is over. */
export function endsIncident({ type, data }: Event): boolean {
  return data.incident !== undefined && (endings.has(type) || data.to === "DELETED");
}

/** What is held of the same incident. */
function heldWith(
  { data: { incident } }: Event,
  waiting: readonly Delivery[],
): readonly Delivery[] {
  if (incident === undefined) return [];
  return waiting.filter((one) => one.hold && one.incident === incident);
}

/** The hold that ends first, of the routes that name the notifier; `undefined` where one of them holds nothing, or none does. */
function soonest(
  { notifier, destination, told, ends }: Notice,
  held: {
    readonly waiting: readonly Delivery[];
    readonly now: number;
    readonly nextTime: NextTime;
  },
): Way | undefined {
  const ways = (destination?.routes ?? []).map(
    ({ digest, delayMs = 0 }): Required<Omit<Way, "closed">> | undefined => {
      if (digest && !notifier.keyed) return digestWay(digest, held);
      return delayMs > 0 && !told && !ends
        ? { hold: "delay", until: held.now + delayMs }
        : undefined;
    },
  );
  const holding = ways.flatMap((way) => way ?? []);
  if (holding.length < ways.length) return undefined;
  return holding.toSorted((one, other) => one.until - other.until)[0];
}

/** A digest that is being collected is joined. */
function digestWay(
  time: DigestTime,
  {
    waiting,
    now,
    nextTime,
  }: { readonly waiting: readonly Delivery[]; readonly now: number; readonly nextTime: NextTime },
): { readonly hold: Hold; readonly until: number } {
  const hold: Hold = `digest ${JSON.stringify(time)}`;
  const collected = waiting.find((one) => one.hold === hold);
  if (collected) return { hold, until: collected.nextAt };
  return { hold, until: "afterMs" in time ? now + time.afterMs : (nextTime(time, now) ?? now) };
}

function deliveryOf(
  notice: Notice,
  { closed, hold, until }: Way,
  { id, now }: { readonly id: string; readonly now: number },
): Delivery {
  const { event, notifier, ends, told } = notice;
  const { incident = "", sequence } = event.data;
  const opens = incident !== "" && !told && !ends;
  return {
    id,
    event: event.id,
    notifier: notifier.name,
    orderKey: holdsMany(event) ? "" : `${event.source} ${event.subject}`,
    sequence,
    state: closed === undefined ? "waiting" : "closed",
    attempts: 0,
    lastError: closed ?? "",
    nextAt: until ?? now,
    createdAt: now,
    ...(closed !== undefined && { settledAt: now }),
    incident,
    role: ends ? "ends" : opens ? "opens" : "",
    ...(hold && { hold }),
    way: wayText(notice, { ...(hold && { hold }), ...(until !== undefined && { until }) }, now),
  };
}

function holdsMany({ data }: Event): boolean {
  return data.items !== undefined;
}

/** Why it goes there, for people: kept with the delivery. */
function wayText(
  { destination, tell, ends }: Notice,
  { hold, until = 0 }: Way,
  now: number,
): string {
  const routes = destination?.routes ?? [];
  const why =
    routes.length > 0
      ? `route ${routes.map(({ number }) => number).join(", ")}`
      : destination
        ? "no route matched, so everyone"
        : tell && ends
          ? "was told of the problem"
          : "named by the notice";
  const wait = formatDuration(Math.max(0, until - now));
  if (hold === undefined) return why;
  if (hold === "delay") return `${why}; delayed ${wait}`;
  return `${why}; ${hold === "storm" ? "in a storm, digest" : "digest"} in ${wait}`;
}

/** Ends a delivery that is not to be told, with the reason. */
export function close(delivery: Delivery, reason: string, now: number): Delivery {
  const { hold, ...rest } = delivery;
  return { ...rest, state: "closed", lastError: reason, settledAt: now };
}
