import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffMs, probeIntervalMs } from "../../src/core/backoff.ts";
import type { LaneMemory } from "../../src/core/memory.ts";
import {
  type Delivery,
  fallbackOf,
  nextOf,
  outOfPatience,
  patienceMs,
  restingLane,
  settle,
  type Verdict,
  wake,
} from "../../src/core/outbox.ts";
import { delivery as sampleDelivery, storedEvent } from "../support/store-samples.ts";

const now = Date.UTC(2026, 10, 24);
const second = 1_000;
const minute = 60_000;

function delivery(sequence: number, said: Partial<Delivery> = {}): Delivery {
  const own = { id: `d${sequence}`, orderKey: `r${sequence}` };
  return sampleDelivery(storedEvent(sequence, { time: now }), { ...own, ...said });
}

const failing: LaneMemory = {
  failures: 1,
  resumeAt: now + minute,
  failing: { id: "i", openedAt: now, severity: "warning", told: ["mail"], error: "404", probes: 1 },
};
const chance = { now, random: 0.5 };
const accepted: Verdict = { verdict: "accepted" };
const retry: Verdict = { verdict: "retry", why: "503" };
const refused: Verdict = { verdict: "refused", why: "400", fault: "notice" };
const gone: Verdict = { verdict: "refused", why: "404", fault: "destination" };

describe("what a lane does next", () => {
  test.each<{ case: string; waiting: Delivery[]; lane?: LaneMemory; next: unknown }>([
    { case: "nothing waits", waiting: [], next: { next: "idle" } },
    { case: "the oldest goes first", waiting: [delivery(1), delivery(2)], next: "d1" },
    {
      case: "one in backoff lets another resource pass",
      waiting: [delivery(1, { nextAt: now + 1 }), delivery(2)],
      next: "d2",
    },
    {
      case: "one in backoff holds up its own resource",
      waiting: [
        delivery(1, { nextAt: now + 9 }),
        delivery(2, { orderKey: "r1" }),
        delivery(3, { nextAt: now + 5 }),
      ],
      next: { next: "wait", at: now + 5 },
    },
    {
      case: "what is held keeps nothing else back",
      waiting: [delivery(1, { hold: "delay" }), delivery(2, { orderKey: "r1" })],
      next: "d2",
    },
    {
      case: "a lane in backoff sends nothing",
      waiting: [delivery(1)],
      lane: { failures: 3, resumeAt: now + 7 },
      next: { next: "wait", at: now + 7 },
    },
    {
      case: "a failing lane waits for its probe",
      waiting: [delivery(1)],
      lane: failing,
      next: { next: "wait", at: now + minute },
    },
    {
      case: "a failing lane probes with its oldest",
      waiting: [delivery(1, { nextAt: now + 9 }), delivery(2)],
      lane: { ...failing, resumeAt: now },
      next: "d1",
    },
  ])("$case", ({ waiting, lane = restingLane, next }) => {
    const found = nextOf(waiting, lane, now);
    expect(found.next === "send" ? found.delivery.id : found).toEqual(next);
  });
});

describe("what a verdict does", () => {
  test("accepted", () => {
    const settled = settle(
      { delivery: delivery(1), lane: { failures: 4, resumeAt: now } },
      accepted,
      chance,
    );
    expect(settled).toMatchObject({
      outcome: "accepted",
      back: false,
      lane: restingLane,
      delivery: { state: "accepted", attempts: 1, settledAt: now },
    });
  });

  test("retry: the delivery and, from the second failure in a row, the lane wait for their own backoffs", () => {
    const settled = settle(
      { delivery: delivery(1, { attempts: 5 }), lane: { failures: 1, resumeAt: 0 } },
      retry,
      chance,
    );
    expect(settled).toMatchObject({
      outcome: "later",
      delivery: { state: "waiting", attempts: 6, lastError: "503", nextAt: now + 32 * second },
      lane: { failures: 2, resumeAt: now + 1 * second },
    });
  });

  test("retry: one failure does not hold up the lane", () => {
    const settled = settle({ delivery: delivery(1), lane: restingLane }, retry, chance);
    expect(settled).toMatchObject({
      delivery: { nextAt: now + second },
      lane: { failures: 1, resumeAt: now },
    });
  });

  test("retry: never before the platform said", () => {
    const settled = settle(
      { delivery: delivery(1), lane: restingLane },
      { ...retry, notBefore: now + 90 * minute },
      chance,
    );
    expect(settled).toMatchObject({
      delivery: { nextAt: now + 90 * minute },
      lane: { resumeAt: now + 90 * minute },
    });
  });

  test("this notice refused: dead at once, the lane goes on", () => {
    const settled = settle({ delivery: delivery(1), lane: restingLane }, refused, chance);
    expect(settled).toMatchObject({
      outcome: "dead",
      delivery: { state: "dead", lastError: "400", settledAt: now },
    });
    expect(nextOf([delivery(2)], settled.lane, now)).toMatchObject({ next: "send" });
  });

  test("the destination refuses: the lane begins to fail, nothing is given up", () => {
    const settled = settle({ delivery: delivery(1), lane: restingLane }, gone, chance);
    expect(settled).toMatchObject({
      outcome: "failing",
      delivery: { state: "waiting", attempts: 1 },
      lane: { resumeAt: now + minute },
    });
  });

  test.each([gone, retry])(
    "a failing lane that is refused again probes more rarely (%o)",
    (verdict) => {
      const settled = settle({ delivery: delivery(1), lane: failing }, verdict, chance);
      expect(settled).toMatchObject({
        outcome: "later",
        lane: { resumeAt: now + 2 * minute, failing: { id: "i", probes: 2 } },
      });
    },
  );

  test("a failing lane that is accepted is back", () => {
    expect(settle({ delivery: delivery(1), lane: failing }, accepted, chance)).toMatchObject({
      outcome: "accepted",
      back: true,
      lane: restingLane,
    });
  });
});

