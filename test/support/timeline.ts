import { describe, expect, test } from "vitest";
import { decide, unknownProject } from "../../src/core/decide.ts";
import { dispatcher, type Outbox } from "../../src/core/dispatch.ts";
import { parseDuration } from "../../src/core/duration.ts";
import type { Event } from "../../src/core/event.ts";
import type { ConnectionMemory, ProjectMemory } from "../../src/core/memory.ts";
import type { FailureCause, Observation, Snapshot } from "../../src/core/model.ts";
import { type AddressedEvent, announcer } from "../../src/core/notice.ts";
import { restingLane } from "../../src/core/outbox.ts";
import type { PolicySettings } from "../../src/core/policy.ts";
import type { Route } from "../../src/core/route.ts";
import type { Rules } from "../../src/core/rules.ts";
import { defaultPolicy, rulesTo } from "./rules.ts";

export const seen = (snapshot: Snapshot): Observation => ({ outcome: "snapshot", snapshot });
export const absent: Observation = { outcome: "absent", message: "DLI.0002" };
export const failed = (cause: FailureCause = "server"): Observation => ({
  outcome: "failed",
  failure: { cause, message: "503" },
});

/** What the configuration says, as far as the policy goes by it. */
interface Timed {
  readonly policy?: Partial<PolicySettings>;
  /** Of the notifiers that these name; one that is told all of it, `all`, where there are none. */
  readonly routes?: readonly Route[];
}

/** A poll at a time of its own, perhaps by another configuration from then on. */
interface At extends Timed {
  readonly observation: Observation;
  /** Since the start, such as `1h`. */
  readonly at: string;
  readonly connection?: string;
}

/** One poll: of the connection `a` unless named, a minute after the one before unless timed. */
export type Step = Observation | readonly [connection: string, observation: Observation] | At;

/** A poll so long after the start. */
export function at(
  time: string,
  observation: Observation,
  more: Omit<At, "at" | "observation"> = {},
): At {
  return { ...more, at: time, observation };
}

export interface TimelineOptions extends Timed {
  readonly connections?: readonly string[];
  /** Whether the daemon is restarted between every two steps. */
  readonly restart?: boolean;
  /** What is remembered at first, by connection. */
  readonly memories?: Readonly<Record<string, ConnectionMemory>>;
}

/** What was announced, and what is remembered in the end. */
export interface Played {
  readonly announced: readonly (readonly AddressedEvent[])[];
  readonly memories: Readonly<Record<string, ConnectionMemory>>;
  readonly project: ProjectMemory;
}

/** Plays the polls of one project through the policy; gives what each step announced. */
export function play(
  steps: readonly Step[],
  options: TimelineOptions = {},
): readonly (readonly AddressedEvent[])[] {
  return playOut(steps, options).announced;
}

/** The same, with what is remembered in the end. */
export function playOut(steps: readonly Step[], options: TimelineOptions = {}): Played {
  const { connections = ["a"], restart = false } = options;
  let { memories = {} } = options;
  let project: ProjectMemory = unknownProject;
  let ids = 0;
  let sequence = 0;
  let observedAt = 0;
  let rules = rulesOf(options);
  const announced = steps.map((step) => {
    const { connection, observation, at: time, ...changed } = pollOf(step);
    observedAt = time === undefined ? observedAt + 60_000 : durationOf(time);
    if (Object.keys(changed).length > 0) rules = rulesOf({ ...options, ...changed });
    const { settings, dispatching, remindersOf, explain } = rules;
    const newId = () => `id${++ids}`;
    const { announce, announced } = announcer(
      {
        installation: "dli-watch",
        observedAt,
        explain,
        project: { name: "prod", project_id: "0".repeat(32), region: "cn-north-4" },
      },
      dispatcher(dispatching, forgetful, { now: observedAt, newId: String }).dispatch,
      { newId, nextSequence: () => ++sequence },
    );
    const decision = decide({
      observation,
      observedAt,
      configured: { id: connection, labels: {} },
      memory: memories[connection],
      project: { name: "prod", memory: project },
      siblings: connections.filter((id) => id !== connection).map((id) => memories[id]),
      settings,
      remindersOf,
      announce,
      newId,
    });
    memories = { ...memories, [connection]: decision.connection };
    project = decision.project;
    if (restart) [memories, project] = JSON.parse(JSON.stringify([memories, project]));
    return announced;
  });
  return { announced, memories, project };
}

/** Remembers nothing of what waits: delays, digests and storms are no matter of the policy. */
const forgetful: Outbox = {
  lane: () => restingLane,
  waiting: () => [],
  mutes: () => [],
  withheld: () => undefined,
};

function rulesOf({ policy, routes = [] }: Timed): Rules {
  const named = new Set(routes.flatMap(({ notify }) => notify));
  const settings = { ...defaultPolicy, ...policy };
  return rulesTo(named.size > 0 ? [...named] : ["all"], { settings, routes });
}

type Poll = Omit<At, "at" | "connection"> & {
  readonly connection: string;
  readonly at?: string;
};

function pollOf(step: Step): Poll {
  if (isNamed(step)) return { connection: step[0], observation: step[1] };
  return "outcome" in step ? { connection: "a", observation: step } : { connection: "a", ...step };
}

function isNamed(step: Step): step is readonly [string, Observation] {
  return Array.isArray(step);
}

function durationOf(text: string): number {
  const ms = text.split(" ").map((part) => parseDuration(part) ?? Number.NaN);
  return ms.reduce((sum, part) => sum + part, 0);
}

/** What was announced, a line each; in parentheses what was told to nobody. */
export function lines(announced: readonly AddressedEvent[]): readonly string[] {
  return announced.map(({ event, notifiers }) =>
    notifiers.length === 0 ? `(${lineOf(event)})` : lineOf(event),
  );
}

const marks = { info: "", warning: "!", critical: "!!" };

/** Severity, type, resource, states and cause of an event; in brackets those that it tells. */
export function lineOf({ type, data }: Event): string {
  return [
    `${marks[data.severity]}${type.slice("dli-watch.".length)}`,
    data.resource.type === "connection" ? "connection" : data.resource.name,
    data.from || data.to ? `${data.from ?? ""}>${data.to ?? ""}` : "",
    data.cause ?? "",
    data.items ? `[${data.items.map(lineOf).join(", ")}]` : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** A story: each step with the lines it announces. */
export interface Timeline extends TimelineOptions {
  readonly name: string;
  readonly steps: readonly (readonly [Step, ...string[]])[];
}

/** Tests that each timeline announces what it says, also where the daemon is restarted between every two polls. */
export function testTimelines(timelines: readonly Timeline[]): void {
  describe.each([
    ["running on", false],
    ["restarted between every two polls", true],
  ])("%s", (_, restart) => {
    test.each(timelines)("$name", ({ steps, ...options }) => {
      const announced = play(
        steps.map(([step]) => step),
        { ...options, restart },
      );
      expect(announced.map(lines)).toEqual(steps.map(([, ...expected]) => expected));
    });
  });
}
