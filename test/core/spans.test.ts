import { expect, test } from "vitest";
import type { EventData, NoticeType } from "../../src/core/event.ts";
import type { Observation } from "../../src/core/model.ts";
import { gapsOf, type Present, type Stretch, spansOf } from "../../src/core/spans.ts";
import { sampleEvent } from "../support/events.ts";
import { observationRun } from "../support/store-samples.ts";

/** Minutes. */
const within = { from: 0, until: 100 };
const ms = (minutes: number) => minutes * 60_000;

type Told = readonly [
  at: number,
  type: NoticeType,
  from: string,
  to: string,
  data?: Partial<EventData>,
];

function eventAt([at, type, from, to, data]: Told) {
  const { from: _, to: __, previous_for_ms: ___, ...sample } = sampleEvent(type).data;
  const states = { ...(from && { from }), ...(to && { to }) };
  const time = new Date(ms(at)).toISOString();
  return { ...sampleEvent(type), time, data: { ...sample, ...states, ...data } };
}

/** The spans in words, times in minutes. */
function linesOf(told: readonly Told[], present?: Present, gaps: readonly Stretch[] = []) {
  const inMs = ({ from, until }: Stretch) => ({ from: ms(from), until: ms(until) });
  return spansOf(told.map(eventAt), {
    present: present && { ...present, since: ms(present.since) },
    gaps: gaps.map(inMs),
    within: inMs(within),
  }).map(
    (span) =>
      `${span.from / 60_000}-${span.until / 60_000} ${span.known === "state" ? span.state : span.known}`,
  );
}

const lasted = (minutes: number) => ({ previous_for_ms: ms(minutes) });

test.each<[string, readonly Told[], Present | undefined, readonly Stretch[], readonly string[]]>([
  ["nothing is known", [], undefined, [], ["0-100 nothing"]],
  [
    "nothing was told: the present state, since it was first seen",
    [],
    { state: "ACTIVE", since: 20 },
    [],
    ["0-20 nothing", "20-100 ACTIVE"],
  ],
  ["a state that has been for longer", [], { state: "ACTIVE", since: -900 }, [], ["0-100 ACTIVE"]],
  [
    "what was before the first event stands in it",
    [
      [40, "transition", "ACTIVE", "FAILED", lasted(30)],
      [60, "recovery", "FAILED", "ACTIVE", lasted(20)],
    ],
    { state: "ACTIVE", since: 60 },
    [],
    ["0-10 nothing", "10-40 ACTIVE", "40-60 FAILED", "60-100 ACTIVE"],
  ],
  [
    "it appeared, and disappeared",
    [
      [10, "appeared", "", "CREATING"],
      [30, "disappeared", "CREATING", ""],
    ],
    undefined,
    [],
    ["0-10 nothing", "10-30 CREATING", "30-100 nothing"],
  ],
  [
    "one that disappeared, of which nothing else was told",
    [[30, "disappeared", "ACTIVE", "", lasted(600)]],
    undefined,
    [],
    ["0-30 ACTIVE", "30-100 nothing"],
  ],
  [
    "stuck is the same state for longer",
    [[40, "stuck", "", "CREATING", lasted(15)]],
    { state: "CREATING", since: 25 },
    [],
    ["0-25 nothing", "25-100 CREATING"],
  ],
  [
    "what flaps has settled: its notice names the state before all of it",
    [
      [40, "flapping", "FAILED", "ACTIVE", lasted(10)],
      [50, "transition", "ACTIVE", "FAILED", lasted(10)],
      [80, "transition", "ACTIVE", "FAILED"],
    ],
    { state: "FAILED", since: 50 },
    [],
    ["0-30 nothing", "30-40 FAILED", "40-50 ACTIVE", "50-100 FAILED"],
  ],
  [
    "a reason that changes changes no state",
    [[40, "detail", "", "", { err_msg: "other" }]],
    { state: "FAILED", since: -5 },
    [],
    ["0-100 FAILED"],
  ],
  [
    "gaps lie over the states, and not over what was not there",
    [[40, "transition", "ACTIVE", "FAILED", lasted(30)]],
    { state: "FAILED", since: 40 },
    [
      { from: 5, until: 15 },
      { from: 30, until: 50 },
      { from: 90, until: 200 },
    ],
    ["0-10 nothing", "10-15 blind", "15-30 ACTIVE", "30-50 blind", "50-90 FAILED", "90-100 blind"],
  ],
])("%s", (_, told, present, gaps, expected) => {
  expect(linesOf(told, present, gaps)).toEqual(expected);
});

const absent: Observation = { outcome: "absent", message: "no such connection" };
const failed: Observation = { outcome: "failed", failure: { cause: "network", message: "reset" } };
type Run = readonly [from: number, until: number, polls: number, observation: Observation];

test.each<[string, readonly Run[], readonly (readonly [from: number, until: number])[]]>([
  ["nothing was polled", [], []],
  [
    "each answer follows the other",
    [
      [0, 10, 11, absent],
      [11, 90, 80, absent],
    ],
    [],
  ],
  [
    "a failed poll hides what is between two answers",
    [
      [0, 10, 11, absent],
      [11, 12, 2, failed],
      [13, 90, 78, absent],
    ],
    [[10, 13]],
  ],
  [
    "failures of several kinds are one gap",
    [
      [0, 10, 11, absent],
      [11, 12, 2, failed],
      [13, 20, 8, failed],
      [21, 90, 70, absent],
    ],
    [[10, 21]],
  ],
  [
    "it was never seen before",
    [
      [5, 20, 16, failed],
      [21, 90, 70, absent],
    ],
    [[5, 21]],
  ],
  [
    "it cannot be seen now",
    [
      [0, 10, 11, absent],
      [11, 12, 2, failed],
    ],
    [[10, 100]],
  ],
  [
    "the watcher was away",
    [
      [0, 10, 11, absent],
      [26, 90, 65, absent],
    ],
    [[10, 26]],
  ],
  [
    "it is polled rarely: the next answer was not late",
    [
      [0, 40, 3, absent],
      [90, 90, 1, absent],
    ],
    [],
  ],
])("gaps: %s", (_, runs, expected) => {
  const observed = runs.map(([firstAt, lastAt, polls, observation]) =>
    observationRun({ firstAt: ms(firstAt), lastAt: ms(lastAt), polls, observation }),
  );
  expect(gapsOf(observed, ms(100))).toEqual(
    expected.map(([from, until]) => ({ from: ms(from), until: ms(until) })),
  );
});
