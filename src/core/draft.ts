import type { Counts } from "./counts.ts";
import type {
  Event,
  EventConnection,
  EventProject,
  FieldChange,
  Hint,
  Meanwhile,
  NoticeType,
  ResourceType,
  Severity,
} from "./event.ts";
import type { InEach } from "./language.ts";
import type { FailureCause } from "./model.ts";

/** What a decision wants told, before it is worded, routed and frozen. */
export interface Draft {
  readonly type: NoticeType;
  readonly severity: Severity;
  readonly resource: {
    readonly type: ResourceType;
    readonly name: string;
    readonly peerId?: string;
  };
  /** Where it is not the project of the whole decision. */
  readonly project?: EventProject;
  /** Absent where it is about a project or a notifier. */
  readonly connection?: EventConnection;
  readonly from?: string;
  readonly to?: string;
  readonly errMsg?: string;
  readonly changed?: readonly FieldChange[];
  readonly cause?: FailureCause;
  /** Of what cannot be seen: its states when it was. */
  readonly lastKnown?: InEach;
  readonly gapMs?: number;
  /** How often its state has changed, from `since` (epoch milliseconds) to the last change `forMs` later. */
  readonly flapping?: {
    readonly changes: number;
    readonly since: number;
    readonly forMs: number;
  };
  readonly meanwhile?: Meanwhile;
  /** The API's own time of the change, in epoch milliseconds. */
  readonly reportedAt?: number;
  readonly previousForMs?: number;
  readonly incident?: string;
  readonly undelivered?: Event["data"]["undelivered"];
  readonly notifier?: Event["data"]["notifier"];
  /** Of a notice that tells several. */
  readonly items?: readonly Event[];
  readonly counts?: Counts;
  /** Notices that a mute has withheld. */
  readonly muted?: number;
  /** Notifiers it goes to whatever the routes say. */
  readonly tell?: readonly string[];
  /** Notifiers that were told of its incident before; by default those of `tell`. */
  readonly told?: readonly string[];
  /** Whether the routes are asked at all. */
  readonly routed: boolean;
}

/** What all notices of one decision have in common. */
export interface NoticeContext {
  /** Name of this installation. */
  readonly installation: string;
  /** Epoch milliseconds. */
  readonly observedAt: number;
  readonly project?: EventProject;
  /** Absent where nothing of the cloud's is told. */
  readonly explain?: Explain;
}

/** A connection as the configuration names it. */
export interface ConfiguredConnection {
  readonly id: string;
  /** Shown instead of the API's name. */
  readonly name?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** It is watched without being named: since the first discovery, or found later, so that its appearance is told. */
  readonly discovered?: "first" | "later";
  /** Those by which it was found, as the API is asked for them. */
  readonly tags?: string;
}

/** Cause and remedy of what a draft tells, where they are known. */
export type Explain = (draft: Draft) => Hint | undefined;

/** Words, routes and freezes a draft; gives the names of the notifiers it goes to. */
export type Announce = (draft: Draft) => readonly string[];
