/** The rules of dispatching, in the order in which they are asked: dispatch.ts. */
export const dispatchRules = [
  "dropped",
  "muted",
  "joined",
  "delayed",
  "digested",
  "stormed",
  "sent",
] as const;

/** Why a delivery concerns its notifier, and what was made of it at first. */
export interface Way {
  /** Routes name the notifier, no route matched and so all are told, it was told of the problem, or the notice names it. */
  readonly by: "routes" | "everyone" | "told" | "named";
  /** The routes that name it, by their number from 1. */
  readonly routes: readonly number[];
  /** The first that applied. */
  readonly rule: (typeof dispatchRules)[number];
  /** Name of the mute that covered it. */
  readonly mute?: string;
  /** How long it was to be held, in milliseconds. */
  readonly heldMs?: number;
}
