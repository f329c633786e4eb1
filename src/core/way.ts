import { formatDuration } from "./duration.ts";
import type { Event } from "./event.ts";
import { sameState } from "./model.ts";
import type { NextTime } from "./mute.ts";
import type { Delivery, Hold, Role } from "./outbox.ts";
import type { Destination, DigestTime } from "./route.ts";

/** A configured notifier. One that is `keyed` gets every notice of an incident by itself. */
export interface Recipient {
  readonly name: string;
  readonly keyed: boolean;
}

/** One notice for one notifier. */
export interface Notice {
  readonly event: Event;
  readonly notifier: Recipient;
  /** Absent where no route names the notifier. */
  readonly destination: Destination | undefined;
  readonly ends: boolean;
  /** Whether it is to be told whatever the routes say. */
  readonly tell: boolean;
  /** Whether it was told of the incident before. */
  readonly told: boolean;
}

/** Held until then (epoch milliseconds). */
interface HeldWay {
  readonly hold: Hold;
  readonly until: number;
}

/** Not at all, for a reason; held; or neither: at once. */
export interface Way extends Partial<HeldWay> {
  readonly closed?: string;
}

const endings: ReadonlySet<Event["type"]> = new Set([
  "dli-watch.recovery",
  "dli-watch.unstuck",
  "dli-watch.reachable",
  "dli-watch.notifier_back",
]);

/** Whether an event says nothing but that a problem lasts or is over: it concerns nobody who was not told of the problem. */
export function isForTold({ type }: Event): boolean {
  return type === "dli-watch.reminder" || endings.has(type);
}

/** Whether an event says that its incident is over. */
export function endsIncident(event: Event): boolean {
  return event.data.incident !== undefined && (endings.has(event.type) || saysGone(event));
}

function saysGone({ type, data: { to = "" } }: Event): boolean {
  const isDeleted = type === "dli-watch.transition" && sameState(to, "DELETED");
  return isDeleted || type === "dli-watch.disappeared";
}

/** The hold that ends first, of the routes that name the notifier; `undefined` where one of them holds nothing, or none does. */
export function soonest(
  { event, notifier, destination, told, ends }: Notice,
  held: {
    readonly waiting: readonly Delivery[];
    readonly now: number;
    readonly nextTime: NextTime;
  },
): HeldWay | undefined {
  const opens = event.data.incident !== undefined && !told && !ends;
  const ways = (destination?.routes ?? []).map(({ digest, delayMs = 0 }): HeldWay | undefined => {
    if (digest && !notifier.keyed) return digestWay(digest, held);
    return delayMs > 0 && opens ? { hold: "delay", until: held.now + delayMs } : undefined;
  });
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
): HeldWay {
  const hold: Hold = `digest ${JSON.stringify(time)}`;
  const collected = waiting.find((one) => one.hold === hold);
  if (collected) return { hold, until: collected.nextAt };
  return { hold, until: "afterMs" in time ? now + time.afterMs : (nextTime(time, now) ?? now) };
}

/** The delivery that goes this way. */
export function deliveryOf(
  notice: Notice,
  { closed, hold, until }: Way,
  { id, now }: { readonly id: string; readonly now: number },
): Delivery {
  const { event, notifier } = notice;
  const { incident = "", sequence } = event.data;
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
    role: roleOf(notice),
    ...(hold && { hold }),
    way: wayText(notice, { ...(hold && { hold }), ...(until !== undefined && { until }) }, now),
  };
}

function roleOf({ event, ends, told }: Notice): Role {
  if (event.data.incident === undefined)
    return event.type === "dli-watch.transition" ? "state" : "";
  if (!told) return ends ? "" : "opens";
  if (!ends) return "";
  return saysGone(event) ? "gone" : "ends";
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
  if (hold === undefined || until <= now) return why;
  const wait = formatDuration(until - now);
  if (hold === "delay") return `${why}; delayed ${wait}`;
  return `${why}; ${hold === "storm" ? "in a storm, digest" : "digest"} in ${wait}`;
}
