import type { Draft } from "./draft.ts";
import type { Severity } from "./event.ts";
import type { Blindness, ConnectionMemory, Incident } from "./memory.ts";
import type { Failure } from "./model.ts";
import { sameState } from "./model.ts";
import { eventConnection } from "./notice.ts";
import type { Decision, PolledConnection } from "./policy.ts";

/** A poll of a connection whose memory is known. */
interface RememberedConnection extends PolledConnection {
  readonly memory: ConnectionMemory;
}

const severity: Severity = "warning";

/**
 * A poll that told nothing changes no state. When every connection of the project has failed
 * `unreachableAfter` times since anything was seen, the project is unreachable, told once. A connection that
 * fails so often while one of its siblings is seen gets a notice of its own.
 */
export function seeNothing(poll: RememberedConnection, failure: Failure): Decision {
  const { memory, project, settings, observedAt } = poll;
  const blindness = goOn(poll, failure);
  const connection: ConnectionMemory = { ...memory, blindness };
  if (project.memory.unreachable || blindness.polls < settings.unreachableAfter) {
    return { connection, project: project.memory };
  }
  const siblings = [...poll.siblings].filter((sibling) => !isGone(sibling));
  const polls = siblings.map((sibling) => blindPolls(sibling, project.memory.episode));
  if (polls.every((count) => count >= settings.unreachableAfter)) {
    const unreachable = open(poll, {
      resource: { type: "project", name: project.name },
      ...reasonOf(failure),
      previousForMs: observedAt - blindness.since,
    });
    return { connection, project: { ...project.memory, unreachable } };
  }
  const seenElsewhere = siblings.some((sibling, index) => sibling && polls[index] === 0);
  if (memory.unreachable || !seenElsewhere) return { connection, project: project.memory };
  const unreachable = open(poll, {
    ...ofConnection(poll),
    ...reasonOf(failure),
    previousForMs: observedAt - blindness.since,
  });
  return { connection: { ...connection, unreachable }, project: project.memory };
}

/** A poll that was read ends the blindness; whoever was told of it is told so, with the gap. */
export function seeAgain(poll: RememberedConnection): Decision {
  const { observedAt, project } = poll;
  const { blindness, unreachable, ...connection } = poll.memory;
  if (project.memory.unreachable) {
    const { unreachable: over, ...memory } = project.memory;
    close(poll, over, {
      resource: { type: "project", name: project.name },
      gapMs: observedAt - (memory.seenAt ?? over.openedAt),
    });
    if (unreachable)
      close(poll, unreachable, {
        ...ofConnection(poll),
        gapMs: observedAt - (blindness?.since ?? unreachable.openedAt),
      });
    return { connection, project: { ...memory, episode: memory.episode + 1 } };
  }
  if (unreachable)
    close(poll, unreachable, {
      ...ofConnection(poll),
      gapMs: observedAt - (blindness?.since ?? unreachable.openedAt),
    });
  return { connection, project: project.memory };
}

/** The run of failed polls with this one; its count stops where it no longer matters. */
function goOn(
  { memory, project, settings, observedAt }: RememberedConnection,
  { cause, message }: Failure,
): Blindness {
  const { episode } = project.memory;
  const before = memory.blindness?.episode === episode ? memory.blindness : undefined;
  return {
    polls: Math.min((before?.polls ?? 0) + 1, settings.unreachableAfter),
    episode,
    since: before?.since ?? memory.seenAt ?? observedAt,
    cause,
    message,
  };
}

function blindPolls(sibling: ConnectionMemory | undefined, episode: number): number {
  return sibling?.blindness?.episode === episode ? sibling.blindness.polls : 0;
}

/** A connection that is gone is hardly polled any more: it says nothing about the project. */
function isGone(sibling: ConnectionMemory | undefined): boolean {
  return sibling?.snapshot !== undefined && sameState(sibling.snapshot.state, "DELETED");
}

type Blind = Pick<
  Draft,
  "resource" | "connection" | "errMsg" | "cause" | "gapMs" | "previousForMs"
>;

function open({ announce, newId, observedAt }: RememberedConnection, blind: Blind): Incident {
  const id = newId();
  const told = announce({ ...blind, type: "unreachable", severity, incident: id, routed: true });
  return { id, openedAt: observedAt, severity, told };
}

function close({ announce }: RememberedConnection, { id, told }: Incident, blind: Blind): void {
  announce({
    ...blind,
    type: "reachable",
    severity: "info",
    incident: id,
    tell: told,
    routed: true,
  });
}

function reasonOf({ cause, message }: Failure): Pick<Draft, "cause" | "errMsg"> {
  return { cause, errMsg: message };
}

function ofConnection({
  configured,
  memory,
}: RememberedConnection): Pick<Draft, "resource" | "connection"> {
  const connection = eventConnection(configured, memory.snapshot);
  return { resource: { type: "connection", name: connection.name }, connection };
}
