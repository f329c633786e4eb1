import type { Meanwhile, NoticeType, Severity } from "./event.ts";
import type { ConnectionKind, FailureCause, Snapshot } from "./model.ts";
import type { StormMemory } from "./storm.ts";

/** A bad state from its beginning until it is over: incident.ts. What an older version stored lacks the optional parts. */
export interface Incident {
  /** A ULID. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly openedAt: number;
  readonly severity: Severity;
  /** Notifiers that were told: its recovery goes to each of them. */
  readonly told: readonly string[];
  /** What it is about: the notice that opened it or made it worse. */
  readonly problem?: Problem;
  /** Digests of the reasons that were told in it, the latest last. */
  readonly reasons?: readonly string[];
  /** By the notifiers that were told. */
  readonly reminders?: Readonly<Record<string, Reminded>>;
}

/** The notice of an incident by which routes know it again. */
interface Problem {
  readonly type: NoticeType;
  readonly from?: string;
  readonly to?: string;
}

/** How far a notifier has been told of an incident. */
interface Reminded {
  /** When it was last told, in epoch milliseconds. */
  readonly at: number;
  /** Of how many reminders. */
  readonly count: number;
}

/** What is remembered of a connection itself or of one binding. */
export interface ResourceMemory {
  /** When its present state was first seen, in epoch milliseconds. */
  readonly since: number;
  /** When it last moved within that state, in epoch milliseconds: only then begins the time after which it is stuck. */
  readonly movedAt?: number;
  /** It was told that it is stuck in that state. */
  readonly stuck?: true;
  /** When its state changed, in epoch milliseconds, the latest last: as many as flapping needs. */
  readonly changes?: readonly number[];
  readonly flapping?: Flapping;
  readonly incident?: Incident;
}

/** A state that changes again and again: flapping.ts. */
interface Flapping {
  /** The state before the change that was one too many. */
  readonly from: string;
  /** Of the first change counted, in epoch milliseconds. */
  readonly since: number;
  readonly changes: number;
}

/** A difference that too few polls have agreed on so far. */
export interface Pending {
  /** What the polls agree on, as text. */
  readonly change: string;
  readonly polls: number;
  /** Of the first of these polls, in epoch milliseconds; absent in what an older version stored. */
  readonly since?: number;
  /** Whether it stood in the connection's first snapshot. */
  readonly firstSight: boolean;
}

/** A run of polls that told nothing. */
export interface Blindness {
  readonly polls: number;
  /** The project's `episode`: a count from before the project could be seen again is void. */
  readonly episode: number;
  /** Of the last success before it, or of its first poll, in epoch milliseconds. */
  readonly since: number;
  /** Of its first poll, in epoch milliseconds. */
  readonly begunAt: number;
  readonly cause: FailureCause;
  readonly message: string;
}

/** Everything the policy knows of one connection: what it decides next depends on this and the observation alone. */
export interface ConnectionMemory {
  /** The kind that answered, where the configuration leaves it open. */
  readonly kind?: ConnectionKind;
  /** It was discovered: with the first discovery, or later. */
  readonly discovered?: "first" | "later";
  /** By which tags it was found; empty once it has them no more. */
  readonly tags?: string;
  /** The confirmed view: the last snapshot less the differences still to be confirmed. */
  readonly snapshot?: Snapshot;
  readonly connection: ResourceMemory;
  /** By {@link bindingKey}. */
  readonly bindings: Readonly<Record<string, ResourceMemory>>;
  /** By the key of the difference. */
  readonly pending: Readonly<Record<string, Pending>>;
  readonly blindness?: Blindness;
  /** Open while this connection alone cannot be seen. */
  readonly unreachable?: Incident;
  /** Of the last poll that was read, in epoch milliseconds. */
  readonly seenAt?: number;
  /** The project's `episode` in which it was last asked again after nothing could be seen. */
  readonly returned?: number;
}

/** A project that can be seen again, of which that has still to be told. */
interface Returning {
  /** When it was seen first, in epoch milliseconds. */
  readonly since: number;
  readonly gapMs: number;
  readonly incident: Incident;
  readonly meanwhile: Meanwhile;
}

/** The cloud throttles: for how long requests are kept apart now, and since when they are further apart than configured. */
interface Slowdown {
  readonly intervalMs: number;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** Everything the policy knows of one project. */
export interface ProjectMemory {
  /** By kind, what discovery looked for when it last found all there is: only what appears after that is new. */
  readonly discovery?: Readonly<Partial<Record<ConnectionKind, string>>>;
  /** A run of lists that could not be read while there was nothing else to poll. */
  readonly blindness?: Blindness;
  /** Absent while its API is asked as often as is configured. */
  readonly slowdown?: Slowdown;
  /** How often it became reachable again. */
  readonly episode: number;
  /** Open while nothing of the project can be seen. */
  readonly unreachable?: Incident;
  /** Until each connection was asked again. */
  readonly returning?: Returning;
  /** Of the last poll of any of its connections that was read, in epoch milliseconds. */
  readonly seenAt?: number;
}

/** What is remembered of one notifier's lane. */
export interface LaneMemory {
  /** Attempts in a row that were not accepted. */
  readonly failures: number;
  /** Nothing is sent before this, in epoch milliseconds. */
  readonly resumeAt: number;
  /** Open while the destination refuses everything. */
  readonly failing?: Incident & { readonly error: string; readonly probes: number };
  /** The notices it was given lately. */
  readonly storm?: StormMemory;
  /** For each limit of its pace, when nothing will be left of the attempts, in epoch milliseconds: pace.ts. */
  readonly fullAt?: readonly number[];
}
