import type { Clock } from "../clock.ts";
import type { WatchedConnection } from "../core/discovery.ts";
import type { Listing, ListOptions } from "../core/listing.ts";
import type { ConnectionMemory } from "../core/memory.ts";
import type { ConnectionKind, Observation } from "../core/model.ts";
import type { AddressedEvent } from "../core/notice.ts";
import { isGone } from "../core/schedule.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Meter } from "../metrics/meter.ts";
import { type Poll, type RecordOptions, record, type WatchedProject } from "./record.ts";

/** Asks the API for one connection, or for all of a kind; what fails is an answer too. */
export interface Client {
  poll(
    target: { readonly id: string; readonly kind: "auto" | ConnectionKind },
    signal?: AbortSignal,
  ): Promise<Observation>;
  list(kind: ConnectionKind, options?: ListOptions): Promise<Listing>;
}

/** A connection with what polling it needs. */
export type PolledTarget = WatchedConnection;

export interface PollOptions extends RecordOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly counts: PollCounts;
  /** Cuts off the polls under way. */
  readonly signal: AbortSignal;
}

/** Which polls are done or under way, by {@link placeOf}. */
export interface PollCounts {
  /** Connections polled at least once. */
  readonly attempted: Set<string>;
  /** Connections that are being polled. */
  readonly underWay: Set<string>;
}

/** Claims a place that nothing else polls until it is disposed of, unless it is being polled: a reload may move a connection from its list to polls of its own, or back. */
export function claim({ underWay }: PollCounts, place: string): Disposable | undefined {
  if (underWay.has(place)) return undefined;
  underWay.add(place);
  return { [Symbol.dispose]: () => void underWay.delete(place) };
}

/** Counts, records and logs how the poll of one connection ended, however it was asked; never rejects. */
export async function observe(
  options: PollOptions,
  {
    project,
    target,
    observation,
    startedAt,
  }: {
    readonly project: WatchedProject;
    readonly target: PolledTarget;
    readonly observation: Observation;
    /** On the monotonic clock. */
    readonly startedAt: number;
  },
): Promise<void> {
  const { clock, log, meter, counts } = options;
  const place = { project: project.name, connection: target.id };
  meter.polled(project.name, observation.outcome, clock.monotonic() - startedAt);
  try {
    const observedAt = clock.now();
    const poll = { project, connection: target, observation, observedAt };
    const isKnown = failsAsBefore(options, poll);
    logPoll(log, { place, observation, isKnown, announced: await record(options, poll) });
  } catch (error) {
    log.error({ ...place, error: messageOf(error) }, "Could not record a poll; nothing was told");
  }
  counts.attempted.add(placeOf(project, target));
}

/** What was discovered is watched until it is gone, or has lost the tags by which it was found. */
export function isForgotten(
  { discovered, tags }: PolledTarget,
  memory: ConnectionMemory | undefined,
): boolean {
  if (discovered === undefined || !memory) return false;
  return isGone(memory) || (tags !== undefined && memory.tags !== tags);
}

/** The name of a connection among those of all projects. */
export function placeOf(
  { name }: { readonly name: string },
  { id }: { readonly id: string },
): string {
  return `${name}/${id}`;
}

/** An outage is told once, and once more by each process that finds it. */
function failsAsBefore({ ledger, counts }: PollOptions, poll: Poll): boolean {
  const { project, connection, observation } = poll;
  const { memory } = ledger.connection(project.name, connection.id);
  return (
    observation.outcome === "failed" &&
    counts.attempted.has(placeOf(project, connection)) &&
    memory?.blindness?.cause === observation.failure.cause
  );
}

function logPoll(
  log: Log,
  {
    place,
    observation,
    isKnown,
    announced,
  }: {
    readonly place: object;
    readonly observation: Observation;
    /** Whether a failure was logged before, and has its cause still. */
    readonly isKnown: boolean;
    readonly announced: readonly AddressedEvent[];
  },
): void {
  if (observation.outcome === "failed") {
    const failed = { ...place, ...observation.failure };
    if (isKnown) log.debug(failed, "Poll failed again");
    else log.warn(failed, "Poll failed");
  } else log.debug({ ...place, outcome: observation.outcome }, "Polled");
  for (const { event, notifiers } of announced) {
    const { title, from, to, err_msg } = event.data;
    log.info(
      {
        event: event.id,
        type: event.type,
        subject: event.subject,
        title,
        from,
        to,
        err_msg,
        notifiers,
      },
      "Noticed",
    );
  }
}
