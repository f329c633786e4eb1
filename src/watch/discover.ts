import { seeList } from "../core/blindness.ts";
import { type Discovery, foundBy, isFound } from "../core/discovery.ts";
import type { ListedConnection, Listing } from "../core/listing.ts";
import type { ConnectionKind, Failure } from "../core/model.ts";
import { messageOf } from "../errors.ts";
import { type Client, observe, type PollOptions, placeOf } from "./observe.ts";
import type { WatchedProject } from "./record.ts";
import { startTelling } from "./telling.ts";

/** A list in which connections are discovered. */
export interface Discoverer {
  readonly project: WatchedProject;
  readonly kind: ConnectionKind;
  readonly discovery: Discovery;
  readonly client: Client;
}

/** Basic connections are asked for one by one: so many of them in one round. */
const mostAtOnce = 50;

/** How a list is named among the connections attempted. */
export function listPlace(project: { readonly name: string }, kind: ConnectionKind): string {
  return placeOf(project, { id: `(${kind})` });
}

/** Records what a list shows for the first time, and tells it if it was not there before; gives how much it was. Never rejects. */
export async function discover(
  options: PollOptions,
  discoverer: Discoverer,
  listing: Listing,
): Promise<number> {
  const { counts, log } = options;
  const { project, kind } = discoverer;
  counts.attempted.add(listPlace(project, kind));
  try {
    if (listing.outcome === "failed") await missList(options, discoverer, listing);
    if (listing.outcome !== "read") return 0;
    if (project.connections.length === 0) await recordList(options, project, undefined);
    return await recordNew(options, discoverer, listing.connections);
  } catch (error) {
    const place = { project: project.name, kind };
    log.error({ ...place, error: messageOf(error) }, "Could not record what was discovered");
    return 0;
  }
}

/** Where connections are polled, they show whether the project can be seen. A cloud may have no basic ones. */
async function missList(
  options: PollOptions,
  { project, kind, discovery }: Discoverer,
  { failure, noSuchApi }: { readonly failure: Failure; readonly noSuchApi?: true },
): Promise<void> {
  if (noSuchApi && kind === "basic" && discovery.kinds.includes("enhanced")) return;
  options.log.warn({ project: project.name, kind, ...failure }, "Could not list connections");
  if (project.connections.length > 0) return;
  await recordList(options, project, { ...failure, message: options.scrub(failure.message) });
}

async function recordList(
  options: PollOptions,
  { connections, ...project }: WatchedProject,
  failure: Failure | undefined,
): Promise<void> {
  const { ledger, rules, clock } = options;
  await ledger.transact((numbering) => {
    const observedAt = clock.now();
    const { announce, told } = startTelling(options, { observedAt, project }, numbering);
    const known = { name: project.name, memory: ledger.project(project.name) };
    const { newId } = numbering;
    const memory = seeList({ observedAt, project: known, ...rules(), announce, newId }, failure);
    return { projects: [{ name: project.name, memory }], ...told() };
  });
}

async function recordNew(
  options: PollOptions,
  { project, kind, discovery, client }: Discoverer,
  connections: readonly ListedConnection[],
): Promise<number> {
  const { ledger, clock, log, signal } = options;
  const { name } = project;
  const startedAt = clock.monotonic();
  const watched = new Set(project.connections.map(({ id }) => id.toLowerCase()));
  const found = connections.filter(
    (one) => !watched.has(one.id.toLowerCase()) && isFound(one, discovery),
  );
  const { schedule, ...looked } = discovery;
  const wanted = JSON.stringify(looked);
  const discovered = ledger.project(name).discovery?.[kind] === wanted ? "later" : "first";
  const isRecorded = await Promise.all(
    found.slice(0, kind === "basic" ? mostAtOnce : found.length).map(async (one) => {
      const { id } = one;
      const observation = one.observation ?? (await client.poll({ id, kind }, signal));
      if (signal.aborted || observation.outcome !== "snapshot") {
        return observation.outcome === "absent";
      }
      const target = { id, ...foundBy(discovery), kind, discovered } as const;
      await observe(options, { project, target, observation, startedAt });
      return ledger.connection(name, id).memory !== undefined;
    }),
  );
  if (found.length > 0) log.info({ project: name, kind, connections: found.length }, "Discovered");
  const complete = isRecorded.length === found.length && isRecorded.every(Boolean);
  if (discovered === "first" && complete) {
    await ledger.transact(() => {
      const memory = ledger.project(name);
      const discovery = { ...memory.discovery, [kind]: wanted };
      return { projects: [{ name, memory: { ...memory, discovery } }], announced: [] };
    });
  }
  return found.length;
}
