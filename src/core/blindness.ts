import { dictionary } from "./dictionary.ts";
import type { Draft } from "./draft.ts";
import { tellProblem } from "./incident.ts";
import { type InEach, inEach } from "./language.ts";
import type { Blindness, ConnectionMemory, Incident, ProjectMemory } from "./memory.ts";
import { bindingsOf, type Failure, failureText, sameState } from "./model.ts";
import { eventConnection } from "./notice.ts";
import type { Decision, PolledConnection } from "./policy.ts";
import { remind, remindsAt } from "./reminder.ts";
import { beginReturn, endReturn, gathered, nothing } from "./return.ts";

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
  if (!wasAnySeenAfter(blindness.begunAt, poll.siblings)) {
    const siblings = [...poll.siblings];
    const before = endReturn(poll, project.memory, [memory, ...siblings]);
    const unreachable = open(poll, {
      ...ofProject(project),
      lastKnown: lastKnownOfAll([memory, ...siblings]),
      ...blind,
    });
    return { connection, project: { ...before, unreachable } };
  }
  const about = ofConnection(poll);
  const unreachable = memory.unreachable
    ? remind(poll, memory.unreachable, { ...about, ...reasonOf(failure) })
    : open(poll, { ...about, lastKnown: lastKnownOf(memory), ...blind });
  return { connection: { ...connection, unreachable }, project: project.memory };
}

/** The first time, in epoch milliseconds, at which another poll that tells nothing has something to decide. */
export function missesAt(
  poll: Pick<
    RememberedConnection,
    "memory" | "project" | "settings" | "remindersOf" | "configured"
  >,
): number {
  const { memory, project, settings } = poll;
  const { polls = 0, episode } = memory.blindness ?? {};
  const isCounted = episode === project.memory.episode && polls === settings.unreachableAfter;
  const { unreachable: blackout } = project.memory;
  if (isCounted && blackout) return remindsAt(poll, blackout, ofProject(project));
  return isCounted && memory.unreachable
    ? remindsAt(poll, memory.unreachable, ofConnection(poll))
    : Number.NEGATIVE_INFINITY;
}

/** A poll that was read ends the blindness. */
export function seeAgain(poll: RememberedConnection): Decision {
  const { blindness, unreachable, ...connection } = poll.memory;
  return { connection, project: endBlackout(poll) };
}

/** Whoever was told that a connection cannot be seen is told that it can, with the gap and what else was told of it now. */
export function tellSeenAgain(poll: RememberedConnection, titles: readonly InEach[]): void {
  const { blindness, unreachable } = poll.memory;
  if (!unreachable) return;
  poll.announce({
    type: "reachable",
    severity: "info",
    ...ofConnection(poll),
    gapMs: poll.observedAt - (blindness?.since ?? unreachable.openedAt),
    meanwhile: gathered(nothing, titles),
    incident: unreachable.id,
    tell: unreachable.told,
    routed: true,
  });
}

/** A project without anything to poll: its lists are all there is to see. `failure` is absent where one was read. */
export function seeList(poll: ListedProject, failure: Failure | undefined): ProjectMemory {
  const { observedAt, settings } = poll;
  const { memory } = poll.project;
  if (!failure) return { ...endReturn(poll, endBlackout(poll), []), seenAt: observedAt };
  const blindness = goOn(poll, memory, failure);
  const { unreachable: blackout } = memory;
  if (blackout) return { ...remindOfBlackout(poll, blackout, failure), blindness };
  if (blindness.polls < settings.unreachableAfter) return { ...memory, blindness };
  const unreachable = open(poll, {
    ...ofProject(poll.project),
    ...reasonOf(failure),
    previousForMs: observedAt - blindness.since,
  });
  return { ...memory, blindness, unreachable };
}

function endBlackout(poll: ListedProject): ProjectMemory {
  const { blindness, unreachable, ...memory } = poll.project.memory;
  return unreachable ? beginReturn(poll, { ...memory, unreachable }) : memory;
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

function wasAnySeenAfter(at: number, siblings: RememberedConnection["siblings"]): boolean {
  for (const one of siblings) if (one?.seenAt !== undefined && one.seenAt > at) return true;
  return false;
}

type Blind = Pick<
  Draft,
  "resource" | "connection" | "errMsg" | "cause" | "lastKnown" | "previousForMs"
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
  const reminder = { ...ofProject(poll.project), ...reasonOf(failure) };
  return { ...poll.project.memory, unreachable: remind(poll, blackout, reminder) };
}

function reasonOf(failure: Failure): Pick<Draft, "cause" | "errMsg"> {
  return { cause: failure.cause, errMsg: failureText(failure) };
}

function ofProject({ name }: ListedProject["project"]): Pick<Draft, "resource"> {
  return { resource: { type: "project", name } };
}

function ofConnection({
  configured,
  memory,
}: Pick<RememberedConnection, "configured" | "memory">): Pick<Draft, "resource" | "connection"> {
  const connection = eventConnection(configured, memory.snapshot);
  return { resource: { type: "connection", name: connection.name }, connection };
}

/** States of a connection and its bindings, as they were last seen. */
function lastKnownOf({ snapshot }: ConnectionMemory): InEach {
  return inEach((language) => {
    const { lastKnown: say, between } = dictionary[language];
    if (!snapshot) return say.neverSeen;
    const bindings = bindingsOf(snapshot).map(({ type, name, peerId, state }) =>
      say.binding(type, name || peerId, state),
    );
    return [snapshot.state, ...bindings].join(between.names);
  });
}

/** What was bad when the project was last seen: so many names fit into a message. */
const longestList = 5;

function lastKnownOfAll(memories: readonly (ConnectionMemory | undefined)[]): InEach {
  const seen = memories.flatMap((memory) => memory?.snapshot ?? []);
  const failed = seen.filter((snapshot) =>
    [snapshot, ...bindingsOf(snapshot)].some(({ state }) => sameState(state, "FAILED")),
  );
  const names = failed.slice(0, longestList).map(({ id, attributes }) => attributes.name || id);
  const more = failed.length - names.length;
  return inEach((language) => {
    const { lastKnown: say, andMore, between } = dictionary[language];
    const named = [...names, ...(more > 0 ? [andMore(more)] : [])].join(between.names);
    const fault = failed.length > 0 ? say.failedIn(named) : say.nothingFailed;
    return say.seen(seen.length, memories.length, fault);
  });
}
