import { backoffMs, probeIntervalMs } from "./backoff.ts";
import type { Way } from "./dispatch-rules.ts";
import type { LaneMemory } from "./memory.ts";

/*
 * A delivery is `waiting` until it is `accepted`, `dead` (given up; told through another notifier) or `closed` (by hand, or
 * because it no longer mattered; the reason is recorded). A notifier's deliveries form its lane: one is sent at a time, the
 * oldest first, and those of one resource never overtake each other. What went wrong decides who waits:
 *
 *   retry                  the delivery waits for its backoff; from the second failure in a row so does the lane, so that a
 *                          dead receiver is asked rarely while one notice that makes it stumble does not hold up the others.
 *                          Where the platform says when, the lane and the delivery wait for that
 *   refused, destination   the lane is failing: it probes with its oldest delivery, from every minute to every hour
 *   refused, notice        the delivery is dead at once, the next one is sent
 *
 * However it ends, an attempt counts for the notifier's pace: pace.ts. Whatever has waited for three days when an attempt fails is dead. What is held (for a delay, or to be told in a digest) is no
 * part of this yet: the lane passes it over.
 */

export const deliveryStates = ["waiting", "accepted", "dead", "closed"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Why a delivery is held back until its `nextAt`: its problem may be over by then, or it is told with others. */
export type Hold = "delay" | "storm" | `digest ${string}`;

/**
 * `opens`: the first that the notifier is told of its incident; `ends`: says to who was told that this is over; `gone`: says
 * so because the resource is no more. `state`: a state that is no incident's, outdated by the next one.
 */
export type Role = "opens" | "ends" | "gone" | "state" | "";

/** One event on its way to one notifier. Times are epoch milliseconds. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly notifier: string;
  /**
   * Deliveries of one lane with the same key keep the order of their `sequence`: the event's source and subject. Empty for
   * one that tells many things: it keeps its place among all.
   */
  readonly orderKey: string;
  readonly sequence: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Why the last attempt was not accepted, or not by all, or why it was closed; empty if neither. */
  readonly lastError: string;
  readonly nextAt: number;
  readonly createdAt: number;
  readonly settledAt?: number;
  /** Id of the incident it belongs to; empty if none. */
  readonly incident: string;
  readonly role: Role;
  readonly hold?: Hold;
  /** Absent in what an older version stored. */
  readonly way?: Way;
}

/** What became of an attempt. */
export type Verdict =
  /** `handle` is what the platform calls the message, where it can be edited or answered; `why`: who of several did not get it. */
  | { readonly verdict: "accepted"; readonly handle?: string; readonly why?: string }
  /** Try again; `notBefore` (epoch milliseconds) where the platform said when. */
  | { readonly verdict: "retry"; readonly why: string; readonly notBefore?: number }
  /** `notice`: this one will never be accepted. `destination`: nothing will be, until someone mends it. */
  | { readonly verdict: "refused"; readonly why: string; readonly fault: "notice" | "destination" };

/** How long a delivery is tried. */
export const patienceMs = 3 * 24 * 60 * 60_000;

/** A lane before its first attempt. */
export const restingLane: LaneMemory = { failures: 0, resumeAt: 0 };

export type Next =
  | { readonly next: "send"; readonly delivery: Delivery }
  /** Nothing is due before `at` (epoch milliseconds). */
  | { readonly next: "wait"; readonly at: number }
  | { readonly next: "idle" };

/** What a lane does now; `waiting` is in the order of its sequence. */
export function nextOf(waiting: Iterable<Delivery>, lane: LaneMemory, now: number): Next {
  const blocked = new Set<string>();
  let earliest = Number.POSITIVE_INFINITY;
  for (const delivery of waiting) {
    const { orderKey, hold } = delivery;
    if (hold || blocked.has(orderKey)) continue;
    if (orderKey === "" && earliest < Number.POSITIVE_INFINITY) break;
    const at = dueAt(delivery, lane);
    if (at <= now) return { next: "send", delivery };
    blocked.add(orderKey);
    earliest = Math.min(earliest, at);
    if (earliest === lane.resumeAt || orderKey === "") break;
  }
  return earliest === Number.POSITIVE_INFINITY ? { next: "idle" } : { next: "wait", at: earliest };
}

/** It is told in a digest, and keeps nothing from being sent. */
export function isCollected({ hold }: Delivery): boolean {
  return hold !== undefined && hold !== "delay";
}

/** When a delivery's next attempt may be, in epoch milliseconds; one that refuses everything is probed with the oldest. */
export function dueAt({ nextAt }: Delivery, { failing, resumeAt }: LaneMemory): number {
  return Math.max(failing ? 0 : nextAt, resumeAt);
}

/** What a verdict does to the delivery and its lane. */
export interface Settlement {
  readonly delivery: Delivery;
  readonly lane: LaneMemory;
  /** `dead` and `failing` (the destination begins to refuse everything) must be told. */
  readonly outcome: "accepted" | "later" | "dead" | "failing";
  /** The destination takes notices again after having refused them: must be told. */
  readonly back: boolean;
}

