import type { Discovery } from "./discovery.ts";
import type { PollBy } from "./listing.ts";
import type { ConnectionMemory } from "./memory.ts";
import type { ConnectionKind } from "./model.ts";
import type { Schedule } from "./schedule.ts";

/** A connection as far as it says how it is polled. */
interface Pollable {
  readonly kind: "auto" | ConnectionKind;
  readonly schedule: Schedule;
  readonly discovered?: "first" | "later";
}

/** A project as far as it says how it is polled. */
interface PollableProject<Target> {
  readonly connections: readonly Target[];
  readonly pollBy: PollBy;
  readonly discover?: Discovery;
}

/** A list that is read on a schedule. */
interface PolledList<Target> {
  readonly kind: ConnectionKind;
  readonly schedule: Schedule;
  /** Those that are polled by it. */
  readonly targets: readonly Target[];
  /** What is discovered in it. */
  readonly discovery: Discovery | undefined;
  /** Pages that are read at most. */
  readonly pages: number;
}

/** A project's connections by how they are polled: each by itself, or by a list. */
interface Groups<Target> {
  readonly single: readonly Target[];
  readonly lists: readonly PolledList<Target>[];
}

/**
 * Basic connections are single: their list leaves out the bindings' states. One whose kind is not known yet may be an
 * enhanced one. A list that is read for discovery polls those of its schedule, too; if it is asked for by tags, only
 * those that were found in it. `pages`: as many as the enhanced list is known to have at least.
 */
export function groupsOf<Target extends Pollable>(
  { connections, pollBy, discover }: PollableProject<Target>,
  {
    pages,
    kind,
  }: {
    readonly pages: number;
    readonly kind: (target: Target) => "auto" | ConnectionKind;
  },
): Groups<Target> {
  const fewest = { auto: pages + 1, list: 1, show: Number.POSITIVE_INFINITY }[pollBy];
  const single = connections.filter((target) => kind(target) === "basic");
  const enhanced = connections.filter((target) => kind(target) !== "basic");
  const discovering = discoveryLists<Target>(discover);
  const lists: PolledList<Target>[] = [];
  const placeOf = (schedule: Schedule, isListed: boolean) => JSON.stringify([schedule, isListed]);
  const isListed = (target: Target) => !discover?.tags || target.discovered !== undefined;
  const groups = Map.groupBy(enhanced, (one) => placeOf(one.schedule, isListed(one)));
  for (const [place, targets] of groups) {
    const [first] = targets;
    const shared = discovering.findIndex(
      (list) => list.kind === "enhanced" && placeOf(list.schedule, true) === place,
    );
    if (!first || pollBy === "show" || (shared < 0 && targets.length < fewest)) {
      single.push(...targets);
      continue;
    }
    const [list] = shared < 0 ? [] : discovering.splice(shared, 1);
    const affordable = pollBy === "list" ? Number.POSITIVE_INFINITY : targets.length - 1;
    const alone = { kind: "enhanced", discovery: undefined, pages: affordable } as const;
    lists.push({ ...(list ?? alone), schedule: first.schedule, targets });
  }
  return { single, lists: [...lists, ...discovering] };
}

function discoveryLists<Target>(discovery: Discovery | undefined): PolledList<Target>[] {
  if (!discovery) return [];
  const { schedule } = discovery;
  const pages = Number.POSITIVE_INFINITY;
  return discovery.kinds.map((kind) => ({ kind, schedule, targets: [], discovery, pages }));
}

/** The configured kind; where it is left open, the one that answered. */
export function kindOf(
  { kind }: Pick<Pollable, "kind">,
  memory: ConnectionMemory | undefined,
): "auto" | ConnectionKind {
  return kind === "auto" ? (memory?.kind ?? "auto") : kind;
}
