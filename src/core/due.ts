import { digestOf } from "./digest.ts";
import type { Dispatched } from "./dispatch.ts";
import type { Event } from "./event.ts";
import { type Mute, type Withheld, withhold } from "./mute.ts";
import { type EndedMutes, endMutes, type Muting } from "./mute-end.ts";
import { close, type Delivery, type Hold } from "./outbox.ts";
import { type Retelling, retellingOf } from "./retelling.ts";
import { afterStorm, type StormSettings } from "./storm.ts";

/** Everything that depends on what is due. */
export interface Due extends Muting {
  /** Names of all that are configured; what is held for others stays where it is. */
  readonly notifiers: readonly string[];
  readonly storm?: StormSettings | undefined;
  /** By id: those of all deliveries that are due. */
  readonly events: ReadonlyMap<string, Event>;
}

/** What becomes of it. */
export interface Released extends Dispatched, EndedMutes {}

/** The held deliveries of a lane whose time has come. */
export function dueOf(waiting: readonly Delivery[], now: number): readonly Delivery[] {
  return waiting.filter(({ hold, nextAt }) => hold && nextAt <= now);
}

/** When something held in a lane is due next, in epoch milliseconds; infinite where nothing is. */
export function nextDueAt(waiting: readonly Delivery[]): number {
  return Math.min(...waiting.map(({ hold, nextAt }) => (hold ? nextAt : Number.POSITIVE_INFINITY)));
}

/**
 * Releases what was delayed, tells what was collected as one notice, and ends the mutes that are over. What a mute
 * covers by now is not told.
 */
export function release(due: Due): Released {
  const released = due.notifiers.map((notifier) => releaseLane(due, notifier));
  const muted = released.flatMap((lane) => lane.muted);
  const { endedMutes, retold } = endMutes(due);
  return {
    deliveries: released.flatMap(({ deliveries }) => deliveries),
    lanes: released.flatMap(({ lanes }) => lanes),
    withheld: withheldAfter(due, muted),
    endedMutes,
    retold: [...retold, ...muted.flatMap(untold)],
  };
}

/** Who is not told of an incident is not owed its end. */
function untold({ delivery: { role, notifier }, event }: Muted): readonly Retelling[] {
  return role === "opens" ? retellingOf(event, [notifier], false) : [];
}

function releaseLane(due: Due, notifier: string) {
  const { outbox, now, storm, events } = due;
  const held = dueOf(outbox.waiting(notifier), now).filter(({ event }) => events.has(event));
  const muted = mutedAmong(due, held);
  const silent = new Set(muted.map(({ delivery }) => delivery));
  const groups = Map.groupBy(
    held.filter((delivery) => !silent.has(delivery)),
    ({ hold }) => hold,
  );
  const { storm: before, ...lane } = outbox.lane(notifier);
  const isOver = before?.until !== undefined && before.until <= now;
  const after = storm && afterStorm(groups.get("storm")?.length ?? 0, storm, now);
  return {
    deliveries: [
      ...[...groups].flatMap(([hold, group]) => releaseGroup(due, hold, group)),
      ...muted.map(({ delivery, mute }) => close(delivery, `Muted: ${mute.name}.`, now)),
    ],
    lanes: isOver ? [{ notifier, memory: { ...lane, ...(after && { storm: after }) } }] : [],
    muted,
  };
}

interface Muted {
  readonly delivery: Delivery;
  readonly event: Event;
  readonly mute: Mute;
}

/** Problems that are covered by now, and the ends of those. */
function mutedAmong({ mutes, events, now }: Due, held: readonly Delivery[]): readonly Muted[] {
  const on = mutes.filter((mute) => mute.until(now) !== undefined);
  const muted = new Map<string, Mute>();
  return held.flatMap((delivery) => {
    const { role, incident } = delivery;
    const event = events.get(delivery.event);
    if (!event) return [];
    const mute = role === "ends" ? muted.get(incident) : on.find(({ covers }) => covers(event));
    if (!mute) return [];
    if (role === "opens") muted.set(incident, mute);
    return [{ delivery, event, mute }];
  });
}

function releaseGroup(
  { announce, events, now }: Due,
  hold: Hold | undefined,
  group: readonly Delivery[],
): readonly Delivery[] {
  const [first] = group;
  if (!first) return [];
  if (hold === "delay" || (hold === "storm" && group.length === 1)) return group.map(freed(now));
  announce(
    digestOf(
      first.notifier,
      group.flatMap(({ event }) => events.get(event) ?? []),
    ),
  );
  return group.map((delivery) => close(delivery, "Told in a digest.", now));
}

/** The lane sends it as any other. */
function freed(now: number): (delivery: Delivery) => Delivery {
  return ({ hold, ...delivery }) => ({ ...delivery, nextAt: now });
}

function withheldAfter({ outbox }: Due, muted: readonly Muted[]): Dispatched["withheld"] {
  const withheld = new Map<string, Withheld>();
  for (const { mute, delivery } of muted) {
    const before = withheld.get(mute.id) ?? outbox.withheld(mute.id) ?? { notifiers: {} };
    withheld.set(mute.id, withhold(before, delivery));
  }
  return [...withheld].map(([mute, one]) => ({ mute, withheld: one }));
}
