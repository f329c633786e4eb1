import type { Meanwhile } from "./event.ts";
import type { InEach, Language } from "./language.ts";
import type { ConnectionMemory, Incident, ProjectMemory } from "./memory.ts";
import type { PolledConnection } from "./policy.ts";
import { isGone } from "./schedule.ts";
import { truncate } from "./text.ts";

/*
 * A project can be seen again with the first poll that is read, but what has changed meanwhile is known only once each
 * of its connections was asked again: they come back one poll at a time. Until then `reachable` waits and gathers what
 * is told; each change is told by itself at once all the same. It does not wait for ever: some are asked once an hour.
 */

/** What every notice of a project depends on. */
type Announcing = Pick<PolledConnection, "announce" | "observedAt" | "project">;

/** In milliseconds, from the first poll that was read. */
const longestWaitMs = 5 * 60_000;

/** In names, and in characters each: more is counted, and cut. */
const longestList = 10;
const longestTitle = 200;

/** Nothing has changed. */
export const nothing: Meanwhile = { count: 0, titles: [] };

/** The first poll of a project that is read after `unreachable`. */
export function beginReturn(
  { observedAt, project }: Announcing,
  { unreachable, ...memory }: ProjectMemory & { readonly unreachable: Incident },
): ProjectMemory {
  const gapMs = observedAt - (project.memory.seenAt ?? unreachable.openedAt);
  const returning = { since: observedAt, gapMs, incident: unreachable, meanwhile: nothing };
  return { ...memory, episode: memory.episode + 1, returning };
}

/** The connection after a poll, which counts as asked again if the poll failed, or was read and left nothing to be confirmed. */
export function markReturned(
  memory: ConnectionMemory,
  { returning, episode }: ProjectMemory,
): ConnectionMemory {
  const isSettled = memory.blindness !== undefined || Object.keys(memory.pending).length === 0;
  return returning && isSettled ? { ...memory, returned: episode } : memory;
}

/** Goes on with a return after a poll, by what is now known of the connection and was told of it. */
export function goOnReturning(
  poll: PolledConnection,
  project: ProjectMemory,
  {
    connection,
    titles,
  }: { readonly connection: ConnectionMemory; readonly titles: readonly InEach[] },
): ProjectMemory {
  const { returning } = project;
  if (!returning) return project;
  const meanwhile = gathered(returning.meanwhile, titles);
  const further = { ...project, returning: { ...returning, meanwhile } };
  const isLate = poll.observedAt - returning.since >= longestWaitMs;
  return isLate || isComplete(further, connection, poll.siblings)
    ? endReturn(poll, further, [connection, ...poll.siblings])
    : further;
}

/** Tells that the project can be seen again, if that has not been told yet. */
export function endReturn(
  { announce, project: { name } }: Announcing,
  { returning, ...memory }: ProjectMemory,
  connections: readonly (ConnectionMemory | undefined)[],
): ProjectMemory {
  if (!returning) return memory;
  const { since, gapMs, incident, meanwhile } = returning;
  const unseen = connections.filter((one) => !isGone(one) && !wasSeenSince(since, one)).length;
  announce({
    type: "reachable",
    severity: "info",
    resource: { type: "project", name },
    gapMs,
    meanwhile: { ...meanwhile, ...(unseen > 0 && { unseen }) },
    incident: incident.id,
    tell: incident.told,
    routed: true,
  });
  return memory;
}

/** What changed, and what else. */
export function gathered(known: Meanwhile, more: readonly InEach[]): Meanwhile {
  const { count, titles, titles_zh = titles } = known;
  const longer = (list: readonly string[], language: Language) =>
    [...list, ...more.map((title) => truncate(title[language], longestTitle))].slice(
      0,
      longestList,
    );
  return {
    count: count + more.length,
    titles: longer(titles, "en"),
    titles_zh: longer(titles_zh, "zh"),
  };
}

/** Whether none is awaited any more; looks no further than to the first that is. */
function isComplete(
  project: ProjectMemory,
  connection: ConnectionMemory,
  siblings: PolledConnection["siblings"],
): boolean {
  if (isAwaited(project, connection)) return false;
  for (const one of siblings) if (isAwaited(project, one)) return false;
  return true;
}

/** Whether a connection was not asked again since the project can be seen; nobody waits for one that is gone. */
function isAwaited({ episode }: ProjectMemory, memory: ConnectionMemory | undefined): boolean {
  return !isGone(memory) && memory?.returned !== episode;
}

function wasSeenSince(at: number, memory: ConnectionMemory | undefined): boolean {
  return memory?.seenAt !== undefined && memory.seenAt >= at;
}
