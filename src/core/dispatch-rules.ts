import { formatDuration } from "./duration.ts";

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

/** The way in a few words. */
export function wayText({ by, routes, rule, heldMs = 0 }: Way): string {
  const whys = {
    routes: "",
    everyone: "no route matched, so everyone",
    told: "was told of the problem",
    named: "named by the notice",
  };
  const why = routes.length > 0 ? `route ${routes.join(", ")}` : whys[by];
  if (heldMs === 0) return why;
  const wait = formatDuration(heldMs);
  if (rule === "delayed") return `${why}; delayed ${wait}`;
  if (rule === "joined") return `${why}; with what waits of its incident, in ${wait}`;
  return `${why}; ${rule === "stormed" ? "in a storm, digest" : "digest"} in ${wait}`;
}
