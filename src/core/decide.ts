import { seeAgain, seeNothing, tellSeenAgain } from "./blindness.ts";
import { confirm } from "./confirm.ts";
import { diff, hold, isUnseen, unseen } from "./diff.ts";
import type { ConnectionMemory, ProjectMemory } from "./memory.ts";
import type { Snapshot } from "./model.ts";
import { sameState } from "./model.ts";
import { eventConnection } from "./notice.ts";
import type { Decision, PolledConnection } from "./policy.ts";
import { goOnReturning } from "./return.ts";
import { tellTransitions } from "./transitions.ts";
import { titleOf } from "./wording.ts";

/** The policy: one observation and what was remembered give what is remembered and told. */
export function decide(poll: PolledConnection): Decision {
  const { observation, observedAt, configured } = poll;
  const { discovered, tags } = configured;
  const memory = poll.memory ?? unknownConnection(observedAt);
  if (observation.outcome === "failed") {
    const { connection, project } = seeNothing({ ...poll, memory }, observation.failure);
    return { connection, project: goOnReturning(poll, project, { connection, titles: [] }) };
  }
  const seen = seeAgain({ ...poll, memory });
  const { titles, ...overheard } = overhearing(poll);
  const known =
    observation.outcome === "snapshot"
      ? see(overheard, seen.connection, observation.snapshot)
      : seeAbsence(overheard, seen.connection);
  const connection = {
    ...known,
    seenAt: observedAt,
    ...(discovered && { discovered }),
    ...(tags !== undefined && { tags }),
  };
  tellSeenAgain({ ...poll, memory }, titles);
  const project = goOnReturning(poll, seen.project, { connection, titles });
  return { connection, project: { ...project, seenAt: observedAt } };
}

/** A poll that remembers the titles of what it announces. */
function overhearing(poll: PolledConnection): PolledConnection & { readonly titles: string[] } {
  const titles: string[] = [];
  return {
    ...poll,
    titles,
    announce(draft) {
      titles.push(titleOf(draft));
      return poll.announce(draft);
    },
  };
}

/** A project before its first poll. */
export const unknownProject: ProjectMemory = { episode: 0 };

function unknownConnection(observedAt: number): ConnectionMemory {
  return { connection: { since: observedAt }, bindings: {}, pending: {} };
}

/** Absent after having been seen is the same as DELETED; never seen, it is a wrong id, told once. */
function seeAbsence(poll: PolledConnection, memory: ConnectionMemory): ConnectionMemory {
  if (memory.snapshot && !isUnseen(memory.snapshot)) {
    return see(poll, memory, { ...memory.snapshot, state: "DELETED", errMsg: "" });
  }
  if (memory.connection.incident) return memory;
  const { announce, newId, observedAt, configured } = poll;
  const id = newId();
  const told = announce({
    type: "not_found",
    severity: "warning",
    resource: { type: "connection", name: configured.name ?? configured.id },
    connection: eventConnection(configured, undefined),
    incident: id,
    routed: true,
  });
  return {
    ...memory,
    connection: {
      since: observedAt,
      incident: { id, openedAt: observedAt, severity: "warning", told },
    },
  };
}

function see(
  poll: PolledConnection,
  memory: ConnectionMemory,
  snapshot: Snapshot,
): ConnectionMemory {
  const before = memory.snapshot ?? unseen(snapshot);
  if (isDeleted(before) && isDeleted(snapshot)) return memory;
  const transitions = diff(before, snapshot);
  const { confirmed, held, pending } = confirm(transitions, {
    snapshot,
    pending: memory.pending,
    firstSight: isUnseen(before),
    settings: poll.settings.confirm,
  });
  const view = hold(before, snapshot, held);
  const resources = tellTransitions({ ...poll, memory, before, view }, confirmed);
  return {
    ...memory,
    ...resources,
    kind: snapshot.kind,
    snapshot: isDeleted(view) ? { ...view, bindings: { queue: [], pool: [] } } : view,
    pending,
  };
}

function isDeleted({ state }: Snapshot): boolean {
  return sameState(state, "DELETED");
}
