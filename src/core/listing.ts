import type { ConnectionKind, Failure, Observation } from "./model.ts";

/** How a project's enhanced connections are polled: those of a schedule by their list, each by itself, or as needs fewer requests. */
export const pollBys = ["auto", "list", "show"] as const;
export type PollBy = (typeof pollBys)[number];

/** A connection as the list of its kind shows it. */
export interface ListedConnection {
  readonly kind: ConnectionKind;
  readonly id: string;
  /** Empty where the API left it out; so is the state. */
  readonly name: string;
  readonly state: string;
  /** What its item says, just as its own reply would; absent for a basic one, whose item leaves out its bindings' states. */
  readonly observation?: Observation;
}

/** How the reading of a list ended. Connections are all of a kind, DELETED ones too, never a part of them. */
export type Listing =
  | { readonly outcome: "read"; readonly connections: readonly ListedConnection[] }
  | {
      readonly outcome: "failed";
      readonly failure: Failure;
      /** The gateway knows no such list: this cloud may have one kind of connection only. */
      readonly noSuchApi?: true;
    }
  /** It has more pages than were wanted. */
  | { readonly outcome: "longer" };

/** What a list is asked for. */
export interface ListOptions {
  /** Pages that are read at most. */
  readonly pages?: number;
  /** Tags that enhanced connections must have: `key=value`, separated by commas. */
  readonly tags?: string | undefined;
  readonly signal?: AbortSignal;
}
