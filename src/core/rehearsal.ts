import TinyQueue from "tinyqueue";
import { type Discovery, isFound } from "./discovery.ts";
import type { ConfiguredConnection } from "./draft.ts";
import type { EventProject } from "./event.ts";
import type { Numbering } from "./notice.ts";
import { type ReplayListener, startReplay } from "./replay.ts";
import type { Rules } from "./rules.ts";
import { cutBefore, type ObservationRun, pollFrom, pollTime } from "./run.ts";
import { decidesAt } from "./unchanged.ts";

/*
 * A rehearsal replays every poll of every run, all connections together in the order of time (of the same time, in the order
 * in which they were first polled), but decides only those that have something to decide: the first of each run, and of the
 * others those that `decidesAt` names. What that goes by changes in three ways, each of which may bring a poll forward:
 *
 *   by a poll of its own     the next one is looked for after it
 *   with its project         once nothing of it can be seen, and once it can again, all its connections are looked at
 *   by what is told          a mute that ends tells of problems, and reminders of these are due from then on
 *
 * The polls between have seen the connection all the same: where a failed poll asks when its siblings were seen, they
 * are brought up to date.
 */

/** A project as a configuration has it. */
export interface RehearsedProject extends EventProject {
  readonly connections: readonly ConfiguredConnection[];
  /** Which others are watched, once they are seen to be what it looks for; what tags they had is not known. */
  readonly discover?: Discovery;
}

/** A configuration on its way through a history. */
export interface Rehearsal {
  /** Takes up a run, after all that happened before it: runs come in the order in which they began. Gives whether its connection is watched. */
  take(run: ObservationRun): boolean;
  /** Decides all that is left, and lets everything that waits become due. */
  end(): void;
}

interface Project {
  readonly named: ReadonlyMap<string, ConfiguredConnection>;
  readonly discover: Discovery | undefined;
  /** With the connections that were polled so far. */
  readonly polled: EventProject & { readonly connections: ConfiguredConnection[] };
  readonly tracks: Track[];
}

/** A connection on its way through its present run. */
interface Track {
  readonly project: Project;
  readonly connection: ConfiguredConnection;
  readonly order: number;
  run: ObservationRun;
  /** Index of the poll that is decided next; the number of polls if none is. */
  next: number;
}

/** Where a poll stands among those of all connections. */
interface Place {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Its connection's. */
  readonly order: number;
}

interface Planned extends Place {
  readonly track: Track;
  readonly run: ObservationRun;
  readonly index: number;
}

