import { ulid } from "ulid";
import { createCalendar } from "../calendar.ts";
import type { Config, ConnectionConfig, ProjectConfig } from "../config/config.ts";
import { didYouMean } from "../config/problems.ts";
import { withDiscovered } from "../core/discovery.ts";
import type { Event } from "../core/event.ts";
import type { Noticed } from "../core/explanation.ts";
import { adHocMute } from "../core/mute.ts";
import { eventConnection } from "../core/notice.ts";
import type { ReplayMemory } from "../core/replay.ts";
import type { Rules } from "../core/rules.ts";
import type { ShowTime, Step } from "../core/steps.ts";
import { supposedSteps } from "../core/supposed-steps.ts";
import { type Supposition, suppose } from "../core/supposition.ts";
import type { Loaded } from "../daemon/daemon.ts";
import { watchedProject } from "../daemon/jobs.ts";
import { rulesOf } from "../daemon/rules.ts";
import { exitStatus, UserError } from "../errors.ts";
import type { Memories, Store } from "../store/store.ts";
import { noticesBefore } from "./recorded-notice.ts";
import { select } from "./selection.ts";

/** What is supposed to happen, as it is said on the command line. */
export interface SupposedChange extends Pick<Supposition, "binding" | "from" | "to" | "at"> {
  /** Name or id. */
  readonly connection: string;
}

/** What would be told, and why it would be noticed at all. Reads the store and changes nothing. */
export async function supposedNotices(
  {
    store,
    loaded,
    show,
  }: { readonly store: Store; readonly loaded: Loaded; readonly show: ShowTime },
  { connection: wanted, now, ...change }: SupposedChange & { readonly now: number },
): Promise<{ readonly notices: readonly Noticed[]; readonly steps: readonly Step[] }> {
  const { config } = loaded;
  const memories = await store.memories();
  const projects = withDiscovered(config.projects, memories.connections);
  const { project, connection } = find(wanted, projects, memories);
  const rules = await rulesNow(store, loaded);
  const supposition = { ...change, project: watchedProject(project), connection };
  const supposed = suppose(rules, supposition, {
    installation: config.name,
    projects: projects.map(watchedProject),
    memory: await replayMemory(store, config, memories, now),
    numbering: numbering(memories.sequence, change.at),
    history: await noticesBefore(store, { project: project.name, connection: connection.id }),
    beforeMs: Math.max(0, ...config.routing.routes.map(({ delayMs = 0 }) => delayMs)),
    now,
  });
  const steps = supposedSteps(supposition, supposed, { settings: rules.settings, show });
  return { notices: supposed.notices, steps };
}

interface Found {
  readonly project: ProjectConfig;
  readonly connection: ConnectionConfig;
}

/** The watched connection of this name or id. */
function find(wanted: string, projects: readonly ProjectConfig[], memories: Memories): Found {
  const watched = projects.flatMap((project) =>
    project.connections.map((connection) => {
      const known = memories.connections.find(
        (one) => one.project === project.name && one.id === connection.id,
      );
      const { name } = eventConnection(connection, known?.memory.snapshot);
      return { project, connection, names: [connection.id, name] };
    }),
  );
  const [found, ...others] = watched.filter(({ names }) => names.includes(wanted));
  if (!found) {
    const known = watched.flatMap(({ names }) => names);
    throw new UserError(
      `--connection: none that is watched is called ${wanted}${didYouMean(wanted, known)}; dli-watch status shows those that are`,
      exitStatus.bad,
    );
  }
  if (others.length > 0)
    throw new UserError(
      `--connection: several are called ${wanted}; name one by its id, which dli-watch status --json shows`,
      exitStatus.bad,
    );
  return found;
}

/** The rules of the configuration, with the mutes that were given by hand. */
async function rulesNow(store: Store, { config, types }: Loaded): Promise<Rules> {
  const { dispatching, ...rules } = rulesOf(config, types, createCalendar());
  const byHand = (await store.mutes()).map(adHocMute);
  return { ...rules, dispatching: { ...dispatching, mutes: [...dispatching.mutes, ...byHand] } };
}

async function replayMemory(
  store: Store,
  config: Config,
  memories: Memories,
  now: number,
): Promise<ReplayMemory> {
  const waiting = await select({ store, config, states: ["waiting"] }, { ids: [] });
  const held = waiting.filter(({ hold }) => hold);
  const events = await Promise.all(
    held.map(async ({ event }) => (await store.event(event))?.json ?? "{}"),
  );
  return {
    connections: byProject(memories.connections),
    projects: Object.fromEntries(memories.projects.map(({ name, memory }) => [name, memory])),
    lanes: Object.fromEntries(
      (await store.lanes()).map(({ notifier, memory }) => [notifier, memory]),
    ),
    held,
    events: Object.fromEntries(
      events.map((json): [string, Event] => {
        const event: Event = JSON.parse(json);
        return [event.id, event];
      }),
    ),
    withheld: Object.fromEntries(memories.withheld.map(({ mute, withheld }) => [mute, withheld])),
    now,
  };
}

function byProject(remembered: Memories["connections"]): ReplayMemory["connections"] {
  const projects = Object.entries(Object.groupBy(remembered, ({ project }) => project));
  return Object.fromEntries(
    projects.map(([name, own = []]) => [
      name,
      Object.fromEntries(own.map(({ id, memory }) => [id, memory])),
    ]),
  );
}

/** Goes on where the store is. */
function numbering(sequence: number, at: number) {
  let given = sequence;
  return { newId: () => ulid(at), nextSequence: () => ++given };
}
