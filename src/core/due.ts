import { digestOf } from "./digest.ts";
import type { Dispatched } from "./dispatch.ts";
import type { Event } from "./event.ts";
import { type Mute, startWithholding } from "./mute.ts";
import {
  type EndedMutes,
  endMutes,
  type MutesInUse,
  type Muting,
  mutesOverAt,
} from "./mute-end.ts";
import { close, type Delivery } from "./outbox.ts";
import { type Retelling, retellingOf } from "./retelling.ts";
import { afterStorm, countNotice, type StormMemory, type StormSettings } from "./storm.ts";
import type { Recipient } from "./way.ts";

/** Everything that tells when something is due. */
export interface Dates extends MutesInUse {
  /** All that are configured; what is held for others stays where it is. */
  readonly notifiers: readonly Recipient[];
}

/** Everything that depends on what is due. */
export interface Due extends Dates, Muting {
  readonly storm?: StormSettings | undefined;
  /** By id: those of all deliveries that are due. */
  readonly events: ReadonlyMap<string, Event>;
}

/** What becomes of it. */
export interface Released extends Dispatched, EndedMutes {}

/** Why a delivery is closed whose notice was told with others. */
export const toldInDigest = "Told in a digest.";

/** The held deliveries of a lane whose time has come. */
export function dueOf(waiting: readonly Delivery[], now: number): readonly Delivery[] {
  return waiting.filter(({ hold, nextAt }) => hold && nextAt <= now);
}

/** When something held is due next or a mute is over, in epoch milliseconds; infinite where neither is to come. */
export function nextDueAt(dates: Dates): number {
  const held = dates.notifiers.map(({ name }) => heldUntil(dates.outbox.waiting(name)));
  return Math.min(mutesOverAt(dates), ...held);
}

/** When the first of what is held is due, in epoch milliseconds; infinite where nothing is. */
export function heldUntil(waiting: readonly Delivery[]): number {
  return waiting.reduce(
    (first, { hold, nextAt }) => (hold ? Math.min(first, nextAt) : first),
    Number.POSITIVE_INFINITY,
  );
}

/**
 * Releases what was delayed, tells what was collected as one notice, and ends the mutes that are over. What a mute
 * covers by now is not told.
 */
export function release(due: Due): Released {
  const { withhold, withheld } = startWithholding(due.outbox.withheld);
  const released = due.notifiers.map((notifier) => releaseLane(due, notifier));
  const muted = released.flatMap((lane) => lane.muted);
  for (const { mute, delivery } of muted) withhold(mute, delivery);
  const { endedMutes, retold } = endMutes(due, { withhold });
  return {
    deliveries: released.flatMap(({ deliveries }) => deliveries),
    lanes: released.flatMap(({ lanes }) => lanes),
    withheld: withheld(),
    endedMutes,
    retold: [...retold, ...muted.flatMap(untold)],
  };
}

/** Who is not told of an incident is not owed its end. */
function untold({ delivery: { role, notifier }, event }: Muted): readonly Retelling[] {
  return role === "opens" ? retellingOf(event, [notifier], false) : [];
}

function releaseLane(due: Due, { name: notifier, keyed }: Recipient) {
  const { outbox, now, storm, events } = due;
  const held = dueOf(outbox.waiting(notifier), now).filter(({ event }) => events.has(event));
  const muted = mutedAmong(due, held);
  const silent = new Set(muted.map(({ delivery }) => delivery));
  const { delay = [], ...collected } = Object.groupBy(
    held.filter((delivery) => !silent.has(delivery)),
    ({ hold = "delay" }) => (keyed ? "delay" : hold),
  );
  const { storm: before, ...lane } = outbox.lane(notifier);
  const isOver = before?.until !== undefined && before.until <= now;
  const after = storm && afterStorm(collected.storm?.length ?? 0, storm, now);
  const freed = freeDelayed(delay, keyed ? undefined : storm, {
    storm: isOver ? after : before,
    now,
  });
  return {
    deliveries: [
      ...freed.deliveries,
      ...Object.values(collected).flatMap((group = []) => tellCollected(due, group)),
      ...muted.map(({ delivery, mute }) => close(delivery, `Muted: ${mute.name}.`, now)),
    ],
    lanes:
      freed.storm === before
        ? []
        : [{ notifier, memory: { ...lane, ...(freed.storm && { storm: freed.storm }) } }],
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
    const isEnd = role === "ends" || role === "gone";
    const mute = isEnd ? muted.get(incident) : on.find(({ covers }) => covers(event));
    if (!mute) return [];
    if (role === "opens") muted.set(incident, mute);
    return [{ delivery, event, mute }];
  });
}

/** What was delayed is sent as any other by the lane, and counted as any other. */
function freeDelayed(
  delayed: readonly Delivery[],
  settings: StormSettings | undefined,
  { storm: before, now }: { readonly storm: StormMemory | undefined; readonly now: number },
) {
  let storm = before;
  const deliveries = delayed.map((delivery): Delivery => {
    if (settings) storm = countNotice(storm, settings, now);
    return settings && storm?.until !== undefined
      ? { ...delivery, hold: "storm", nextAt: storm.until }
      : free(delivery, now);
  });
  return { deliveries, storm };
}

/** As one notice; one that came alone in a storm is told by itself. */
function tellCollected(
  { announce, events, now }: Due,
  group: readonly Delivery[],
): readonly Delivery[] {
  const [first] = group;
  if (!first) return [];
  if (first.hold === "storm" && group.length === 1) return [free(first, now)];
  announce(
    digestOf(
      first.notifier,
      group.flatMap(({ event }) => events.get(event) ?? []),
    ),
  );
  return group.map((delivery) => close(delivery, toldInDigest, now));
}

function free({ hold, ...delivery }: Delivery, now: number): Delivery {
  return { ...delivery, nextAt: now };
}
