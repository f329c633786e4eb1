import { bindingKey } from "./bindings.ts";
import type { Transition } from "./diff.ts";
import { flappingOf, settle, settlesAt } from "./flapping.ts";
import type { ConnectionMemory, ResourceMemory } from "./memory.ts";
import { bindingsOf, type Snapshot } from "./model.ts";
import type { PolledConnection } from "./policy.ts";
import { type Reminding, remind, remindsAt } from "./reminder.ts";
import { aboutOf, draftOf, type Resource, type SeenConnection } from "./resource.ts";
import { stuckAt, tellStuck } from "./stuck.ts";

/*
 * What nothing but time brings: flapping settles, a state that lasts is stuck, an open incident is told again. It is decided
 * by polls that were read, and nothing is said of a resource whose state waits to be confirmed.
 */

type Resources = Pick<ConnectionMemory, "connection" | "bindings">;

/** Tells what time has brought; `held` are the differences that do not count yet. */
export function tellLasting(
  seen: SeenConnection,
  { connection, bindings }: Resources,
  held: readonly Transition[],
): Resources {
  const uncertain = held.filter(({ type }) => type !== "detail").map(({ binding }) => binding);
  if (uncertain.includes(undefined)) return { connection, bindings };
  const silent = uncertain.flatMap((binding) => {
    const row = binding?.after ?? binding?.before;
    return row ? [bindingKey(row)] : [];
  });
  const own = afterTime(seen, { state: seen.view.state, known: connection });
  const lasting = bindingsIn(seen.view, bindings).flatMap(({ key, ...binding }) =>
    silent.includes(key) ? [] : [[key, afterTime(seen, binding)] as const],
  );
  return { connection: own, bindings: { ...bindings, ...Object.fromEntries(lasting) } };
}

/** The first time, in epoch milliseconds, at which a poll that finds everything as it was has something to tell. */
export function wakesAt(
  { snapshot, connection, bindings }: ConnectionMemory,
  poll: Pick<PolledConnection, "configured" | "settings"> & Reminding,
): number {
  const { configured, settings } = poll;
  const own = { state: snapshot?.state ?? "", known: connection };
  const times = [own, ...(snapshot ? bindingsIn(snapshot, bindings) : [])].flatMap(
    (resource: Resource) => {
      const { known, row } = resource;
      const settled = [settlesAt(known, settings), stuckAt(resource, settings)];
      if (!known.incident) return settled;
      const about = aboutOf({ configured, view: snapshot }, row);
      return [...settled, remindsAt(poll, known.incident, about)];
    },
  );
  return Math.min(...times);
}

function bindingsIn(view: Snapshot, bindings: Resources["bindings"]) {
  return bindingsOf(view).flatMap((row) => {
    const key = bindingKey(row);
    const known = bindings[key];
    return known ? [{ key, row, state: row.state, known }] : [];
  });
}

function afterTime(seen: SeenConnection, resource: Resource): ResourceMemory {
  const settled = settle(seen, resource);
  const known = tellStuck(seen, { ...resource, known: settled });
  if (!known.incident) return known;
  const { row, state: to } = resource;
  const reminder = {
    ...draftOf(seen, { type: "reminder", row, to, since: known.since }, known),
    ...flappingOf(known),
  };
  return { ...known, incident: remind(seen, known.incident, reminder) };
}
