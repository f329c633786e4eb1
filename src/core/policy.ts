import type { Announce, ConfiguredConnection } from "./draft.ts";
import type { ConnectionMemory, ProjectMemory } from "./memory.ts";
import type { Observation } from "./model.ts";
import type { RemindersOf } from "./route.ts";
import type { StormSettings } from "./storm.ts";

/** Polls that must agree before a change to a state (upper case), to `gone`, or to any `other` state counts. */
export interface ConfirmSettings {
  readonly other: number;
  readonly gone: number;
  readonly states: Readonly<Record<string, number>>;
}

/** So many changes of a resource's state, within so much time, are flapping. */
interface FlappingSettings {
  readonly changes: number;
  readonly withinMs: number;
}

/** What the configuration says about when something counts. */
export interface PolicySettings {
  readonly confirm: ConfirmSettings;
  /** Rounds without one success (project), polls in a row (one connection). */
  readonly unreachableAfter: number;
  /** What to tell about resources of a connection never seen before. */
  readonly firstSight: "failed" | "all" | "none";
  /** When notices to one notifier become a digest; absent: never. */
  readonly storm?: StormSettings;
  /** How long in a state (upper case) is stuck. */
  readonly stuckAfterMs: Readonly<Record<string, number>>;
  readonly flapping: FlappingSettings | false;
}

/** One poll and everything its consequences depend on. */
export interface PolledConnection {
  readonly observation: Observation;
  /** Epoch milliseconds. */
  readonly observedAt: number;
  readonly configured: ConfiguredConnection;
  /** Absent before its first poll. */
  readonly memory: ConnectionMemory | undefined;
  readonly project: { readonly name: string; readonly memory: ProjectMemory };
  /** The project's other polled connections, `undefined` for one never polled; they may be many, and gone through twice. */
  readonly siblings: Iterable<ConnectionMemory | undefined>;
  readonly settings: PolicySettings;
  readonly remindersOf: RemindersOf;
  readonly announce: Announce;
  readonly newId: () => string;
}

/** What is to be remembered after a poll; what is to be told went to `announce`. */
export interface Decision {
  readonly connection: ConnectionMemory;
  readonly project: ProjectMemory;
}
