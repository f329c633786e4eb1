import type { ConnectionMemory, LaneMemory, ProjectMemory } from "../core/memory.ts";
import type { AdHocMute, Withheld } from "../core/mute.ts";
import type { Delivery, DeliveryState } from "../core/outbox.ts";
import type { ObservationRun } from "../core/run.ts";
import type { Thread } from "../core/thread.ts";

/** A committed notice: its columns for queries, and the frozen JSON. */
export interface StoredEvent {
  readonly id: string;
  /** The event's `data.sequence`: the order of everything. */
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly type: string;
  /** Project name; empty where no project is concerned. */
  readonly project: string;
  /** Connection id; empty where no connection is concerned. */
  readonly connection: string;
  readonly json: string;
}

/** A run as it is kept. */
export interface StoredRun extends ObservationRun {
  /** Grows with every run that is started: the order of all of them, wherever the wall clock jumps. */
  readonly sequence: number;
}

export interface ConnectionRow {
  readonly project: string;
  readonly id: string;
  readonly memory: ConnectionMemory;
}

export interface ProjectRow {
  readonly name: string;
  readonly memory: ProjectMemory;
}

export interface LaneRow {
  readonly notifier: string;
  readonly memory: LaneMemory;
}

export interface WithheldRow {
  /** The id of a mute. */
  readonly mute: string;
  readonly withheld: Withheld;
}

/** Everything that changes together: all of it is durable when `commit` returns, or none. Absent parts stay as they are. */
export interface Commit {
  /** Makes the connection's last run reach further (same `firstAt`: only `lastAt` and `polls` change), or starts one. */
  readonly observations?: readonly ObservationRun[];
  readonly connections?: readonly ConnectionRow[];
  readonly projects?: readonly ProjectRow[];
  readonly lanes?: readonly LaneRow[];
  /** Always new ones: a sequence or id given before is a bug and throws. */
  readonly events?: readonly StoredEvent[];
  /** New ones are added, known ones (by id) replaced. Their events are stored, or part of the same commit. */
  readonly deliveries?: readonly Delivery[];
  /** Added, or replaced where their notifier has one of the incident. Their events are stored, or part of the same commit. */
  readonly threads?: readonly Thread[];
  /** Threads that are over: they are forgotten. */
  readonly endedThreads?: readonly Pick<Thread, "notifier" | "incident">[];
  /** Known ones, replaced only where they still wait or are dead: another process may have settled them meanwhile. */
  readonly amendments?: readonly Delivery[];
  /** Added, or replaced where they are known by their id. */
  readonly mutes?: readonly AdHocMute[];
  readonly withheld?: readonly WithheldRow[];
  /** Ids of mutes that are over: they and what they withheld are forgotten. */
  readonly endedMutes?: readonly string[];
}

/** What the daemon and `status` start from. */
export interface Memories {
  /** Each with the run that was started last. */
  readonly connections: readonly (ConnectionRow & { readonly lastRun?: ObservationRun })[];
  readonly projects: readonly ProjectRow[];
  readonly mutes: readonly AdHocMute[];
  readonly withheld: readonly WithheldRow[];
  readonly threads: readonly Thread[];
  /** The greatest sequence given so far; 0 at the beginning. */
  readonly sequence: number;
}

export interface EventQuery {
  /** The last eight characters of its id, as messages show it. */
  readonly idEnd?: string;
  /** Only events with a greater sequence. */
  readonly after?: number;
  /** Only events with a smaller sequence. */
  readonly before?: number;
  /** Only events at or after this time (epoch milliseconds). */
  readonly since?: number;
  readonly types?: readonly string[];
  readonly project?: string;
  readonly connection?: string;
  /** The last ones, in reverse. */
  readonly newestFirst?: true;
  /** At most so many. */
  readonly limit: number;
}

export interface DeliveryQuery {
  readonly state?: DeliveryState;
  readonly notifier?: string;
  /** Id of the event. */
  readonly event?: string;
  readonly ids?: readonly string[];
  /** Only deliveries with a greater id (a ULID: the order of creation). */
  readonly after?: string;
  readonly limit: number;
}

export interface ObservationQuery {
  /** Only runs that reach to this time or beyond it (epoch milliseconds). */
  readonly since: number;
  readonly project?: string;
  readonly connection?: string;
  /** Only runs with a greater sequence. */
  readonly after?: number;
  /** The last ones, in reverse. */
  readonly newestFirst?: true;
  readonly limit: number;
}

/**
 * Where everything that must survive is kept. Texts are stored as given (scrubbing is the caller's), but a lone
 * surrogate outside of JSON may come back as U+FFFD. Limits are whole numbers.
 */
export interface Store extends AsyncDisposable {
  /** Where it is, for messages: a path, or an address without its password. */
  readonly place: string;
  memories(): Promise<Memories>;
  /** Of notifiers that were ever told something. */
  lanes(): Promise<readonly LaneRow[]>;
  /** Throws if nothing was made durable (disk full, read-only); the next call may succeed. */
  commit(change: Commit): Promise<void>;
  /** In the order of their sequence. */
  events(query: EventQuery): Promise<readonly StoredEvent[]>;
  event(id: string): Promise<StoredEvent | undefined>;
  /** Those given by hand, in the order of their ids. */
  mutes(): Promise<readonly AdHocMute[]>;
  /** In the order of their ids. */
  deliveries(query: DeliveryQuery): Promise<readonly Delivery[]>;
  /** How many deliveries are dead, by notifier; none: absent. */
  deadLetters(): Promise<ReadonlyMap<string, number>>;
  /** In the order of their sequence. */
  observations(query: ObservationQuery): Promise<readonly StoredRun[]>;
  /** Whether another process has written since the last call. */
  changedElsewhere(): Promise<boolean>;
  /**
   * Forgets deliveries settled and threads told last before `before` (epoch milliseconds), then events from before it that
   * none of them needs any more, and observation runs that ended before it; gives the number of rows. The last event and the
   * last run of each connection stay.
   */
  prune(before: number): Promise<number>;
}
