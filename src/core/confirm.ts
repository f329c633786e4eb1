import { bindingKey } from "./bindings.ts";
import type { Transition } from "./diff.ts";
import type { Pending } from "./memory.ts";
import type { Snapshot } from "./model.ts";
import type { ConfirmSettings } from "./policy.ts";

/** A difference that enough polls have agreed on. */
export interface Confirmed {
  readonly transition: Transition;
  /** Of the first poll that showed it, in epoch milliseconds. */
  readonly since: number;
  /** Whether it stood in the connection's first snapshot. */
  readonly firstSight: boolean;
}

export interface Confirmation {
  readonly confirmed: readonly Confirmed[];
  /** Not yet to count. */
  readonly held: readonly Transition[];
  /** To be remembered for the next poll; a difference that is not there any more is forgotten. */
  readonly pending: Readonly<Record<string, Pending>>;
}

/** Sorts the differences of one poll into those that count now and those that more polls must agree on. */
export function confirm(
  transitions: readonly Transition[],
  {
    snapshot,
    observedAt,
    pending,
    firstSight,
    settings,
  }: {
    readonly snapshot: Snapshot;
    readonly observedAt: number;
    readonly pending: Readonly<Record<string, Pending>>;
    readonly firstSight: boolean;
    readonly settings: ConfirmSettings;
  },
): Confirmation {
  const confirmed: Confirmed[] = [];
  const held: Transition[] = [];
  const next: Record<string, Pending> = {};
  for (const transition of transitions) {
    const key = keyOf(transition);
    const change =
      transition.type === "detail" ? JSON.stringify(transition.changed) : (transition.to ?? "gone");
    const known = pending[key]?.change === change ? pending[key] : undefined;
    const polls = (known?.polls ?? 0) + 1;
    const since = known?.since ?? observedAt;
    const first = firstSight || (known?.firstSight ?? false);
    if (polls >= pollsNeeded(transition, snapshot, settings)) {
      confirmed.push({ transition, since, firstSight: first });
    } else {
      held.push(transition);
      next[key] = { change, polls, since, firstSight: first };
    }
  }
  return { confirmed, held, pending: next };
}

function keyOf({ type, binding }: Transition): string {
  const row = binding?.before ?? binding?.after;
  return `${type} ${row ? bindingKey(row) : "connection"}`;
}

/** A missing array is less certain than an empty one: it needs one poll more. */
function pollsNeeded(
  { type, binding, to }: Transition,
  snapshot: Snapshot,
  settings: ConfirmSettings,
): number {
  const needed = pollsFor({ type, to }, settings);
  const isUncertain = type === "disappeared" && binding?.before !== undefined;
  return isUncertain && snapshot.bindings[binding.before.type] === null ? needed + 1 : needed;
}

/** How many polls must agree on a change to the state `to`; on one that is gone where there is none. */
export function pollsFor(
  { type, to }: { readonly type: string; readonly to: string | undefined },
  settings: ConfirmSettings,
): number {
  if (type === "detail") return settings.other;
  const state = to?.toUpperCase() ?? "DELETED";
  return settings.states[state] ?? (state === "DELETED" ? settings.gone : settings.other);
}
