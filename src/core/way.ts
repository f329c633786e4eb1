import type { Way } from "./dispatch-rules.ts";
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
  /** Whether the notice itself names it. */
  readonly named: boolean;
  /** Whether it is to be told whatever the routes say. */
  readonly tell: boolean;
  /** Whether it was told of the incident before. */
  readonly told: boolean;
}

/** What a rule makes of a notice; one that is held is held until then, in epoch milliseconds. */
export interface Ruling extends Pick<Way, "rule" | "mute"> {
  readonly hold?: Hold;
  readonly until?: number;
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
): Ruling | undefined {
  const opens = event.data.incident !== undefined && !told && !ends;
  const rulings = (destination?.routes ?? []).map(
    ({ digest, delayMs = 0 }): HoldingRuling | undefined => {
      if (digest && !notifier.keyed) return digested(digest, held);
      return delayMs > 0 && opens
        ? { rule: "delayed", hold: "delay", until: held.now + delayMs }
        : undefined;
    },
  );
  const holding = rulings.flatMap((ruling) => ruling ?? []);
  if (holding.length < rulings.length) return undefined;
  return holding.toSorted((one, other) => one.until - other.until)[0];
}

type HoldingRuling = Required<Omit<Ruling, "mute">>;

/** A digest that is being collected is joined. */
function digested(
  time: DigestTime,
  {
    waiting,
    now,
    nextTime,
  }: { readonly waiting: readonly Delivery[]; readonly now: number; readonly nextTime: NextTime },
): HoldingRuling {
  const hold: Hold = `digest ${JSON.stringify(time)}`;
  const collected = waiting.find((one) => one.hold === hold);
  const next = "afterMs" in time ? now + time.afterMs : (nextTime(time, now) ?? now);
  return { rule: "digested", hold, until: collected?.nextAt ?? next };
}

/** Why a delivery is closed at birth; `undefined` where it is not. */
function closedBy({ rule, mute }: Ruling): string | undefined {
  if (rule === "dropped") return "Its problem was over within its delay.";
  return rule === "muted" ? `Muted: ${mute}.` : undefined;
}

/** The delivery that a ruling makes of a notice. */
export function deliveryOf(
  notice: Notice,
  ruling: Ruling,
  { id, now }: { readonly id: string; readonly now: number },
): Delivery {
  const { event, notifier } = notice;
  const { hold, until = now } = ruling;
  const closed = closedBy(ruling);
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
    nextAt: until,
    createdAt: now,
    ...(closed !== undefined && { settledAt: now }),
    incident,
    role: roleOf(notice),
    ...(hold && { hold }),
    way: wayOf(notice, ruling, now),
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

function wayOf(
  { destination, named, ends }: Notice,
  { rule, mute, hold, until = 0 }: Ruling,
  now: number,
): Way {
  const routes = (destination?.routes ?? []).map(({ number }) => number);
  const routed = routes.length > 0 ? "routes" : "everyone";
  const asked = ends ? "told" : "named";
  return {
    by: named ? asked : routed,
    routes,
    rule,
    ...(mute !== undefined && { mute }),
    ...(hold && { heldMs: Math.max(0, until - now) }),
  };
}
