import type { Draft } from "./draft.ts";
import { tellProblem } from "./incident.ts";
import type { Blindness, ConnectionMemory, Incident, ProjectMemory } from "./memory.ts";
import { bindingsOf, type Failure, failureText, sameState } from "./model.ts";
import { eventConnection } from "./notice.ts";
import type { Decision, PolledConnection } from "./policy.ts";
import { remind } from "./reminder.ts";

/** A poll of a connection whose memory is known. */
interface RememberedConnection extends PolledConnection {
  readonly memory: ConnectionMemory;
}

/** A project and everything that its being seen depends on. */
export type ListedProject = Pick<
  PolledConnection,
  "observedAt" | "project" | "settings" | "remindersOf" | "announce" | "newId"
>;

/**
 * A poll that told nothing changes no state. When a connection has failed `unreachableAfter` times and nothing else of
 * the project has been seen since it began to, the project is unreachable, told once; where a sibling was
 * seen meanwhile, it is this connection alone that cannot be seen.
 */
export function seeNothing(poll: RememberedConnection, failure: Failure): Decision {
  const { memory, project, settings, observedAt } = poll;
  const blindness = goOn(poll, memory, failure);
  const connection: ConnectionMemory = { ...memory, blindness };
  const { unreachable: blackout } = project.memory;
  if (blackout) return { connection, project: remindOfBlackout(poll, blackout, failure) };
  if (blindness.polls < settings.unreachableAfter) return { connection, project: project.memory };
  const blind = { ...reasonOf(failure), previousForMs: observedAt - blindness.since };
  const siblings = [...poll.siblings];
  if (!siblings.some((sibling) => wasSeenAfter(sibling, blindness.begunAt))) {
    const unreachable = open(poll, {
      resource: { type: "project", name: project.name },
      lastKnown: lastKnownOfAll([memory, ...siblings]),
      ...blind,
    });
    return { connection, project: { ...project.memory, unreachable } };
  }
  const about = ofConnection(poll);
  const unreachable = memory.unreachable
    ? remind(poll, memory.unreachable, { ...about, ...reasonOf(failure) })
    : open(poll, { ...about, lastKnown: lastKnownOf(memory), ...blind });
  return { connection: { ...connection, unreachable }, project: project.memory };
}

/** A poll that was read ends the blindness; whoever was told of it is told so, with the gap. */
export function seeAgain(poll: RememberedConnection): Decision {
  const { blindness, unreachable, ...connection } = poll.memory;
  const project = endBlackout(poll);
  if (unreachable) {
    const gapMs = poll.observedAt - (blindness?.since ?? unreachable.openedAt);
    close(poll, unreachable, { ...ofConnection(poll), gapMs });
  }
  return { connection, project };
}

/** The same for a project without anything to poll: its lists are all there is to see. `failure` is absent where one was read. */
export function seeList(poll: ListedProject, failure: Failure | undefined): ProjectMemory {
  const { observedAt, settings } = poll;
  const { name, memory } = poll.project;
  if (!failure) return { ...endBlackout(poll), seenAt: observedAt };
  const blindness = goOn(poll, memory, failure);
  const { unreachable: blackout } = memory;
  if (blackout) return { ...remindOfBlackout(poll, blackout, failure), blindness };
  if (blindness.polls < settings.unreachableAfter) return { ...memory, blindness };
  const unreachable = open(poll, {
    resource: { type: "project", name },
    ...reasonOf(failure),
    previousForMs: observedAt - blindness.since,
  });
  return { ...memory, blindness, unreachable };
}

function endBlackout(poll: ListedProject): ProjectMemory {
  const { name } = poll.project;
  const { unreachable: blackout, blindness, ...memory } = poll.project.memory;
  if (!blackout) return memory;
  const gapMs = poll.observedAt - (memory.seenAt ?? blackout.openedAt);
  close(poll, blackout, { resource: { type: "project", name }, gapMs });
  return { ...memory, episode: memory.episode + 1 };
}

/** The run of failed polls with this one; its count stops where it no longer matters. */
function goOn(
  { project, settings, observedAt }: ListedProject,
  known: { readonly blindness?: Blindness; readonly seenAt?: number },
  { cause, message }: Failure,
): Blindness {
  const { episode } = project.memory;
  const before = known.blindness?.episode === episode ? known.blindness : undefined;
  return {
    polls: Math.min((before?.polls ?? 0) + 1, settings.unreachableAfter),
    episode,
    since: before?.since ?? known.seenAt ?? observedAt,
    begunAt: before?.begunAt ?? observedAt,
    cause,
    message,
  };
}

function wasSeenAfter(sibling: ConnectionMemory | undefined, at: number): boolean {
  return sibling?.seenAt !== undefined && sibling.seenAt > at;
}

type Blind = Pick<
  Draft,
  "resource" | "connection" | "errMsg" | "cause" | "lastKnown" | "gapMs" | "previousForMs"
>;

function open(poll: ListedProject, blind: Blind): Incident {
  const problem = { ...blind, type: "unreachable", severity: "warning", routed: true } as const;
  return tellProblem(poll, problem, undefined);
}

function remindOfBlackout(
  poll: ListedProject,
  blackout: Incident,
  failure: Failure,
): ProjectMemory {
  const { name, memory } = poll.project;
  const reminder = { resource: { type: "project", name }, ...reasonOf(failure) } as const;
  return { ...memory, unreachable: remind(poll, blackout, reminder) };
}

function close({ announce }: ListedProject, { id, told }: Incident, blind: Blind): void {
  announce({
    ...blind,
    type: "reachable",
    severity: "info",
    incident: id,
    tell: told,
    routed: true,
  });
}

function reasonOf(failure: Failure): Pick<Draft, "cause" | "errMsg"> {
  return { cause: failure.cause, errMsg: failureText(failure) };
}

function ofConnection({
  configured,
  memory,
}: RememberedConnection): Pick<Draft, "resource" | "connection"> {
  const connection = eventConnection(configured, memory.snapshot);
  return { resource: { type: "connection", name: connection.name }, connection };
}

/** States of a connection and its bindings, as they were last seen. */
function lastKnownOf({ snapshot }: ConnectionMemory): string {
  if (!snapshot) return "never seen";
  const bindings = bindingsOf(snapshot).map(
    ({ type, name, peerId, state }) => `${type} ${name || peerId} ${state}`,
  );
  return [snapshot.state, ...bindings].join(", ");
}

/** What was bad when the project was last seen: so many names fit into a message. */
const longestList = 5;

function lastKnownOfAll(memories: readonly (ConnectionMemory | undefined)[]): string {
  const seen = memories.flatMap((memory) => memory?.snapshot ?? []);
  const failed = seen.filter((snapshot) =>
    [snapshot, ...bindingsOf(snapshot)].some(({ state }) => sameState(state, "FAILED")),
  );
  const names = failed.slice(0, longestList).map(({ id, attributes }) => attributes.name || id);
  const more = failed.length > names.length ? `, and ${failed.length - names.length} more` : "";
  const fault = failed.length > 0 ? `FAILED in ${names.join(", ")}${more}` : "nothing FAILED";
  return `${seen.length} of ${memories.length} connections seen, ${fault}`;
}
