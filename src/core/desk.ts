import type { Dispatched, Outbox } from "./dispatch.ts";
import type { Event } from "./event.ts";
import type { LaneMemory } from "./memory.ts";
import type { Withheld } from "./mute.ts";
import type { AddressedEvent } from "./notice.ts";
import { type Delivery, restingLane } from "./outbox.ts";

/** A notice as a notifier was told it. */
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

/** Starts with what is remembered; `onTold` is told what each notifier is told, in order. */
export function openDesk(memory: DeskMemory, onTold: (told: Told) => void): Desk {
  const lanes = new Map(Object.entries(memory.lanes));
  const held = new Map(memory.held.map((delivery) => [delivery.id, delivery]));
  const events = new Map(Object.entries(memory.events));
  const withheld = new Map(Object.entries(memory.withheld));

  function put(delivery: Delivery, at: number): void {
    const event = events.get(delivery.event);
    if (delivery.hold) {
      held.set(delivery.id, delivery);
      return;
    }
    held.delete(delivery.id);
    if (delivery.state === "waiting" && event) onTold({ at, event, delivery });
  }

  function forgetEvents(): void {
    const needed = new Set([...held.values()].map(({ event }) => event));
    for (const id of [...events.keys()]) if (!needed.has(id)) events.delete(id);
  }

  return {
    outbox: {
      lane: (notifier) => lanes.get(notifier) ?? restingLane,
      waiting: (notifier) => [...held.values()].filter((one) => one.notifier === notifier),
      mutes: () => [],
      withheld: (mute) => withheld.get(mute),
    },
    events,
    muting: () => [...withheld.keys()],
    apply({ deliveries, lanes: changed, withheld: rows, endedMutes = [] }, announced, at) {
      for (const { notifier, memory: lane } of changed) lanes.set(notifier, lane);
      for (const { mute, withheld: one } of rows) withheld.set(mute, one);
      for (const mute of endedMutes) withheld.delete(mute);
      for (const { event } of announced) events.set(event.id, event);
      for (const delivery of deliveries) put(delivery, at);
      forgetEvents();
    },
    memory: () => ({
      lanes: Object.fromEntries(lanes),
      held: [...held.values()],
      events: Object.fromEntries(events),
      withheld: Object.fromEntries(withheld),
    }),
  };
}
