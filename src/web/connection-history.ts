import { bindingKey } from "../core/bindings.ts";
import { isUnseen } from "../core/diff.ts";
import type { Event } from "../core/event.ts";
import { historyTypes } from "../core/history.ts";
import type { ConnectionMemory } from "../core/memory.ts";
import { bindingsOf } from "../core/model.ts";
import { gapsOf, type Present, type Span, type Stretch, spansOf } from "../core/spans.ts";
import type { PageSource } from "./page-source.ts";
import type { ToldEvent } from "./page-timeline.ts";

/** A connection or one of its bindings, over a time. */
export interface ResourceHistory {
  readonly type: Event["data"]["resource"]["type"];
  /** Empty for the connection itself. */
  readonly name: string;
  readonly spans: readonly Span[];
}

/** What is kept of a connection for a time. */
export interface ConnectionHistory {
  readonly resources: readonly ResourceHistory[];
  /** The latest ones. */
  readonly told: readonly ToldEvent[];
  /** There were more. */
  readonly isCut: boolean;
}

/** So many notices are read at most, and so many are shown. */
const mostEvents = 2_000;
const mostShown = 100;
/** Runs of equal polls that are read at most. */
const mostRuns = 5_000;

/** Reads what happened to a connection. */
export async function historyOf(
  { store }: Pick<PageSource, "store">,
  {
    project,
    id,
    memory,
  }: {
    readonly project: string;
    readonly id: string;
    readonly memory: ConnectionMemory | undefined;
  },
  within: Stretch,
): Promise<ConnectionHistory> {
  const which = { project, connection: id, since: within.from, newestFirst: true } as const;
  const stored = await store.events({ ...which, types: historyTypes, limit: mostEvents });
  const events = stored.map(({ json }): Event => JSON.parse(json)).reverse();
  const runs = await store.observations({ ...which, limit: mostRuns });
  const gaps = gapsOf(runs.toReversed(), within.until);
  const shown = events.slice(-mostShown);
  const told = shown.map(async (event) => ({
    event,
    deliveries: await store.deliveries({ event: event.id, limit: mostShown }),
  }));
  return {
    resources: resourcesOf(events, memory).map(({ own, present, ...resource }) => ({
      ...resource,
      spans: spansOf(own, { present, gaps, within }),
    })),
    told: await Promise.all(told),
    isCut: events.length > shown.length,
  };
}

/** The connection itself, its bindings, and those that it had. */
function resourcesOf(events: readonly Event[], memory: ConnectionMemory | undefined) {
  const own = Map.groupBy(events, ({ data }) =>
    keyOf(data.resource.type, data.resource.name || data.resource.peer_id),
  );
  const present = presentOf(memory);
  const known = new Map([...present].map(([key, { type, name }]) => [key, { type, name }]));
  for (const [key, [event]] of own) {
    if (!event || known.has(key)) continue;
    const { type, name, peer_id = "" } = event.data.resource;
    known.set(key, { type, name: type === "connection" ? "" : name || peer_id });
  }
  return [...known].map(([key, resource]) => ({
    ...resource,
    own: own.get(key) ?? [],
    present: present.get(key)?.present,
  }));
}

interface PresentResource {
  readonly type: ResourceHistory["type"];
  readonly name: string;
  readonly present: Present | undefined;
}

function presentOf(memory: ConnectionMemory | undefined): ReadonlyMap<string, PresentResource> {
  const view = memory?.snapshot;
  const seen =
    view && !isUnseen(view) ? { state: view.state, since: memory.connection.since } : undefined;
  const itself = { type: "connection", name: "", present: seen } as const;
  const bindings = view ? bindingsOf(view) : [];
  return new Map<string, PresentResource>([
    [keyOf("connection", ""), itself],
    ...bindings.map((row): [string, PresentResource] => {
      const name = row.name || row.peerId;
      const since = memory?.bindings[bindingKey(row)]?.since;
      const present = since === undefined ? undefined : { state: row.state, since };
      return [keyOf(row.type, name), { type: row.type, name, present }];
    }),
  ]);
}

/** A binding that is peered anew is the same one. */
function keyOf(type: ResourceHistory["type"], name = ""): string {
  return type === "connection" ? type : `${type} ${name}`;
}
