import { seeAgain, seeNothing, tellSeenAgain } from "./blindness.ts";
import { confirm } from "./confirm.ts";
import { diff, hold, isUnseen, unseen } from "./diff.ts";
import { tellProblem } from "./incident.ts";
import { type InEach, inEach } from "./language.ts";
import { tellLasting } from "./lasting.ts";
import type { ConnectionMemory, ProjectMemory } from "./memory.ts";
import type { Snapshot } from "./model.ts";
import { sameState } from "./model.ts";
import { toldOf } from "./notice.ts";
import type { Decision, PolledConnection } from "./policy.ts";
import { remind } from "./reminder.ts";
import { aboutOf } from "./resource.ts";
import { goOnReturning, markReturned } from "./return.ts";
import { tellTransitions } from "./transitions.ts";
import { titleOf } from "./wording.ts";

/** The policy: one observation and what was remembered give what is remembered and told. */
export function decide(poll: PolledConnection): Decision {
  const { observation, observedAt, configured } = poll;
  const { discovered, tags } = configured;
  const memory = poll.memory ?? unknownConnection(observedAt);
  if (observation.outcome === "failed") {
    const blind = seeNothing({ ...poll, memory }, observation.failure);
    const connection = markReturned(blind.connection, blind.project);
    return { connection, project: goOnReturning(poll, blind.project, { connection, titles: [] }) };
  }
  const seen = seeAgain({ ...poll, memory });
  const { titles, ...overheard } = overhearing(poll);
  const known =
    observation.outcome === "snapshot"
      ? see(overheard, seen.connection, observation.snapshot)
      : seeAbsence(overheard, seen.connection);
  const connection = {
    ...markReturned(known, seen.project),
    seenAt: observedAt,
    ...(discovered && { discovered }),
    ...(tags !== undefined && { tags }),
  };
  tellSeenAgain({ ...poll, memory }, titles);
  const project = goOnReturning(poll, seen.project, { connection, titles });
  return { connection, project: { ...project, seenAt: observedAt } };
}

/** A poll that remembers the titles of what it announces. */
function overhearing(poll: PolledConnection): PolledConnection & { readonly titles: InEach[] } {
  const titles: InEach[] = [];
  return {
    ...poll,
    titles,
    announce(draft) {
      titles.push(inEach((language) => titleOf(toldOf(draft), language)));
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
  const { incident, since } = memory.connection;
  const about = aboutOf({ configured: poll.configured, view: undefined });
  if (incident) {
    return { ...memory, connection: { since, incident: remind(poll, incident, about) } };
  }
  const problem = { ...about, type: "not_found", severity: "warning", routed: true } as const;
  const opened = tellProblem(poll, problem, undefined);
  return { ...memory, connection: { since: poll.observedAt, incident: opened } };
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
    observedAt: poll.observedAt,
    pending: memory.pending,
    firstSight: isUnseen(before),
    settings: poll.settings.confirm,
  });
  const view = hold(before, snapshot, held);
  const seen = { ...poll, memory, before, view };
  return {
    ...memory,
    ...tellLasting(seen, tellTransitions(seen, confirmed), held),
    kind: snapshot.kind,
    snapshot: isDeleted(view) ? { ...view, bindings: { queue: [], pool: [] } } : view,
    pending,
  };
}

function isDeleted({ state }: Snapshot): boolean {
  return sameState(state, "DELETED");
}
