import { formatDuration } from "./duration.ts";
import type { Event } from "./event.ts";
import type { NextTime } from "./mute.ts";
import type { Delivery, Hold } from "./outbox.ts";
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

/** Not at all, held until then, or neither: at once. */
export interface Way {
  readonly closed?: string;
  readonly hold?: Hold;
  readonly until?: number;
}

const endings: ReadonlySet<Event["type"]> = new Set([
  "dli-watch.recovery",
  "dli-watch.unstuck",
  "dli-watch.reachable",
  "dli-watch.disappeared",
  "dli-watch.notifier_back",
]);

/** Whether an event says only that a problem is over: it concerns nobody who was not told of the problem. */
export function saysOver({ type }: Event): boolean {
  return endings.has(type) && type !== "dli-watch.disappeared";
}

/** Whether an event says that its incident is over. */
export function endsIncident({ type, data }: Event): boolean {
  return data.incident !== undefined && (endings.has(type) || data.to === "DELETED");
}

/** The hold that ends first, of the routes that name the notifier; `undefined` where one of them holds nothing, or none does. */
export function soonest(
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

/** The delivery that goes this way. */
export function deliveryOf(
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
