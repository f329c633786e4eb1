import { decide, unknownProject } from "../../src/core/decide.ts";
import type { Event } from "../../src/core/event.ts";
import type { ConnectionMemory, ProjectMemory } from "../../src/core/memory.ts";
import type { FailureCause, Observation, Snapshot } from "../../src/core/model.ts";
import { type AddressedEvent, announcer } from "../../src/core/notice.ts";
import type { PolicySettings } from "../../src/core/policy.ts";
import { defaultPolicy } from "./rules.ts";

export const seen = (snapshot: Snapshot): Observation => ({ outcome: "snapshot", snapshot });
export const absent: Observation = { outcome: "absent", message: "DLI.0002" };
export const failed = (cause: FailureCause = "server"): Observation => ({
  outcome: "failed",
  failure: { cause, message: "503" },
});

/** One poll: of the connection `a` unless named, a minute after the one before. */
export type Step = Observation | readonly [connection: string, observation: Observation];

export interface TimelineOptions {
  readonly policy?: Partial<PolicySettings>;
  readonly connections?: readonly string[];
  /** Names of the notifiers that an event goes to. */
  readonly router?: (event: Event, tell: readonly string[]) => readonly string[];
  /** Whether the daemon is restarted between every two steps. */
  readonly restart?: boolean;
}

/** Plays the polls of one project through the policy; gives what each step announced. */
export function play(
  steps: readonly Step[],
  { policy, connections = ["a"], router = () => ["all"], restart = false }: TimelineOptions = {},
): readonly (readonly AddressedEvent[])[] {
  let memories: Readonly<Record<string, ConnectionMemory>> = {};
  let project: ProjectMemory = unknownProject;
  let ids = 0;
  let sequence = 0;
  return steps.map((step, index) => {
    const [connection, observation] = isNamed(step) ? step : ["a", step];
    const observedAt = (index + 1) * 60_000;
    const newId = () => `id${++ids}`;
    const { announce, announced } = announcer(
      {
        installation: "dli-watch",
        observedAt,
        project: { name: "prod", project_id: "0".repeat(32), region: "cn-north-4" },
      },
      (event, { tell = [], routed }) => (routed ? router(event, tell) : tell),
      { newId, nextSequence: () => ++sequence },
    );
    const decision = decide({
      observation,
      observedAt,
      configured: { id: connection, labels: {} },
      memory: memories[connection],
      project: { name: "prod", memory: project },
      siblings: connections.filter((id) => id !== connection).map((id) => memories[id]),
      settings: { ...defaultPolicy, ...policy },
      announce,
      newId,
    });
    memories = { ...memories, [connection]: decision.connection };
    project = decision.project;
    if (restart) [memories, project] = JSON.parse(JSON.stringify([memories, project]));
    return announced;
  });
}

function isNamed(step: Step): step is readonly [string, Observation] {
  return Array.isArray(step);
}

/** What was announced, a line each: type, resource, states, reason. */
export function lines(announced: readonly AddressedEvent[]): readonly string[] {
  return announced.map(({ event: { type, data } }) => {
    const word = type.slice("dli-watch.".length);
    const states = data.from || data.to ? `${data.from ?? ""}>${data.to ?? ""}` : "";
    const marks = { info: "", warning: "!", critical: "!!" };
    return [
      `${marks[data.severity]}${word}`,
      data.resource.type === "connection" ? "connection" : data.resource.name,
      states,
      data.cause ?? "",
    ]
      .filter(Boolean)
      .join(" ");
  });
}