/** Starts with nothing remembered. */
export function startRehearsal(
  rules: Rules,
  {
    installation,
    projects: configured,
    since = 0,
    ...listener
  }: {
    readonly installation: string;
    readonly projects: readonly RehearsedProject[];
    /** Polls before this, in epoch milliseconds, are left out. */
    readonly since?: number;
  } & ReplayListener,
): Rehearsal {
  const projects = new Map(configured.map((project) => [project.name, begin(project)]));
  const tracks = new Map<string, Track>();
  const planned = new TinyQueue<Planned>([], byPlace);
  const replay = startReplay(rules, {
    installation,
    projects: [...projects.values()].map(({ polled }) => polled),
    numbering: counting(),
    ...listener,
    onRetold({ connections, projects: others }) {
      for (const { project, id } of connections) bringForward(tracks.get(keyOf(project, id)));
      for (const { name } of others) projects.get(name)?.tracks.forEach(bringForward);
    },
  });
  let now: Place = { at: 0, order: -1 };

  function plan(track: Track, index: number): void {
    const { run, order } = track;
    track.next = index;
    if (index < run.polls) planned.push({ at: pollTime(run, index), order, track, run, index });
  }

  /** Of the polls from `index` on, the first that has something to decide. */
  function decisiveFrom({ run, project, connection: configured }: Track, index: number): number {
    const { name } = project.polled;
    const { memory } = replay.connection(name, configured.id);
    if (!memory) return index;
    const polled = {
      ...rules,
      configured,
      memory,
      project: { name, memory: replay.project(name) },
    };
    return Math.max(index, pollFrom(run, decidesAt(polled, run.observation.outcome)));
  }

  function bringForward(track: Track | undefined): void {
    if (!track) return;
    const index = decisiveFrom(track, upcoming(track, now));
    if (index < track.next) plan(track, index);
  }

  function decide({ track, index, at, order }: Planned): void {
    const { connection, run } = track;
    const { polled, tracks: all } = track.project;
    const { observation } = run;
    now = { at, order };
    if (observation.outcome === "failed") bringUpToDate(track);
    const { unreachable: before } = replay.project(polled.name);
    replay.observe({ project: polled, connection, observation, at });
    plan(track, decisiveFrom(track, index + 1));
    const { unreachable: after } = replay.project(polled.name);
    if ((before === undefined) !== (after === undefined)) all.forEach(bringForward);
  }

  /** A failed poll asks whether a sibling was seen since the first of them: one that was is enough. */
  function bringUpToDate({ project: { polled, tracks: all }, connection }: Track): void {
    const { episode, unreachable } = replay.project(polled.name);
    const { blindness } = replay.connection(polled.name, connection.id).memory ?? {};
    const before = blindness?.episode === episode ? blindness : { polls: 0, begunAt: now.at };
    if (unreachable || before.polls + 1 < rules.settings.unreachableAfter) return;
    for (const sibling of all) {
      const seenAt = seenBefore(sibling, now);
      if (seenAt === undefined) continue;
      replay.seeUnchanged(polled.name, sibling.connection.id, seenAt);
      if (seenAt > before.begunAt) return;
    }
  }

  /** Goes through all that happens before `at` (epoch milliseconds); of the same time, what is due before what is polled. */
  function passUntil(at: number): void {
    for (;;) {
      const first = planned.peek();
      const due = replay.dueAt();
      if (first && first.at < Math.min(at, due)) {
        planned.pop();
        if (first.run === first.track.run && first.index === first.track.next) decide(first);
      } else if (due < at) {
        now = { at: due, order: -1 };
        replay.advance(due);
      } else {
        return;
      }
    }
  }

  /** Something is left where the clock was set back before the next run began. */
  function finish(track: Track): void {
    const { project, connection, run, order } = track;
    while (track.next < run.polls) {
      decide({ track, run, index: track.next, at: pollTime(run, track.next), order });
    }
    if (run.observation.outcome !== "failed")
      replay.seeUnchanged(project.polled.name, connection.id, run.lastAt);
  }

  /** The connection that a run is of, if it is watched. */
  function found(run: ObservationRun): Track | undefined {
    const project = projects.get(run.project);
    const connection = project && watchedIn(project, run);
    if (!connection) return undefined;
    const track = { project, connection, order: tracks.size, run, next: 0 };
    tracks.set(keyOf(run.project, run.connection), track);
    project.polled.connections.push(connection);
    project.tracks.push(track);
    return track;
  }

  return {
    take(run) {
      passUntil(run.firstAt);
      const known = tracks.get(keyOf(run.project, run.connection));
      if (known) finish(known);
      const track = known ?? found(run);
      if (!track) return false;
      track.run = cutBefore(run, since);
      plan(track, 0);
      return true;
    },
    end: () => passUntil(Number.POSITIVE_INFINITY),
  };
}

function begin({ connections, discover, ...project }: RehearsedProject): Project {
  const named = new Map(connections.map((connection) => [connection.id.toLowerCase(), connection]));
  return { named, discover, polled: { ...project, connections: [] }, tracks: [] };
}

function watchedIn(
  { named, discover }: Project,
  { connection: id, observation }: ObservationRun,
): ConfiguredConnection | undefined {
  const own = named.get(id.toLowerCase());
  if (own || !discover || observation.outcome !== "snapshot") return own;
  const { kind, state, attributes } = observation.snapshot;
  return isFound({ kind, state, name: attributes.name ?? "" }, discover)
    ? { id, labels: {}, discovered: "first" }
    : undefined;
}

/** Index of the first poll of a run that comes after this place. */
function upcoming({ run, order }: Track, place: Place): number {
  return pollFrom(run, order > place.order ? place.at : place.at + 1);
}

/** When a connection was last seen before this place, in its present run; `undefined` if it was not. */
function seenBefore(track: Track, place: Place): number | undefined {
  const index = upcoming(track, place) - 1;
  const isSeen = index >= 0 && track.run.observation.outcome !== "failed";
  return isSeen ? pollTime(track.run, index) : undefined;
}

function byPlace(one: Place, other: Place): number {
  return one.at - other.at || one.order - other.order;
}

/** Nobody sees these ids; they sort in their order. */
function counting(): Numbering {
  let ids = 0;
  let sequence = 0;
  return { newId: () => String(++ids).padStart(12, "0"), nextSequence: () => ++sequence };
}

function keyOf(project: string, id: string): string {
  return `${project}\n${id}`;
}
