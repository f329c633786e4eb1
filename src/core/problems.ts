import { bindingKey } from "./bindings.ts";
import type { ConfiguredConnection, Draft } from "./draft.ts";
import type { EventProject } from "./event.ts";
import { flappingOf } from "./flapping.ts";
import type { Blindness, ConnectionMemory, Incident, ProjectMemory } from "./memory.ts";
import { bindingsOf } from "./model.ts";
import { aboutOf, draftOf } from "./resource.ts";

/** An incident that is open, and what a reminder of it would say now. */
export interface Problem {
  readonly incident: Incident;
  readonly draft: Draft;
}

/** A project with everything that is remembered of it. */
export interface RememberedProject {
  readonly project: EventProject;
  readonly memory: ProjectMemory;
  readonly connections: readonly {
    readonly configured: ConfiguredConnection;
    readonly memory: ConnectionMemory | undefined;
  }[];
}

/** Everything that is bad at `now` (epoch milliseconds), as far as is known. */
export function problemsOf(
  { project, memory, connections }: RememberedProject,
  now: number,
): readonly Problem[] {
  const [blindness = memory.blindness] = connections.flatMap((one) => one.memory?.blindness ?? []);
  const blackout = unseen(
    { resource: { type: "project", name: project.name } },
    { unreachable: memory.unreachable, blindness },
  );
  const problems = connections.flatMap((connection) =>
    connection.memory ? problemsIn({ ...connection, memory: connection.memory }) : [],
  );
  return [...blackout, ...problems].map(({ incident, draft }) => ({
    incident,
    draft: {
      ...draft,
      type: "reminder",
      project,
      severity: incident.severity,
      incident: incident.id,
      previousForMs: now - incident.openedAt,
    },
  }));
}

function problemsIn({
  configured,
  memory,
}: {
  readonly configured: ConfiguredConnection;
  readonly memory: ConnectionMemory;
}): readonly Problem[] {
  const { snapshot: view, connection, bindings } = memory;
  const rows = view ? bindingsOf(view) : [];
  const resources = [
    { known: connection, row: undefined, state: view?.state },
    ...rows.map((row) => ({ known: bindings[bindingKey(row)], row, state: row.state })),
  ];
  return [
    ...resources.flatMap(({ known, row, state }) => {
      if (!known?.incident) return [];
      const change = { type: "reminder", row, to: state, since: known.since } as const;
      const draft = view
        ? draftOf({ configured, view }, change, known)
        : { ...unsaid, ...aboutOf({ configured, view }, row) };
      return [{ incident: known.incident, draft: { ...draft, ...flappingOf(known) } }];
    }),
    ...unseen(aboutOf({ configured, view }), memory),
  ];
}

function unseen(
  about: Pick<Draft, "resource" | "connection">,
  {
    unreachable,
    blindness,
  }: { readonly unreachable?: Incident | undefined; readonly blindness?: Blindness | undefined },
): readonly Problem[] {
  if (!unreachable) return [];
  const reason = blindness && { cause: blindness.cause, errMsg: blindness.message };
  return [{ incident: unreachable, draft: { ...unsaid, ...about, ...reason } }];
}

/** What every reminder says of its own accord. */
const unsaid = { type: "reminder", severity: "warning", routed: false } as const;
