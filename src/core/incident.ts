import type { ConnectionMemory, Incident, ProjectMemory, ResourceMemory } from "./memory.ts";

/** `names` together with those who were told before, each once. */
export function tellAlso(incident: Incident, names: readonly string[]): Incident {
  return { ...incident, told: [...new Set([...incident.told, ...names])] };
}

/** The memory with `names` told of the incident `id`, wherever it is open; unchanged where it is over. */
export function tellOfConnection(
  memory: ConnectionMemory,
  id: string,
  names: readonly string[],
): ConnectionMemory {
  const tell = <Owner extends ResourceMemory>(owner: Owner): Owner =>
    owner.incident?.id === id ? { ...owner, incident: tellAlso(owner.incident, names) } : owner;
  return {
    ...memory,
    connection: tell(memory.connection),
    bindings: Object.fromEntries(
      Object.entries(memory.bindings).map(([key, owner]) => [key, tell(owner)]),
    ),
    ...(memory.unreachable?.id === id && { unreachable: tellAlso(memory.unreachable, names) }),
  };
}

/** The same for a project's incident. */
export function tellOfProject(
  memory: ProjectMemory,
  id: string,
  names: readonly string[],
): ProjectMemory {
  return memory.unreachable?.id === id
    ? { ...memory, unreachable: tellAlso(memory.unreachable, names) }
    : memory;
}
