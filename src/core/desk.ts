import type { Dispatched, Outbox } from "./dispatch.ts";
import { heldUntil } from "./due.ts";
import type { Event } from "./event.ts";
import type { LaneMemory } from "./memory.ts";
import type { Withheld } from "./mute.ts";
import type { AddressedEvent } from "./notice.ts";
import { type Delivery, restingLane } from "./outbox.ts";

/** A notice as a notifier is told it; or as it is not, where the delivery is closed, with the reason. */
export interface Told {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly event: Event;
  readonly delivery: Delivery;
}

/** What an outbox without a world remembers; it survives JSON. */
export interface DeskMemory {
  readonly lanes: Readonly<Record<string, LaneMemory>>;
  readonly held: readonly Delivery[];
  /** Those of what is held, by id. */
  readonly events: Readonly<Record<string, Event>>;
  /** By mute. */
  readonly withheld: Readonly<Record<string, Withheld>>;
}

/** An outbox whose notifiers accept everything at once. */
interface Desk {
  readonly outbox: Outbox;
  /** Those of what is held, by id. */
  readonly events: ReadonlyMap<string, Event>;
  /** Ids of the mutes that withhold something. */
  muting(): readonly string[];
  /** When the first of what is held is due, in epoch milliseconds; infinite where nothing is. */
  heldUntil(): number;
  /** Takes over what was dispatched at `at` (epoch milliseconds), and tells what waits for nothing. */
  apply(
    change: Dispatched & { readonly endedMutes?: readonly string[] },
    announced: readonly AddressedEvent[],
    at: number,
  ): void;
  memory(): DeskMemory;
}

/** Nothing held, nothing withheld. */
export const emptyDesk: DeskMemory = { lanes: {}, held: [], events: {}, withheld: {} };

/** Who listens at a desk. */
export interface DeskListener {
  /** Is told what each notifier is told, in order. */
  onTold(told: Told): void;
  /** Is told what is closed untold. */
  onClosed?(told: Told): void;
}

/** Starts with what is remembered; what is held for others than these `notifiers` is kept, and never due. */
export function openDesk(
  memory: DeskMemory,
  notifiers: readonly string[],
  { onTold, onClosed }: DeskListener,
): Desk {
  const lanes = new Map(Object.entries(memory.lanes));
  const events = new Map(Object.entries(memory.events));
  const withheld = new Map(Object.entries(memory.withheld));
  const held = createHeld(memory.held, notifiers);

  function put(delivery: Delivery, at: number): void {
    const event = events.get(delivery.event);
    held.delete(delivery);
    if (delivery.hold) held.add(delivery);
    else if (event && delivery.state === "waiting") onTold({ at, event, delivery });
    else if (event && delivery.state === "closed") onClosed?.({ at, event, delivery });
  }

  function forget(event: string): void {
    if (!held.holds(event)) events.delete(event);
  }

  return {
    outbox: {
      lane: (notifier) => lanes.get(notifier) ?? restingLane,
      waiting: held.of,
      mutes: () => [],
      withheld: (mute) => withheld.get(mute),
    },
    events,
    muting: () => [...withheld.keys()],
    heldUntil: held.until,
    apply({ deliveries, lanes: changed, withheld: rows, endedMutes = [] }, announced, at) {
      for (const { notifier, memory: lane } of changed) lanes.set(notifier, lane);
      for (const { mute, withheld: one } of rows) withheld.set(mute, one);
      for (const mute of endedMutes) withheld.delete(mute);
      for (const { event } of announced) events.set(event.id, event);
      for (const delivery of deliveries) put(delivery, at);
      for (const { event } of deliveries) forget(event);
      for (const { event } of announced) forget(event.id);
    },
    memory: () => ({
      lanes: Object.fromEntries(lanes),
      held: held.all(),
      events: Object.fromEntries(events),
      withheld: Object.fromEntries(withheld),
    }),
  };
}

/** Deliveries that are held: there may be thousands in a digest, and each notice asks for them. */
function createHeld(known: readonly Delivery[], notifiers: readonly string[]) {
  const lanes = new Map<string, Map<string, Delivery>>();
  const counts = new Map<string, number>();
  let dueAt: number | undefined;

  const of = (notifier: string): readonly Delivery[] => [...(lanes.get(notifier)?.values() ?? [])];
  const all = () => [...lanes.keys()].flatMap(of);

  function count(event: string, change: 1 | -1): void {
    const left = (counts.get(event) ?? 0) + change;
    if (left > 0) counts.set(event, left);
    else counts.delete(event);
  }

  function add(delivery: Delivery): void {
    const { id, notifier, event, nextAt } = delivery;
    const lane = lanes.get(notifier) ?? new Map<string, Delivery>();
    lanes.set(notifier, lane.set(id, delivery));
    count(event, 1);
    if (dueAt !== undefined) dueAt = Math.min(dueAt, nextAt);
  }

  for (const delivery of known) add(delivery);
  return {
    of,
    all,
    add,
    delete({ id, notifier, event }: Delivery): void {
      if (!lanes.get(notifier)?.delete(id)) return;
      count(event, -1);
      dueAt = undefined;
    },
    holds: (event: string) => counts.has(event),
    until(): number {
      dueAt ??= heldUntil(notifiers.flatMap(of));
      return dueAt;
    },
  };
}
