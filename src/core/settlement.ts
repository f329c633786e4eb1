import { coalesce } from "./coalesce.ts";
import type { Announce, Draft } from "./draft.ts";
import type { Event } from "./event.ts";
import type { Incident, LaneMemory } from "./memory.ts";
import {
  type Delivery,
  type Fallback,
  fallbackOf,
  outOfPatience,
  settle,
  type Verdict,
  wake,
} from "./outbox.ts";
import { countAttempt, type Pace } from "./pace.ts";
import { isRefresh } from "./refresh.ts";
import { type Retelling, retellingOf } from "./retelling.ts";
import type { StormSettings } from "./storm.ts";
import { goOn, type Thread, type ThreadChange } from "./thread.ts";
import { endsIncident } from "./way.ts";
import { titleOf } from "./wording.ts";

/** An attempt that was made, and everything its consequences depend on. */
export interface Attempted {
  readonly delivery: Delivery;
  readonly verdict: Verdict;
  readonly lane: LaneMemory;
  /** All that waits in the lane, the attempted delivery included. */
  readonly waiting: readonly Delivery[];
  readonly notifiers: readonly Fallback[];
  /** How many notices at once are too many for this notifier; absent where each is told by itself. */
  readonly storm?: StormSettings | undefined;
  /** What the platform takes. */
  readonly pace: readonly Pace[];
  /** How often the platform wants to be told anew, in milliseconds; absent where it remembers. */
  readonly refreshEvery: number | undefined;
  /** Of the delivery's incident. */
  readonly thread: Thread | undefined;
  /** By id: the event of the attempted delivery, and those of all that have waited too long. */
  readonly events: ReadonlyMap<string, Event>;
  readonly announce: Announce;
  readonly newId: () => string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

interface LaneChange {
  readonly notifier: string;
  readonly memory: LaneMemory;
}

/** What an attempt changes. */
export interface Consequences extends ThreadChange {
  readonly deliveries: readonly Delivery[];
  readonly lanes: readonly LaneChange[];
  /** Who has been told instead: they are owed the recovery. */
  readonly retold: readonly Retelling[];
}

/** Settles the attempt, gives up what has waited too long, and tells through another notifier what must be told. */
export function consequencesOf(attempted: Attempted): Consequences {
  const { delivery, waiting, now } = attempted;
  const settlement = settle(attempted, attempted.verdict, attempted);
  const others = waiting.filter(({ id }) => id !== delivery.id);
  const lane = countAttempt(tellOfLane(attempted, settlement), attempted.pace, now);
  const deliveries =
    settlement.outcome === "accepted"
      ? [settlement.delivery, ...afterOutage(attempted, others)]
      : giveUp([settlement.delivery, ...others], settlement.delivery, now);
  const retold = deliveries.flatMap((one) =>
    one.state === "dead" ? tellOfDead(attempted, one) : [],
  );
  const stored = deliveries.filter((one) => !isRefresh(one));
  const lanes = [
    { notifier: delivery.notifier, memory: lane },
    ...(settlement.outcome === "failing" ? tellOfUnheard(attempted) : []),
  ];
  return { deliveries: stored, lanes, retold, ...threadAfter(attempted, deliveries) };
}

function threadAfter(attempted: Attempted, settled: readonly Delivery[]): ThreadChange {
  const { delivery, verdict, thread, events } = attempted;
  if (verdict.verdict !== "accepted") {
    const isGivenUp = settled.some((one) => isRefresh(one) && one.state === "dead");
    return { threads: [], endedThreads: thread && isGivenUp ? [thread] : [] };
  }
  const event = events.get(delivery.event);
  const ends = event !== undefined && endsIncident(event);
  return goOn(thread, { ...attempted, handle: verdict.handle, ends });
}

/** The receiver takes notices again: the rest is not kept from it any longer, and what no longer matters is not told. */
function afterOutage(
  { delivery, lane, now, storm }: Attempted,
  waiting: readonly Delivery[],
): readonly Delivery[] {
  if (!lane.failing && lane.failures < 2) return [];
  const coalesced = coalesce(waiting, { since: delivery.createdAt, now, storm });
  const settled = new Set(coalesced.map(({ id }) => id));
  return [
    ...coalesced,
    ...wake(
      waiting.filter(({ id }) => !settled.has(id)),
      now,
    ),
  ];
}

function giveUp(all: readonly Delivery[], settled: Delivery, now: number): readonly Delivery[] {
  const dead = outOfPatience(
    all.filter(({ state }) => state === "waiting"),
    now,
  );
  return dead.some(({ id }) => id === settled.id) ? dead : [settled, ...dead];
}

/** The lane after the attempt, with its incident opened or closed as it begins or ceases to refuse everything. */
function tellOfLane(
  attempted: Attempted,
  {
    lane,
    outcome,
    back,
  }: { readonly lane: LaneMemory; readonly outcome: string; readonly back: boolean },
): LaneMemory {
  const { announce, newId, now, verdict, notifiers, delivery } = attempted;
  const name = delivery.notifier;
  const resource = { type: "notifier", name } as const;
  if (back && attempted.lane.failing) {
    const { id, told } = attempted.lane.failing;
    announce({
      type: "notifier_back",
      severity: "info",
      resource,
      notifier: { name },
      incident: id,
      tell: told,
      routed: false,
    });
  }
  if (outcome !== "failing" || verdict.verdict === "accepted") return lane;
  const incident: Incident = {
    id: newId(),
    openedAt: now,
    severity: "warning",
    told: fallbackOf(name, [], notifiers),
  };
  const { id, severity, told } = incident;
  announce({
    type: "notifier_failing",
    severity,
    resource,
    notifier: { name, error: verdict.why },
    incident: id,
    tell: told,
    routed: false,
  });
  return { ...lane, failing: { ...incident, error: verdict.why, probes: 1 } };
}

/** Those whose failure waits to be told through this notifier, which now fails too: another tells of them, if one can. */
function tellOfUnheard({
  announce,
  notifiers,
  waiting,
  delivery: { notifier },
}: Attempted): readonly LaneChange[] {
  return notifiers.flatMap(({ name, lane }) => {
    const { failing } = lane;
    if (!failing || !waiting.some(({ incident }) => incident === failing.id)) return [];
    const tell = fallbackOf(name, [...failing.told, notifier], notifiers).filter((other) =>
      notifiers.some((known) => known.name === other && !known.lane.failing),
    );
    if (tell.length === 0) return [];
    announce({
      type: "notifier_failing",
      severity: failing.severity,
      resource: { type: "notifier", name },
      notifier: { name, error: failing.error },
      incident: failing.id,
      tell,
      routed: false,
    });
    const told = [...failing.told, ...tell];
    return { notifier: name, memory: { ...lane, failing: { ...failing, told } } };
  });
}

/** Tells another notifier what this one will never tell; one that has failed to tell it already is not asked again. */
function tellOfDead(
  { announce, events, notifiers }: Attempted,
  dead: Delivery,
): readonly Retelling[] {
  const event = events.get(dead.event);
  if (!event) return [];
  const { data } = event;
  const before = data.undelivered;
  const tried = [...(before?.notifiers ?? []), dead.notifier];
  const draft: Draft = {
    type: "undelivered",
    severity: "critical",
    resource: {
      type: data.resource.type,
      name: data.resource.name,
      ...(data.resource.peer_id && { peerId: data.resource.peer_id }),
    },
    ...(data.project && { project: data.project }),
    ...(data.connection && { connection: data.connection }),
    ...(data.from && { from: data.from }),
    ...(data.to && { to: data.to }),
    ...(data.err_msg && { errMsg: data.err_msg }),
    ...(data.incident && { incident: data.incident }),
    undelivered: {
      event: before?.event ?? event.id,
      title: before?.title ?? data.title,
      title_zh: before?.title_zh ?? titleOf(event, "zh"),
      notifiers: tried,
      error: dead.lastError,
    },
    tell: fallbackOf(dead.notifier, tried, notifiers),
    routed: false,
  };
  return retellingOf(event, announce(draft), true);
}
