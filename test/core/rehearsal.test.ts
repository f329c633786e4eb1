import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConfiguredConnection } from "../../src/core/draft.ts";
import type { Event } from "../../src/core/event.ts";
import { type RehearsedProject, startRehearsal } from "../../src/core/rehearsal.ts";
import { type ReplayListener, startReplay } from "../../src/core/replay.ts";
import type { Rules } from "../../src/core/rules.ts";
import { type ObservationRun, pollTime } from "../../src/core/run.ts";
import { anyHistory, anyRules, queueIs, runOf } from "../support/histories.ts";
import { numbering } from "../support/numbering.ts";
import { defaultPolicy, rulesTo } from "../support/rules.ts";
import { failed, lineOf } from "../support/timeline.ts";

const project = { name: "prod", project_id: "0".repeat(32), region: "cn-north-4" };

/** Collects, in order, all that becomes known of a replay. */
function listening() {
  const heard: unknown[] = [];
  const listener: ReplayListener = {
    onTold: (told) => heard.push({ told }),
    onClosed: (closed) => heard.push({ closed }),
    onNoticed: (noticed) => heard.push({ noticed }),
  };
  return { heard, listener };
}

/** Their ids in the order in which they are first polled. */
function idsIn(history: readonly ObservationRun[]): readonly string[] {
  return [...new Set(history.map(({ connection }) => connection))];
}

/** Replays every single poll. */
function replay(rules: Rules, history: readonly ObservationRun[]): readonly unknown[] {
  const { heard, listener } = listening();
  const ids = idsIn(history);
  const connections: ConfiguredConnection[] = [];
  const projects = [{ ...project, connections }];
  const replay = startReplay(rules, {
    ...{ installation: "test", projects, numbering: numbering() },
    ...listener,
  });
  const polls = history
    .flatMap((run) => Array.from({ length: run.polls }, (_, index) => ({ run, index })))
    .map(({ run, index }) => ({ ...run, at: pollTime(run, index) }))
    .toSorted(
      (one, other) =>
        one.at - other.at || ids.indexOf(one.connection) - ids.indexOf(other.connection),
    );
  for (const { connection: id, observation, at } of polls) {
    const begun = history.filter(({ firstAt }) => firstAt <= at);
    for (const one of idsIn(begun).slice(connections.length))
      connections.push({ id: one, labels: {} });
    const connection = { id, labels: {} };
    replay.observe({ project: { ...project, connections }, connection, observation, at });
  }
  for (let due = replay.dueAt(); due < Infinity; due = replay.dueAt()) replay.advance(due);
  return heard;
}

/** Rehearses; gives for each run whether it is watched. */
function listen(
  rules: Rules,
  history: readonly ObservationRun[],
  listener: ReplayListener,
  watched: Partial<RehearsedProject> = {},
): readonly boolean[] {
  const connections = idsIn(history).map((id) => ({ id, labels: {} }));
  const projects = [{ ...project, connections, ...watched }];
  const rehearsal = startRehearsal(rules, { installation: "test", projects, ...listener });
  const taken = history.map((run) => rehearsal.take(run));
  rehearsal.end();
  return taken;
}

/** Ids are padded differently, and of no interest beyond their order. */
function comparable(heard: readonly unknown[]): string {
  return JSON.stringify(heard, undefined, 1).replaceAll(/"0+(\d+)"/g, '"$1"');
}

test("a rehearsal is a replay of every single poll", () => {
  fc.assert(
    fc.property(anyRules, anyHistory, (rules, history) => {
      const { heard, listener } = listening();
      listen(rules, history, listener);
      expect(comparable(heard)).toBe(comparable(replay(rules, history)));
    }),
    { numRuns: 200 },
  );
});

