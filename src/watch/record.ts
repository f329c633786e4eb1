import { decide } from "../core/decide.ts";
import type { ConfiguredConnection } from "../core/draft.ts";
import type { EventProject } from "../core/event.ts";
import type { ConnectionMemory } from "../core/memory.ts";
import type { Observation } from "../core/model.ts";
import type { AddressedEvent, Numbering } from "../core/notice.ts";
import type { ObservationRun } from "../core/run.ts";
import type { Scrub } from "../core/secret.ts";
import { withoutIds } from "../core/text.ts";
import { decidesAt } from "../core/unchanged.ts";
import type { Change, ConnectionRecord, Ledger } from "./ledger.ts";
import { startTelling, type TellOptions } from "./telling.ts";

/** A project and the connections polled in it. */
export interface WatchedProject extends EventProject {
  readonly connections: readonly ConfiguredConnection[];
}

/** What turns observations into notices. */
export interface RecordOptions extends TellOptions {
  readonly scrub: Scrub;
}

/** How one poll of one connection ended, at `observedAt` (epoch milliseconds). */
export interface Poll {
  readonly project: WatchedProject;
  readonly connection: ConfiguredConnection;
  readonly observation: Observation;
  readonly observedAt: number;
}

/** How far a run of equal observations reaches is made durable this often, in milliseconds. */
const reachEveryMs = 600_000;

/** Commits an observation and its consequences; gives what was announced. Throws if the store could not. */
export async function record(
  options: RecordOptions,
  poll: Poll,
): Promise<readonly AddressedEvent[]> {
  const { ledger } = options;
  const { project, connection, observedAt } = poll;
  const before = ledger.connection(project.name, connection.id);
  const observation =
    poll.observation === before.lastRun?.observation
      ? poll.observation
      : scrubbed(poll.observation, options.scrub);
  if (
    ledger.fault() === undefined &&
    (connection.tags ?? before.memory?.tags) === before.memory?.tags &&
    saysNothingNew(options, { ...poll, observation })
  ) {
    ledger.extend({ project: project.name, id: connection.id }, observation, observedAt);
    return [];
  }
  let announced: readonly AddressedEvent[] = [];
  await ledger.transact((numbering) => {
    const change = changeOf(options, { ...poll, observation }, numbering);
    announced = change.announced;
    return change;
  });
  return announced;
}

/** The same answer again that decides nothing need not be written. */
function saysNothingNew(
  { ledger, rules }: RecordOptions,
  { project: { name }, connection: configured, observation, observedAt }: Poll,
): boolean {
  const { memory, lastRun, writtenAt = 0 } = ledger.connection(name, configured.id);
  if (!memory || !lastRun || observation.outcome === "failed") return false;
  const polled = {
    ...rules(),
    configured,
    memory,
    project: { name, memory: ledger.project(name) },
  };
  return (
    observedAt - writtenAt < reachEveryMs &&
    observedAt < decidesAt(polled, observation.outcome) &&
    sameObservation(lastRun.observation, observation)
  );
}

function changeOf(options: RecordOptions, poll: Poll, numbering: Numbering): Change {
  const { project, connection, observation, observedAt } = poll;
  const { ledger, rules } = options;
  const { connections, ...eventProject } = project;
  const before = ledger.connection(project.name, connection.id);
  const { announce, told } = startTelling(
    options,
    { observedAt, project: eventProject },
    numbering,
  );
  const decision = decide({
    observation,
    observedAt,
    configured: connection,
    memory: before.memory,
    project: { name: project.name, memory: ledger.project(project.name) },
    siblings: siblingsOf(ledger, project, connection.id),
    settings: rules().settings,
    remindersOf: rules().remindersOf,
    announce,
    newId: numbering.newId,
  });
  return {
    observations: runsAfter(before, poll),
    connections: [{ project: project.name, id: connection.id, memory: decision.connection }],
    projects: [{ name: project.name, memory: decision.project }],
    ...told(),
  };
}

/** Looked up only when somebody asks. */
function siblingsOf(
  ledger: Ledger,
  { name, connections }: WatchedProject,
  own: string,
): Iterable<ConnectionMemory | undefined> {
  return {
    *[Symbol.iterator]() {
      for (const { id } of connections) if (id !== own) yield ledger.connection(name, id).memory;
    },
  };
}

/** The run so far, reaching further; or its end and the beginning of the next. After a start a new one begins, so that the blind time before it shows. */
function runsAfter(
  { lastRun, writtenAt }: ConnectionRecord,
  { project, connection, observation, observedAt }: Poll,
): readonly ObservationRun[] {
  const goesOn =
    lastRun && writtenAt !== undefined && sameObservation(lastRun.observation, observation);
  if (goesOn) return [{ ...lastRun, lastAt: observedAt, polls: lastRun.polls + 1 }];
  const begun = {
    project: project.name,
    connection: connection.id,
    firstAt: observedAt,
    lastAt: observedAt,
    polls: 1,
    observation,
  };
  return lastRun ? [lastRun, begun] : [begun];
}

function sameObservation(one: Observation, other: Observation): boolean {
  return one === other || saidBy(one) === saidBy(other);
}

/** Each reply has a request id of its own, and each pause a length: a failure goes on while nothing else changes. */
function saidBy(observation: Observation): string {
  if (observation.outcome !== "failed") return JSON.stringify(observation);
  const { cause, message } = observation.failure;
  return `${cause}: ${withoutIds(message)}`;
}

/** The one place where what comes from outside loses its secrets, before anything is decided or stored. */
function scrubbed(observation: Observation, scrub: Scrub): Observation {
  const text = JSON.stringify(observation);
  if (scrub(text) === text) return observation;
  return JSON.parse(text, (key, value) =>
    typeof value === "string" && !ownWords.has(key) ? scrub(value) : value,
  );
}

/** Fields whose values are ours or documented, whatever a secret may read. */
const ownWords: ReadonlySet<string> = new Set(["outcome", "kind", "type", "state", "cause"]);
