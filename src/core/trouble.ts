import { bindingKey } from "./bindings.ts";
import type { Draft, Explain } from "./draft.ts";
import { type Hint, severities } from "./event.ts";
import type { Incident } from "./memory.ts";
import { bindingsOf } from "./model.ts";
import { problemsOf, type RememberedProject } from "./problems.ts";
import { draftOf, isState } from "./resource.ts";

/** Something that is bad now, as it is shown to people. */
export interface Trouble {
  /** What a reminder of it would say. */
  readonly draft: Draft;
  /** What is the matter: a state, or something with it. */
  readonly what: "state" | "stuck" | "flapping" | "unseen" | "missing";
  /** When it began, in epoch milliseconds. */
  readonly since: number;
  readonly hint: Hint | undefined;
}

/** Everything that is bad at `now` (epoch milliseconds), told or not: the worst first, then what began last. */
export function troublesOf(
  projects: readonly RememberedProject[],
  explain: Explain,
  now: number,
): readonly Trouble[] {
  const troubles = projects.flatMap((project) => [
    ...problemsOf(project, now).map(({ incident, draft }) => told(incident, draft, explain)),
    ...untold(project, explain),
  ]);
  return troubles.sort((one, other) => severity(other) - severity(one) || other.since - one.since);
}

function severity({ draft }: Trouble): number {
  return severities.indexOf(draft.severity);
}

function told(incident: Incident, draft: Draft, explain: Explain): Trouble {
  const type = incident.problem?.type ?? "transition";
  const hint = explain({ ...draft, type });
  return { draft, what: whatOf(draft, type), since: incident.openedAt, hint };
}

function whatOf({ cause, flapping, to }: Draft, type: Draft["type"]): Trouble["what"] {
  if (cause || type === "unreachable") return "unseen";
  if (flapping) return "flapping";
  if (to === undefined) return "missing";
  return type === "stuck" ? "stuck" : "state";
}

/** What is FAILED without an incident: `policy.first_sight` let it be. */
function untold({ project, connections }: RememberedProject, explain: Explain): readonly Trouble[] {
  return connections.flatMap(({ configured, memory }) => {
    const view = memory?.snapshot;
    if (!view) return [];
    const resources = [
      { row: undefined, state: view.state, known: memory.connection },
      ...bindingsOf(view).map((row) => ({
        row,
        state: row.state,
        known: memory.bindings[bindingKey(row)],
      })),
    ];
    return resources.flatMap(({ row, state, known }) => {
      if (!known || known.incident || !isState(state, "FAILED")) return [];
      const change = { type: "transition", row, to: state, since: known.since } as const;
      const draft = { ...draftOf({ configured, view }, change, known), project };
      return [{ draft, what: "state", since: known.since, hint: explain(draft) } as const];
    });
  });
}
