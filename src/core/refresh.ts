import type { Event } from "./event.ts";
import { incidentsOf } from "./incident.ts";
import type { Incident, LaneMemory } from "./memory.ts";
import type { Delivery, Next } from "./outbox.ts";
import type { Memories } from "./retelling.ts";
import type { Thread } from "./thread.ts";

/*
 * Some platforms forget a problem that they are not told of again. To these the last notice of each thread (thread.ts) is sent
 * anew, as often as the notifier's `refreshEvery` says: while the incident lasts, and for five minutes after its end was accepted.
 *
 * A refresh is an attempt as any other: it counts for the pace, waits while the lane waits, probes where everything is refused, and
 * what goes wrong with it is told through the fallback. But it goes after all that waits, and its delivery is nowhere stored: it
 * has no id, and waits since the thread was told last. What remains of it is when that was.
 */

/** The next refresh of a lane. */
export function nextRefresh(
  threads: readonly Thread[],
  { resumeAt }: LaneMemory,
  { refreshEvery, now }: { readonly refreshEvery: number; readonly now: number },
): Next {
  const [first, ...others] = threads;
  if (!first) return { next: "idle" };
  const oldest = others.reduce((one, other) => (other.toldAt < one.toldAt ? other : one), first);
  const at = Math.max(oldest.toldAt + refreshEvery, resumeAt);
  return at <= now ? { next: "send", delivery: refreshOf(oldest) } : { next: "wait", at };
}

/** What a lane does where it has both; what waits goes first. */
export function sooner(news: Next, refresh: Next): Next {
  if (news.next === "send" || refresh.next === "idle") return news;
  if (refresh.next === "send" || news.next === "idle") return refresh;
  return { next: "wait", at: Math.min(news.at, refresh.at) };
}

function refreshOf({ notifier, incident, event, toldAt }: Thread): Delivery {
  return {
    id: "",
    event,
    notifier,
    orderKey: "",
    sequence: 0,
    state: "waiting",
    attempts: 0,
    lastError: "",
    nextAt: toldAt,
    createdAt: toldAt,
    incident,
    role: "",
  };
}

/** Whether it only tells anew what was accepted before. */
export function isRefresh({ id }: Delivery): boolean {
  return id === "";
}

/** What is watched and configured now, and what is remembered of it. */
interface Known extends Memories {
  readonly projects: readonly {
    readonly name: string;
    readonly connections: readonly { readonly id: string }[];
  }[];
  readonly notifiers: readonly { readonly name: string }[];
  lane(notifier: string): LaneMemory;
}

/** Whether the incident of an event is still open, as far as is known; that of what is no longer watched is not. */
export function lasts({ data }: Event, known: Known): boolean {
  return openWhere(data, known).some((one) => one?.id === data.incident);
}

function openWhere(
  { project, connection, resource }: Event["data"],
  known: Known,
): readonly (Incident | undefined)[] {
  if (resource.type === "notifier") {
    const isConfigured = known.notifiers.some(({ name }) => name === resource.name);
    return isConfigured ? [known.lane(resource.name).failing] : [];
  }
  const watched = known.projects.find(({ name }) => name === project?.name);
  if (!watched) return [];
  const { unreachable, returning } = known.project(watched.name);
  const { id = "" } = watched.connections.find((one) => one.id === connection?.id) ?? {};
  const { memory } = known.connection(watched.name, id);
  return [unreachable, returning?.incident, ...(memory ? incidentsOf(memory) : [])];
}