test("what has waited three days is given up with its last error", () => {
  const old = delivery(1, { createdAt: now - patienceMs, lastError: "503" });
  expect(outOfPatience([old, delivery(2, { createdAt: now - patienceMs + 1 })], now)).toEqual([
    { ...old, state: "dead", lastError: "Given up after three days. 503", settledAt: now },
  ]);
});

test("what waits for a later attempt is woken, unless it is held", () => {
  const waiting = [
    delivery(1, { nextAt: now + 5 }),
    delivery(2),
    delivery(3, { nextAt: now + 5, hold: "storm" }),
  ];
  expect(wake(waiting, now).map(({ id, nextAt }) => [id, nextAt])).toEqual([["d1", now]]);
});

test("who is told instead", () => {
  const notifiers = [
    { name: "oncall", fallback: "mail", lane: restingLane },
    { name: "hook", lane: restingLane },
    { name: "mail", fallback: "oncall", lane: restingLane },
  ];
  expect(fallbackOf("oncall", ["oncall"], notifiers)).toEqual(["mail"]);
  expect(fallbackOf("hook", ["hook"], notifiers)).toEqual(["oncall"]);
  expect(fallbackOf("mail", ["oncall", "mail"], notifiers)).toEqual(["hook"]);
  expect(fallbackOf("hook", ["oncall", "mail", "hook"], notifiers)).toEqual([]);
});

test.each([
  [["mail"], "hook"],
  [["mail", "hook"], "mail"],
  [["hook"], "mail"],
] as const)("who is told instead of oncall while %j fail", (names, told) => {
  const notifiers = [
    { name: "oncall", fallback: "mail" },
    { name: "hook" },
    { name: "mail", fallback: "oncall" },
  ].map((notifier) => ({
    ...notifier,
    lane: names.some((name) => name === notifier.name) ? failing : restingLane,
  }));
  expect(fallbackOf("oncall", ["oncall"], notifiers)).toEqual([told]);
});

test("backoff grows to a quarter of an hour and is spread over all of it; probes grow from a minute to an hour", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, random) => {
        const ceiling = Math.min(15 * minute, 2 * second * 2 ** (failures - 1));
        expect(backoffMs(failures, random)).toBe(Math.ceil(random * ceiling));
        expect(probeIntervalMs(failures)).toBe(Math.min(60 * minute, minute * 2 ** (failures - 1)));
      },
    ),
  );
});

/** Runs a lane in virtual time until nothing waits; gives the deliveries in the order in which they were settled. */
function drain(deliveries: readonly Delivery[], verdictOf: () => Verdict): readonly Delivery[] {
  let waiting = deliveries;
  let lane: LaneMemory = restingLane;
  let time = now;
  const settled: Delivery[] = [];
  for (
    let next = nextOf(waiting, lane, time);
    next.next !== "idle";
    next = nextOf(waiting, lane, time)
  ) {
    if (next.next === "wait") {
      expect(next.at).toBeGreaterThan(time);
      time = next.at;
      continue;
    }
    const { delivery: after, ...rest } = settle({ delivery: next.delivery, lane }, verdictOf(), {
      now: time,
      random: 0.5,
    });
    lane = rest.outcome === "failing" ? { ...failing, ...rest.lane } : rest.lane;
    waiting = waiting
      .map((one) => (one.id === after.id ? after : one))
      .filter(({ state }) => state === "waiting");
    if (after.state !== "waiting") settled.push(after);
  }
  return settled;
}

const verdicts = fc.array(fc.constantFrom(accepted, retry, refused, gone), { maxLength: 200 });
const sequences = (deliveries: readonly Delivery[]) => deliveries.map(({ sequence }) => sequence);

test("whatever the verdicts, deliveries of one resource are settled in their order and none is lost", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
      verdicts,
      (resources, said) => {
        const deliveries = resources.map((resource, index) =>
          delivery(index, { orderKey: `r${resource}` }),
        );
        const stream = said.values();
        const settled = drain(deliveries, () => stream.next().value ?? accepted);
        expect(sequences(settled).sort()).toEqual(sequences(deliveries).sort());
        for (const own of Map.groupBy(settled, ({ orderKey }) => orderKey).values()) {
          expect(sequences(own)).toEqual(sequences(own).toSorted((one, other) => one - other));
        }
      },
    ),
  );
});
