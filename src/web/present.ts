import { unknownProject } from "../core/decide.ts";
import type { ConnectionMemory } from "../core/memory.ts";
import type { RememberedProject } from "../core/problems.ts";
import { type Remembered, type Status, statusOf } from "../core/status.ts";
import { type Trouble, troublesOf } from "../core/trouble.ts";
import type { PageSource } from "./page-source.ts";

/** Everything that is watched, as it is now. */
export interface Present {
  readonly status: Status;
  /** The worst first. */
  readonly troubles: readonly Trouble[];
  memory(project: string, id: string): ConnectionMemory | undefined;
}

/** Reads it. */
export async function presentOf({
  projects,
  remembered,
  explain,
  now,
}: PageSource): Promise<Present> {
  const configured = projects();
  const memories = await remembered();
  const known = rememberedProjects(configured, memories);
  return {
    status: statusOf(configured, memories),
    troubles: troublesOf(known, explain, now()),
    memory: (project, id) =>
      memories.connections.find((one) => one.project === project && one.id === id)?.memory,
  };
}

function rememberedProjects(
  projects: ReturnType<PageSource["projects"]>,
  remembered: Remembered,
): readonly RememberedProject[] {
  const connections = Map.groupBy(remembered.connections, ({ project }) => project);
  return projects.map(({ name, connections: configured }) => {
    const own = new Map(connections.get(name)?.map(({ id, memory }) => [id, memory]));
    const known = remembered.projects.find((project) => project.name === name);
    return {
      project: { name, project_id: "" }, // the pages show its name alone
      memory: known?.memory ?? unknownProject,
      connections: configured.map((one) => ({ configured: one, memory: own.get(one.id) })),
    };
  });
}
