import type { PollBy } from "./listing.ts";
import type { ConnectionMemory } from "./memory.ts";
import type { ConnectionKind } from "./model.ts";
import type { Schedule } from "./schedule.ts";

/** A connection as far as it says how it is polled. */
interface Pollable {
  readonly kind: "auto" | ConnectionKind;
  readonly schedule: Schedule;
}

/** A project's connections by how they are polled. */
interface Groups<Target> {
  readonly single: readonly Target[];
  /** Those of a schedule together. */
  readonly listed: readonly { readonly schedule: Schedule; readonly targets: readonly Target[] }[];
}

/**
 * Basic connections are single: their list leaves out the bindings' states. One whose kind is not known yet may be an
 * enhanced one. `pages`: as many as the list is known to have at least.
 */
export function groupsOf<Target extends Pollable>(
  targets: readonly Target[],
  {
    pollBy,
    pages,
    kind,
  }: {
    readonly pollBy: PollBy;
    readonly pages: number;
    readonly kind: (target: Target) => "auto" | ConnectionKind;
  },
): Groups<Target> {
  const fewest = { auto: pages + 1, list: 1, show: Number.POSITIVE_INFINITY }[pollBy];
  const single: Target[] = [];
  const enhanced: Target[] = [];
  for (const target of targets) {
    const basic = kind(target) === "basic";
    (basic ? single : enhanced).push(target);
  }
  const listed: { schedule: Schedule; targets: Target[] }[] = [];
  for (const targets of Map.groupBy(enhanced, ({ schedule }) =>
    JSON.stringify(schedule),
  ).values()) {
    const [first] = targets;
    if (first && targets.length >= fewest) listed.push({ schedule: first.schedule, targets });
    else single.push(...targets);
  }
  return { single, listed };
}

/** The configured kind; where it is left open, the one that answered. */
export function kindOf(
  { kind }: Pick<Pollable, "kind">,
  memory: ConnectionMemory | undefined,
): "auto" | ConnectionKind {
  return kind === "auto" ? (memory?.kind ?? "auto") : kind;
}
