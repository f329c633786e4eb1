import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createCalendar } from "../../src/calendar.ts";
import { parseConfig } from "../../src/config/load.ts";
import { formatProblem } from "../../src/config/problems.ts";
import type { Told } from "../../src/core/desk.ts";
import type { Observation } from "../../src/core/model.ts";
import {
  type Replay,
  type ReplayedProject,
  type ReplayMemory,
  startReplay,
} from "../../src/core/replay.ts";
import type { Rules } from "../../src/core/rules.ts";
import { rulesOf } from "../../src/daemon/rules.ts";
import type { Notifier, NotifierTypes } from "../../src/notify/notifier.ts";
import { originOf, smallest } from "./config.ts";
import { numbering } from "./numbering.ts";
import { queue, withQueues } from "./snapshots.ts";
import { lineOf, seen } from "./timeline.ts";

const day = 86_400_000;

const plain: Notifier<unknown> = {
  type: "plain",
  options: z.strictObject({}),
  send: async () => ({ verdict: "accepted" }),
};
const types: NotifierTypes = new Map([
  ["plain", plain],
  ["pager", { ...plain, type: "pager", keyed: "incident" }],
]);

/** What a configuration file says about telling, in its own words. */
export interface Telling {
  /** By default one that takes everything by itself, `oncall`. */
  readonly notifiers?: Readonly<Record<string, { readonly type: "plain" | "pager" }>>;
  readonly routes?: readonly object[];
  readonly unrouted?: "notify" | "drop";
  readonly policy?: object;
  readonly mutes?: readonly object[];
  readonly timezone?: string;
}

/** What a file with this in it comes to. */
export function rulesFor(telling: Telling): Rules {
  const notifiers = { oncall: { type: "plain" } };
  const file = JSON.stringify({ ...smallest(), notifiers, ...telling });
  const { config, problems } = parseConfig(file, {
    ...originOf(),
    notifierOptions: new Map([...types].map(([type, { options }]) => [type, options])),
    keyed: new Set(["pager"]),
  });
  if (!config) throw new Error(problems.map(formatProblem).join("\n"));
  return rulesOf(config, types, createCalendar());
}

/** A poll of the connection `a`, unless named, at a time such as `02:05` or `1d 02:05:30` (UTC); without an observation only time passes. */
type TimedStep = readonly [
  time: string,
  observation?: Observation,
  more?: { readonly connection?: string; readonly telling?: Telling },
];

/** What is observed, and what each notifier is told of it, with the time. */
export interface TellingTimeline {
  readonly name: string;
  /** A date; by default one on which no clocks change. */
  readonly on?: string;
  readonly connections?: readonly string[];
  readonly telling?: Telling;
  readonly steps: readonly TimedStep[];
  /** As `02:05 oncall !!transition etl ACTIVE>FAILED`. */
  readonly told: readonly string[];
}

/** A connection whose queues are in these states, perhaps with a reason after a colon. */
export function queues(states: Readonly<Record<string, string>>): Observation {
  const rows = Object.entries(states).map(([name, said]) => {
    const [state = "", errMsg = ""] = said.split(": ");
    return queue(name, { state, errMsg });
  });
  return seen(withQueues(...rows));
}

/** The project of all replays. */
export const projectWith = (connections: readonly string[]) => ({
  name: "prod",
  project_id: "0".repeat(32),
  region: "cn-north-4",
  connections: connections.map((id) => ({ id, labels: { team: `team-of-${id}` } })),
});

/** What begins a replay of the project, again from what was remembered; all that is told goes into `told`. */
export function beginning(project: ReplayedProject, told: Told[]) {
  const given = numbering();
  return (rules: Rules, memory?: ReplayMemory): Replay =>
    startReplay(rules, {
      installation: "test",
      projects: [project],
      numbering: given,
      ...(memory && { memory: JSON.parse(JSON.stringify(memory)) }),
      onTold: (one) => told.push(one),
    });
}

/** Replays the polls; gives what was told. With `restart`, all that is remembered goes through JSON between every two steps. */
function tell(
  { on = "2026-11-24", connections = ["a"], telling = {}, steps }: TellingTimeline,
  { restart }: { readonly restart: boolean },
): readonly string[] {
  const start = Date.parse(on);
  const told: Told[] = [];
  const project = projectWith(connections);
  let rules = rulesFor(telling);
  const begin = beginning(project, told);
  let replay = begin(rules);
  for (const [time, observation, { connection: name = "a", telling: changed } = {}] of steps) {
    const at = start + sinceMidnight(time);
    if (changed) {
      replay.advance(at);
      rules = rulesFor(changed);
    }
    if (changed || restart) replay = begin(rules, replay.memory());
    const connection = project.connections.find(({ id }) => id === name);
    if (observation && connection) replay.observe({ project, connection, observation, at });
    replay.advance(at);
  }
  return told.map(
    ({ at, event, delivery }) => `${timeOf(at - start)} ${delivery.notifier} ${lineOf(event)}`,
  );
}

function sinceMidnight(time: string): number {
  const [, days = "0", hours, minutes, seconds = "0"] =
    /^(?:(\d+)d )?(\d\d):(\d\d)(?::(\d\d))?$/.exec(time) ?? [];
  return (
    Number(days) * day + ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000
  );
}

function timeOf(ms: number): string {
  const days = Math.floor(ms / day);
  const [time = ""] = new Date(ms % day).toISOString().slice(11).split(".");
  return `${days > 0 ? `${days}d ` : ""}${time.replace(/:00$/, "")}`;
}

/** Tests that each timeline tells what it says, also where the daemon is restarted between every two steps. */
export function testTelling(timelines: readonly TellingTimeline[]): void {
  describe.each([
    ["running on", false],
    ["restarted between every two steps", true],
  ])("%s", (_, restart) => {
    test.each(timelines)("$name", (timeline) => {
      expect(tell(timeline, { restart })).toEqual(timeline.told);
    });
  });
}
