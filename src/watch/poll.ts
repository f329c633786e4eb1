import type { Clock } from "../clock.ts";
import type { ConfiguredConnection } from "../core/draft.ts";
import type { ConnectionKind, Observation } from "../core/model.ts";
import type { AddressedEvent } from "../core/notice.ts";
import { type Schedule, unusualIntervalMs } from "../core/schedule.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Meter } from "../metrics/meter.ts";
import { type RecordOptions, record, type WatchedProject } from "./record.ts";
import type { Job } from "./schedule.ts";

/** Asks the API for one connection; a poll that fails is an observation too. */
export interface Client {
  poll(
    target: { readonly id: string; readonly kind: "auto" | ConnectionKind },
    signal?: AbortSignal,
  ): Promise<Observation>;
}

/** A connection with what polling it needs. */
export interface PolledTarget extends ConfiguredConnection {
  readonly kind: "auto" | ConnectionKind;
  readonly schedule: Schedule;
}

export interface PollOptions extends RecordOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Cuts off the polls under way. */
  readonly signal: AbortSignal;
}

/** Polls done, for health. */
export interface PollCounts {
  /** Connections polled at least once. */
  readonly attempted: Set<string>;
}

/** The job that polls one connection and records what it saw. */
export function pollJob(
  options: PollOptions,
  {
    project,
    target,
    client,
    counts,
  }: {
    readonly project: WatchedProject;
    readonly target: PolledTarget;
    readonly client: Client;
    readonly counts: PollCounts;
  },
): Job {
  const { ledger, clock, log, meter, signal } = options;
  const place = { project: project.name, connection: target.id };
  const remembered = () => ledger.connection(project.name, target.id).memory;
  return {
    schedule: target.schedule,
    skipped(times) {
      meter.skipped(project.name, times);
      log.debug({ ...place, times }, "Skipped polls: the one before was still running");
    },
    async run() {
      const kind = target.kind === "auto" ? (remembered()?.kind ?? "auto") : target.kind;
      const startedAt = clock.monotonic();
      const observation = await client.poll({ id: target.id, kind }, signal);
      if (signal.aborted) return undefined;
      meter.polled(project.name, observation.outcome, clock.monotonic() - startedAt);
      try {
        const announced = await record(options, {
          project,
          connection: target,
          observation,
          observedAt: clock.now(),
        });
        logPoll(log, { place, observation, announced });
      } catch (error) {
        log.error(
          { ...place, error: messageOf(error) },
          "Could not record a poll; nothing was told",
        );
      }
      counts.attempted.add(`${project.name}/${target.id}`);
      return unusualIntervalMs(target.schedule, remembered());
    },
  };
}

function logPoll(
  log: Log,
  {
    place,
    observation,
    announced,
  }: {
    readonly place: object;
    readonly observation: Observation;
    readonly announced: readonly AddressedEvent[];
  },
): void {
  if (observation.outcome === "failed")
    log.warn({ ...place, ...observation.failure }, "Poll failed");
  else log.debug({ ...place, outcome: observation.outcome }, "Polled");
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
