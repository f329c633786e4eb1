import type { BindingType, ConnectionKind, FailureCause } from "./model.ts";

/** What a notice says; the CloudEvents `type` is `dli-watch.` + this word. */
export const noticeTypes = [
  "transition",
  "recovery",
  "appeared",
  "disappeared",
  "detail",
  "stuck",
  "unstuck",
  "flapping",
  "reminder",
  "not_found",
  "unreachable",
  "reachable",
  "undelivered",
  "notifier_failing",
  "notifier_back",
  "digest",
  "mute_summary",
  "test",
] as const;
export type NoticeType = (typeof noticeTypes)[number];

/** CloudEvents types of the notices about the telling itself. */
export const aboutTelling: ReadonlySet<Event["type"]> = new Set([
  "dli-watch.undelivered",
  "dli-watch.notifier_failing",
  "dli-watch.notifier_back",
  "dli-watch.digest",
  "dli-watch.mute_summary",
  "dli-watch.test",
]);

/** Severities, mildest first. */
export const severities = ["info", "warning", "critical"] as const;
export type Severity = (typeof severities)[number];

/** What a notice is about. A notifier is one too: it may fail, or be told many things at once; so is a mute that ended. */
export type ResourceType = "connection" | "project" | "notifier" | "mute" | BindingType;

/** Cause and remedy of a failure, for the person who is woken up. */
export interface Hint {
  readonly cause: string;
  readonly action: string;
  readonly link?: string;
}

export interface FieldChange {
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

/** What changed while nothing could be seen. */
export interface Meanwhile {
  /** Of the notices that tell it. */
  readonly count: number;
  /** Of the first of these. */
  readonly titles: readonly string[];
  /** The same in Chinese. */
  readonly titles_zh?: readonly string[];
  /** Connections that were not seen again so far; absent where all were. */
  readonly unseen?: number;
}

/** The connection as an event shows it. Fields of the other kind are absent. */
export interface EventConnection {
  readonly id: string;
  readonly name: string;
  readonly kind?: ConnectionKind;
  readonly state?: string;
  readonly service?: string;
  readonly destination?: string;
  readonly connection_url?: string;
  readonly cluster_name?: string;
  readonly connectivity?: string;
  readonly dest_vpc_id?: string;
  readonly dest_network_id?: string;
  readonly hosts?: string;
  readonly process?: number;
  readonly create_time?: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface EventProject {
  readonly name: string;
  readonly project_id: string;
  /** Absent where the configuration names an endpoint instead. */
  readonly region?: string;
}

export interface EventData {
  readonly severity: Severity;
  /** One line for a heading. */
  readonly title: string;
  /** One or two sentences: what happened, since when, why. */
  readonly summary: string;
  readonly hint?: Hint;
  /** Absent where the notice is about a notifier. */
  readonly project?: EventProject;
  readonly connection?: EventConnection;
  readonly resource: {
    readonly type: ResourceType;
    readonly name: string;
    readonly peer_id?: string;
  };
  readonly from?: string;
  readonly to?: string;
  readonly err_msg?: string;
  readonly changed?: readonly FieldChange[];
  /** Of `unreachable`: who must act. */
  readonly cause?: FailureCause;
  /** Of `unreachable`: what was seen last. */
  readonly last_known?: string;
  /** The same in Chinese. */
  readonly last_known_zh?: string;
  /** Of `flapping`, what follows from it and its end: how often the state has changed, since when (ISO 8601), and for how long. */
  readonly flapping?: {
    readonly changes: number;
    readonly since: string;
    readonly for_ms: number;
  };
  /** Of `reachable`: how long nothing could be seen, in milliseconds. */
  readonly gap_ms?: number;
  /** Of `reachable`: what changed meanwhile. */
  readonly meanwhile?: Meanwhile;
  /** Of `undelivered`: the event that was given up, and for which notifiers so far. */
  readonly undelivered?: {
    readonly event: string;
    readonly title: string;
    /** The same in Chinese. */
    readonly title_zh?: string;
    readonly notifiers: readonly string[];
    readonly error: string;
  };
  /** Of `notifier_failing` and `notifier_back`. */
  readonly notifier?: { readonly name: string; readonly error?: string };
  /** Of `digest` and `mute_summary`: the notices in it, the worst first, a hundred at most and their texts cut. */
  readonly items?: readonly Event[];
  /** How many there are of each severity, listed or not. */
  readonly counts?: Readonly<Record<Severity, number>>;
  /** Of `mute_summary`: how many notices were withheld. */
  readonly muted?: number;
  /** The API's own time of the change (`update_time`), ISO 8601. */
  readonly reported_at?: string;
  /** When the watcher saw it, ISO 8601. */
  readonly observed_at: string;
  /** How long the resource was in the state before, as far as the watcher saw; of `stuck`: has been in `to`; of `reminder`: in trouble. */
  readonly previous_for_ms?: number;
  /** Id of the incident this belongs to: the same from its problem to its recovery. */
  readonly incident?: string;
  /** Grows by one with every event of this installation; 0 in what a `mute_summary` lists. */
  readonly sequence: number;
}

/** One notice as CloudEvents 1.0 in structured JSON; frozen when it is committed. */
export interface Event {
  readonly specversion: "1.0";
  /** A ULID. */
  readonly id: string;
  /** Installation name / project name; the installation name alone where no project is concerned. */
  readonly source: string;
  readonly type: `dli-watch.${NoticeType}`;
  readonly time: string;
  /** `connections/ID[/queues/NAME | /pools/NAME]`, `projects/NAME`, `notifiers/NAME` or `mutes/NAME`, names percent-encoded. */
  readonly subject: string;
  readonly datacontenttype: "application/json";
  readonly data: EventData;
}
