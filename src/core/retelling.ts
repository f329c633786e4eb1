import type { Event } from "./event.ts";
import { tellAlso, tellNot } from "./incident.ts";
import type { ConnectionMemory, Incident, ProjectMemory, ResourceMemory } from "./memory.ts";

/** Notifiers that were told of an incident in another way than by its own notices, or were not after all. */
export interface Retelling {
  readonly project: string;
  /** Id of the connection; absent where it is the project's own incident. */
  readonly connection?: string;
  readonly incident: string;
  readonly notifiers: readonly string[];
  readonly told: boolean;
}

/** What is remembered, to be looked up. */
export interface Memories {
  connection(project: string, id: string): { readonly memory?: ConnectionMemory };
  project(name: string): ProjectMemory;
}

/** What of it changes. */
export interface Retold {
  readonly connections: readonly {
    readonly project: string;
    readonly id: string;
    readonly memory: ConnectionMemory;
  }[];
  readonly projects: readonly { readonly name: string; readonly memory: ProjectMemory }[];
}

/** The retelling of an event's incident; none where it belongs to none. */
export function retellingOf(
  { data: { project, connection, incident } }: Event,
  notifiers: readonly string[],
  told: boolean,
): readonly Retelling[] {
  if (!project || incident === undefined) return [];
  const place = { project: project.name, ...(connection && { connection: connection.id }) };
  return [{ ...place, incident, notifiers, told }];
}

/** Notes in the incidents who was told of them at `at` (epoch milliseconds), wherever they are still open. */
export function retell(memories: Memories, retellings: readonly Retelling[], at: number): Retold {
  const connections = new Map<string, Retold["connections"][number]>();
  const projects = new Map<string, Retold["projects"][number]>();
  for (const retelling of retellings) {
    const { project: name, connection: id, incident } = retelling;
    const change = (one: Incident): Incident => {
      if (one.id !== incident) return one;
      const { notifiers, told } = retelling;
      return told ? tellAlso(one, notifiers, at) : tellNot(one, notifiers);
    };
    if (id === undefined) {
      const memory = projects.get(name)?.memory ?? memories.project(name);
      projects.set(name, {
        name,
        memory: { ...memory, ...unseen(memory, change), ...returning(memory, change) },
      });
      continue;
    }
    const key = JSON.stringify([name, id]);
    const memory = connections.get(key)?.memory ?? memories.connection(name, id).memory;
    if (memory) connections.set(key, { project: name, id, memory: changed(memory, change) });
  }
  return { connections: [...connections.values()], projects: [...projects.values()] };
}

type ChangeIncident = (incident: Incident) => Incident;

function changed(memory: ConnectionMemory, change: ChangeIncident): ConnectionMemory {
  const resource = <Owner extends ResourceMemory>(owner: Owner): Owner =>
    owner.incident ? { ...owner, incident: change(owner.incident) } : owner;
  return {
    ...memory,
    connection: resource(memory.connection),
    bindings: Object.fromEntries(
      Object.entries(memory.bindings).map(([key, owner]) => [key, resource(owner)]),
    ),
    ...unseen(memory, change),
  };
}

function unseen(
  { unreachable }: { readonly unreachable?: Incident },
  change: ChangeIncident,
): { readonly unreachable?: Incident } {
  return unreachable ? { unreachable: change(unreachable) } : {};
}

/** Its end is still to be told. */
function returning(
  { returning: own }: ProjectMemory,
  change: ChangeIncident,
): Pick<ProjectMemory, "returning"> {
  return own ? { returning: { ...own, incident: change(own.incident) } } : {};
}