/** Settles one attempt; `random` is in [0, 1). A lane that begins to fail gets its incident from the caller, who tells it. */
export function settle(
  { delivery, lane }: { readonly delivery: Delivery; readonly lane: LaneMemory },
  verdict: Verdict,
  { now, random }: { readonly now: number; readonly random: number },
): Settlement {
  const tried = { ...delivery, attempts: delivery.attempts + 1 };
  switch (verdict.verdict) {
    case "accepted":
      return {
        delivery: { ...tried, state: "accepted", lastError: verdict.why ?? "", settledAt: now },
        lane: { ...restingLane, ...lastingOf(lane) },
        outcome: "accepted",
        back: lane.failing !== undefined,
      };
    case "refused":
      if (verdict.fault === "destination") {
        return refuse(
          { delivery: tried, lane },
          verdict.why,
          now + probeIntervalMs((lane.failing?.probes ?? 0) + 1),
        );
      }
      return {
        delivery: die(tried, verdict.why, now),
        lane: { ...lane, resumeAt: now },
        outcome: "dead",
        back: false,
      };
    case "retry":
      return retry({ delivery: tried, lane }, verdict, { now, random });
    default:
      return verdict satisfies never;
  }
}

interface Tried {
  readonly delivery: Delivery;
  readonly lane: LaneMemory;
}

function retry(
  { delivery, lane }: Tried,
  { why, notBefore }: Extract<Verdict, { verdict: "retry" }>,
  { now, random }: { readonly now: number; readonly random: number },
): Settlement {
  if (lane.failing) {
    const probeAt = now + probeIntervalMs(lane.failing.probes + 1);
    return refuse({ delivery, lane }, why, Math.max(probeAt, notBefore ?? 0));
  }
  const failures = lane.failures + 1;
  const resumeAt = Math.max(now + backoffMs(failures - 1, random), Math.ceil(notBefore ?? 0));
  const nextAt = notBefore === undefined ? now + backoffMs(delivery.attempts, random) : resumeAt;
  return {
    delivery: { ...delivery, lastError: why, nextAt },
    lane: { failures, resumeAt, ...lastingOf(lane) },
    outcome: "later",
    back: false,
  };
}

function refuse({ delivery, lane }: Tried, why: string, resumeAt: number): Settlement {
  const probes = (lane.failing?.probes ?? 0) + 1;
  return {
    delivery: { ...delivery, lastError: why, nextAt: resumeAt },
    lane: {
      failures: lane.failures + 1,
      resumeAt,
      ...lastingOf(lane),
      ...(lane.failing && { failing: { ...lane.failing, error: why, probes } }),
    },
    outcome: lane.failing ? "later" : "failing",
    back: false,
  };
}

/** What verdicts say nothing about: a storm, and how many attempts there were. */
function lastingOf({ storm, fullAt }: LaneMemory): Pick<LaneMemory, "storm" | "fullAt"> {
  return { ...(storm && { storm }), ...(fullAt && { fullAt }) };
}

function die(delivery: Delivery, why: string, now: number): Delivery {
  return { ...delivery, state: "dead", lastError: why, settledAt: now };
}

/** Ends a delivery that is not to be told, with the reason. */
export function close(delivery: Delivery, reason: string, now: number): Delivery {
  const { hold, ...rest } = delivery;
  return { ...rest, state: "closed", lastError: reason, settledAt: now };
}

/** Those that have waited too long, given up; asked for whenever an attempt was not accepted. */
export function outOfPatience(waiting: readonly Delivery[], now: number): readonly Delivery[] {
  return waiting
    .filter(({ createdAt, hold }) => !hold && now - createdAt >= patienceMs)
    .map((delivery) =>
      die(delivery, `Given up after three days. ${delivery.lastError}`.trim(), now),
    );
}

/** Deliveries that a receiver which is back need not be kept from any longer. */
export function wake(waiting: readonly Delivery[], now: number): readonly Delivery[] {
  return waiting
    .filter(({ nextAt, hold }) => !hold && nextAt > now)
    .map((delivery) => ({ ...delivery, nextAt: now }));
}

/** A notifier that others can fall back on. */
export interface Fallback {
  readonly name: string;
  readonly fallback?: string | undefined;
  readonly lane: LaneMemory;
}

/**
 * Who is told that a notifier failed: its fallback, else any other; never one that was `tried`. One that is failing too
 * comes last: what it is told waits until it is mended.
 */
export function fallbackOf(
  name: string,
  tried: readonly string[],
  notifiers: readonly Fallback[],
): readonly string[] {
  const own = notifiers.find((notifier) => notifier.name === name)?.fallback;
  const others = notifiers
    .filter((other) => other.name !== name && !tried.includes(other.name))
    .toSorted((one, other) => Number(other.name === own) - Number(one.name === own));
  const next = others.find(({ lane }) => !lane.failing) ?? others[0];
  return next ? [next.name] : [];
}
