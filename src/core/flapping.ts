import type { Draft } from "./draft.ts";
import { enterState, tellProblem } from "./incident.ts";
import type { ResourceMemory } from "./memory.ts";
import type { PolicySettings } from "./policy.ts";
import { withReason } from "./reasons.ts";
import { type Change, draftOf, isState, type Resource, type SeenConnection } from "./resource.ts";

/*
 * A resource flaps when its state has changed `changes` times `within` a time. The change that is one too many is told as
 * `flapping`. From then on changes and reasons are recorded, but told to nobody, until fewer than half as many stand within
 * that time: it takes much less to begin than to end, so that flapping does not itself flap. Then what the resource has
 * settled in is told once, as if it had gone there in one step from where it was before that change. One that is gone flaps
 * no more.
 */

/** Tells a change of state, unless there are too many of them. */
export function changeState(
  seen: SeenConnection,
  change: Change,
  known: ResourceMemory,
): ResourceMemory {
  const { settings, announce } = seen;
  const { since, from = "" } = change;
  const { incident, flapping } = known;
  const draft = draftOf(seen, change, known);
  if (isState(change.to, "DELETED")) return enterState(seen, draft, { ...known, since });
  const changes = countChange(seen, known);
  if (flapping && incident) {
    announce({ ...draft, routed: false });
    return { since, incident, changes, flapping: { ...flapping, changes: flapping.changes + 1 } };
  }
  const [first] = changes;
  if (first !== undefined && settings.flapping && changes.length >= settings.flapping.changes) {
    const begun = { since, changes, flapping: { from, since: first, changes: changes.length } };
    const problem = {
      ...draft,
      ...flappingOf(begun),
      type: "flapping",
      severity: incident?.severity ?? "warning",
    } as const;
    const open = tellProblem(seen, problem, incident);
    return { ...begun, incident: withReason(open, draft.errMsg ?? "") };
  }
  return { ...enterState(seen, draft, { ...known, since }), changes };
}

/** How a notice tells of flapping; nothing where there is none. */
export function flappingOf({ flapping, changes = [] }: ResourceMemory): Pick<Draft, "flapping"> {
  if (!flapping) return {};
  const { since } = flapping;
  const forMs = (changes.at(-1) ?? since) - since;
  return { flapping: { since, forMs, changes: flapping.changes } };
}

/** When flapping is over, if nothing changes before; in epoch milliseconds. */
export function settlesAt({ flapping, changes = [] }: ResourceMemory, settings: PolicySettings) {
  if (!flapping) return Number.POSITIVE_INFINITY;
  if (!settings.flapping) return 0;
  const half = Math.ceil(settings.flapping.changes / 2);
  return (changes.at(-half) ?? 0) + settings.flapping.withinMs;
}

/** Tells what a resource has settled in, once its flapping is over. */
export function settle(seen: SeenConnection, { row, state: to, known }: Resource): ResourceMemory {
  const { flapping, changes = [], since } = known;
  if (!flapping || seen.observedAt < settlesAt(known, seen.settings)) return known;
  const change = { type: "transition", row, from: flapping.from, to, since } as const;
  const { previousForMs: _, ...draft } = draftOf(seen, change, known);
  const settled = enterState(seen, { ...draft, ...flappingOf(known) }, known);
  return { ...settled, changes, movedAt: seen.observedAt };
}

/** Those that still stand within the time, with the change of this poll. */
function countChange(
  { settings: { flapping }, observedAt }: SeenConnection,
  { changes = [] }: ResourceMemory,
): readonly number[] {
  if (!flapping) return [];
  return [...changes, observedAt]
    .filter((at) => at > observedAt - flapping.withinMs)
    .slice(-flapping.changes);
}