test("these histories bring everything that can be noticed of a connection or a project, and all that becomes of it", () => {
  const kinds = new Set<string>();
  for (const [rules, history] of fc.sample(fc.tuple(anyRules, anyHistory), {
    seed: 1,
    numRuns: 300,
  })) {
    const listener: ReplayListener = {
      onTold: ({ event }) => kinds.add(event.type),
      onClosed: ({ delivery }) => kinds.add(delivery.lastError),
    };
    listen(rules, history, listener);
  }
  expect([...kinds].sort()).toEqual([
    "Its problem was over within its delay.",
    "Muted: hourly.",
    "Over within its delay.",
    "Told in a digest.",
    ...[
      ...["appeared", "detail", "digest", "disappeared", "flapping", "mute_summary", "not_found"],
      ...["reachable", "recovery", "reminder", "stuck", "transition", "unreachable", "unstuck"],
    ].map((type) => `dli-watch.${type}`),
  ]);
});

/** The notices of a history, each with the minute in which it was noticed. */
function noticed(
  history: readonly ObservationRun[],
  rules: Rules = rulesTo(["oncall"]),
  watched?: Partial<RehearsedProject>,
): readonly string[] {
  const lines: string[] = [];
  const onNoticed = (event: Event) =>
    void lines.push(
      `${Date.parse(event.time) / 60_000} ${event.data.connection?.id} ${lineOf(event)}`,
    );
  listen(rules, history, { onTold: () => {}, onNoticed }, watched);
  return lines;
}

test("what lasts for years is decided only where time brings something", () => {
  const year = 365 * 24 * 60;
  const match = { patterns: {}, labels: {} };
  const yearly = { firstMs: year * 60_000, factor: 1, maxMs: year * 60_000 };
  const rules = rulesTo(["oncall"], { routes: [{ match, notify: ["oncall"], remind: yearly }] });
  const history = [
    runOf("a", queueIs("ACTIVE"), { firstAt: 0, polls: 1_000 * year }),
    runOf("b", queueIs("FAILED", "no router"), { firstAt: 0, polls: 3 * year }),
    runOf("c", failed(), { firstAt: 0, polls: 3 * year }),
  ];
  expect(noticed(history, rules)).toEqual([
    "0 b !!appeared etl >FAILED",
    "2 c !unreachable connection server",
    ...[1, 2].flatMap((years) => [
      `${years * year} b !!reminder etl >FAILED`,
      `${years * year + 2} c !reminder connection server`,
    ]),
  ]);
});

test("a run that reaches beyond the beginning of the next one, because the clock was set back, is decided before it", () => {
  const twice = { ...defaultPolicy, confirm: { other: 2, gone: 2, states: {} } };
  const history = [
    runOf("a", queueIs("ACTIVE"), { firstAt: 0, polls: 60 }),
    runOf("a", queueIs("FAILED"), { firstAt: 60, polls: 2 }),
    runOf("a", queueIs("ACTIVE"), { firstAt: 30, polls: 5 }),
  ];
  expect(noticed(history, rulesTo(["oncall"], { settings: twice })).slice(-2)).toEqual([
    "61 a !!transition etl ACTIVE>FAILED",
    "31 a recovery etl FAILED>ACTIVE",
  ]);
});

const schedule = { everyMs: 60_000, jitter: 0 };

test.each<readonly [string, Partial<RehearsedProject>, readonly boolean[]]>([
  [
    "are named, whatever their letter case",
    { connections: [{ id: "A", labels: {} }] },
    [true, true],
  ],
  ["are discovered", { discover: { kinds: ["basic"], schedule } }, [false, true]],
  ["are not looked for", { discover: { kinds: ["enhanced"], schedule } }, [false, false]],
  ["are in a project of another name", { name: "test" }, [false, false]],
])("connections that %s", (_, watched, expected) => {
  const history = [
    runOf("a", failed(), { firstAt: 0, polls: 1 }),
    runOf("a", queueIs("FAILED"), { firstAt: 1, polls: 1 }),
  ];
  const { listener } = listening();
  const unnamed = { connections: [], ...watched };
  expect(listen(rulesTo(["oncall"]), history, listener, unnamed)).toEqual(expected);
});
