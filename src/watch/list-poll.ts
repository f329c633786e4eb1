import type { Discovery } from "../core/discovery.ts";
import type { Listing } from "../core/listing.ts";
import type { ConnectionMemory } from "../core/memory.ts";
import { type ConnectionKind, type Observation, sameState } from "../core/model.ts";
import { kindOf } from "../core/poll-groups.ts";
import { goneEveryMs, isGone, type Schedule, soonestIntervalMs } from "../core/schedule.ts";
import { discover, listPlace } from "./discover.ts";
import {
  type Client,
  claim,
  isForgotten,
  observe,
  type PolledTarget,
  type PollOptions,
  placeOf,
} from "./observe.ts";
import type { WatchedProject } from "./record.ts";
import type { Job } from "./schedule.ts";

/** Connections of one kind and schedule that are polled by their list, or discovered in it. */
export interface ListPoll {
  readonly project: WatchedProject;
  readonly kind: ConnectionKind;
  readonly schedule: Schedule;
  readonly targets: readonly PolledTarget[];
  readonly discovery: Discovery | undefined;
  readonly client: Client;
  /** Pages of the list that are read at most; finite where single requests would do as well. */
  readonly pages: number;
  /** Told when there turned out to be more, or the list cannot be had. */
  readonly onUseless: () => void;
  /** Told when other connections are to be polled from now on, or in another way. */
  readonly onRegrouped: () => void;
}

/** A list that leaves out everything must not lead to thousands of requests at once. */
const mostConfirmations = 50;

/**
 * The job that polls connections by their list. Each gets the observation that a request of its own would have given:
 * a list that could not be read is a failed poll of each, and what a complete list leaves out is asked for by itself.
 */
export function listJob(options: PollOptions, poll: ListPoll): Job {
  const { ledger, log, meter, counts, signal } = options;
  const { project, kind, schedule, targets, discovery } = poll;
  const remembered = ({ id }: PolledTarget) => ledger.connection(project.name, id).memory;
  const places = [
    ...targets.map((target) => placeOf(project, target)),
    ...(discovery ? [listPlace(project, kind)] : []),
  ];
  return {
    schedule,
    waits: places.every((place) => counts.attempted.has(place)),
    skipped(times) {
      meter.skipped(project.name, times * targets.length);
      const place = { project: project.name, connections: targets.length };
      log.debug({ ...place, times }, "Skipped polls by the list: the one before was still running");
    },
    async run() {
      const listing = await pollByList(options, poll);
      if (signal.aborted) return undefined;
      const found = discovery ? await discover(options, { ...poll, discovery }, listing) : 0;
      if (signal.aborted) return undefined;
      if (listing.outcome === "longer" || isRefused(poll, listing)) poll.onUseless();
      else if (found > 0 || targets.some((target) => isMisplaced(target, remembered(target))))
        poll.onRegrouped();
      const memories = targets.map(remembered);
      return soonestIntervalMs(schedule, discovery ? [...memories, undefined] : memories);
    },
  };
}

/** Who may not read the list, or has none at that address, may still read each connection: nobody asked for the list. */
function isRefused({ pages }: ListPoll, listing: Listing): boolean {
  if (listing.outcome !== "failed" || !Number.isFinite(pages)) return false;
  return listing.failure.cause === "permission" || listing.failure.cause === "address";
}

/** It turned out to be basic, or was discovered and is gone, or is not what is looked for any more. */
function isMisplaced(target: PolledTarget, memory: ConnectionMemory | undefined): boolean {
  return kindOf(target, memory) === "basic" || isForgotten(target, memory);
}

async function pollByList(options: PollOptions, poll: ListPoll): Promise<Listing> {
  const { ledger, clock, counts, signal } = options;
  const { project, kind, client, pages } = poll;
  using claimed = new DisposableStack();
  const targets = poll.targets.filter((target) =>
    claimed.use(claim(counts, placeOf(project, target))),
  );
  const remembered = ({ id }: PolledTarget) => ledger.connection(project.name, id).memory;
  const startedAt = clock.monotonic();
  const see = async (target: PolledTarget, observation: Observation) => {
    if (!signal.aborted) await observe(options, { project, target, observation, startedAt });
  };
  const confirm = async (target: PolledTarget) => {
    const asked = { id: target.id, kind: kindOf(target, remembered(target)) };
    const observation = await client.poll(asked, signal);
    await see(isThere(observation) ? untagged(target) : target, observation);
  };
  const due = targets.filter((target) => isDue(target, options, project));
  const listing = await client.list(kind, { pages, signal, tags: poll.discovery?.tags });
  if (listing.outcome === "longer") return listing;
  if (listing.outcome === "failed" && !listing.noSuchApi && !isRefused(poll, listing)) {
    await Promise.all(due.map((target) => see(target, listing)));
    return listing;
  }
  const said = observationsOf(listing, targets);
  const missing = due.filter((target) => !said.has(target));
  const { failed = [], read = [] } = Object.groupBy(said, ([, { outcome }]) =>
    outcome === "failed" ? "failed" : "read",
  );
  // What could be read comes first: it shows that the project can be seen.
  await Promise.all([
    ...read.map((one) => see(...one)),
    ...longestUnseen(missing, remembered).map(confirm),
  ]);
  await Promise.all(failed.map((one) => see(...one)));
  return listing;
}

function isThere(observation: Observation): boolean {
  return observation.outcome === "snapshot" && !sameState(observation.snapshot.state, "DELETED");
}

/** One that was found by its tags, and is there but not in the list of these, has them no more. */
function untagged(target: PolledTarget): PolledTarget {
  return target.tags === undefined ? target : { ...target, tags: "" };
}

/** One that is gone is looked for every hour, and once after a start. */
function isDue(
  target: PolledTarget,
  { ledger, counts, clock }: PollOptions,
  project: WatchedProject,
): boolean {
  const { memory } = ledger.connection(project.name, target.id);
  const { seenAt = 0 } = memory ?? {};
  return (
    !isGone(memory) ||
    !counts.attempted.has(placeOf(project, target)) ||
    clock.now() - seenAt >= goneEveryMs
  );
}

/** What the list says of each; one that it leaves out is not in it. */
function observationsOf(
  listing: Exclude<Listing, { readonly outcome: "longer" }>,
  targets: readonly PolledTarget[],
): ReadonlyMap<PolledTarget, Observation> {
  const connections = listing.outcome === "read" ? listing.connections : [];
  const listed = new Map(connections.map(({ id, observation }) => [id.toLowerCase(), observation]));
  return new Map(
    targets.flatMap((target) => {
      const observation = listed.get(target.id.toLowerCase());
      return observation ? [[target, named(target, observation)]] : [];
    }),
  );
}

/** The API may write an id in another letter case than the configuration. */
function named({ id }: PolledTarget, observation: Observation): Observation {
  return observation.outcome === "snapshot" && observation.snapshot.id !== id
    ? { ...observation, snapshot: { ...observation.snapshot, id } }
    : observation;
}

/** Those that are asked for by themselves in this round. */
function longestUnseen(
  missing: readonly PolledTarget[],
  remembered: (target: PolledTarget) => ConnectionMemory | undefined,
): readonly PolledTarget[] {
  const seenAt = (target: PolledTarget) => remembered(target)?.seenAt ?? 0;
  return missing.toSorted((one, other) => seenAt(one) - seenAt(other)).slice(0, mostConfirmations);
}
