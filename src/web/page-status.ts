import { html } from "hono/html";
import { documentedStates } from "../core/model.ts";
import type { ConnectionStatus, Status } from "../core/status.ts";
import type { Trouble } from "../core/trouble.ts";
import { connectionEntry } from "./page-connection-entry.ts";
import { troubleEntry } from "./page-trouble.ts";
import { type Html, name, pathTo, type View } from "./page-view.ts";
import { isWanted } from "./wanted.ts";

/** Which connections are shown; what is empty takes all. */
interface Filter {
  readonly q: string;
  /** That of an API's list, or `bad`. */
  readonly state: string;
  readonly project: string;
}

/** What the status page shows. */
export interface StatusPage {
  readonly status: Status;
  /** The worst first. */
  readonly troubles: readonly Trouble[];
  readonly filter: Filter;
}

/** So many are shown in full; what is left stands first among the connections. */
const mostTroubles = 100;
/** More are found by searching. */
const mostConnections = 1_000;

/** In one line: whether anything is bad. */
export function verdict({ phrases }: View, { status, troubles }: StatusPage): string {
  return troubles.length > 0
    ? phrases.bad(troubles.length)
    : phrases.well(status.connections.length);
}

/** What is to be shown. */
export function statusSearch(view: View, { filter, status }: StatusPage): Html {
  const { phrases, kept } = view;
  const states = new Set(["bad", ...documentedStates, ...(filter.state ? [filter.state] : [])]);
  return html`<form role="search" method="get" action="/">
${Object.entries(kept).map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}">`)}
<input type="search" name="q" value="${filter.q}" aria-label="${phrases.search}" placeholder="${phrases.searchHint}">
<select name="state" aria-label="${phrases.anyState}">
<option value="">${phrases.anyState}</option>
${[...states].map((state) => option(state, state === "bad" ? phrases.anyBad : name(state), filter.state))}
</select>
<select name="project" aria-label="${phrases.anyProject}">
<option value="">${phrases.anyProject}</option>
${status.projects.map((project) => option(project.name, name(project.name), filter.project))}
</select>
<button>${phrases.show}</button>
</form>`;
}

function option(value: string, word: string, chosen: string): Html {
  return html`<option value="${value}"${value === chosen && " selected"}>${word}</option>`;
}

/** Problems first, then everything that is watched. */
export function statusMain(view: View, { status, troubles, filter }: StatusPage): Html {
  const { phrases } = view;
  const found = status.connections.filter(passing(filter));
  const shown = worstFirst(found).slice(0, mostConnections);
  const ids = new Set(found.map(({ project, id }) => `${project}/${id}`));
  const concerned = troubles.filter(({ draft: { project, connection } }) =>
    connection
      ? ids.has(`${project?.name}/${connection.id}`)
      : isWide({ ...filter, project: "" }) && ["", project?.name].includes(filter.project),
  );
  return html`${concerned.length > 0 && problems(view, concerned.slice(0, mostTroubles))}
<section aria-labelledby="connections">
<h2 id="connections">${phrases.connections}${!isWide(filter) && narrowed(view, found.length, status)}</h2>
${shown.length === 0 && html`<p>${isWide(filter) ? phrases.nothingWatched : phrases.nothingFound}</p>`}
${status.projects.map((project) => projectList(view, project, shown))}
${found.length > shown.length && html`<p>${phrases.more(found.length - shown.length)}</p>`}
</section>`;
}

function isWide({ q, state, project }: Filter): boolean {
  return q === "" && state === "" && project === "";
}

function passing({ q, state, project }: Filter): (connection: ConnectionStatus) => boolean {
  const wanted = {
    ...(q && { q }),
    ...(project && { project }),
    ...(state && state !== "bad" && { state }),
  };
  return (connection) => (state !== "bad" || connection.bad) && isWanted(connection, wanted);
}

function problems(view: View, troubles: readonly Trouble[]): Html {
  return html`<section aria-labelledby="problems">
<h2 id="problems">${view.phrases.problems}</h2>
<ol class="troubles">
${troubles.map((trouble) => troubleEntry(view, trouble))}
</ol>
</section>`;
}

function narrowed(view: View, count: number, { connections }: Status): Html {
  const { filtered, clear } = view.phrases;
  return html` <small>${filtered(count, connections.length)} · <a href="${pathTo(view, [])}">${clear}</a></small>`;
}

function projectList(
  view: View,
  { name: project, unreachable }: Status["projects"][number],
  connections: readonly ConnectionStatus[],
): Html | false {
  const own = connections.filter((connection) => connection.project === project);
  if (own.length === 0) return false;
  const entries = own.map((one) => connectionEntry(view, one, unreachable?.incident));
  return html`<h3>${name(project)}</h3>
<ul class="list">
${entries}</ul>`;
}

/** What is bad, then what is not ACTIVE, then the rest in the order of the configuration. */
function worstFirst(connections: readonly ConnectionStatus[]): readonly ConnectionStatus[] {
  return connections.toSorted((one, other) => rank(one) - rank(other));
}

function rank({ bad, state, bindings }: ConnectionStatus): number {
  if (bad) return 0;
  const isActive = [state, ...bindings.map((binding) => binding.state)].every(
    (one) => one?.toUpperCase() === "ACTIVE",
  );
  return isActive ? 2 : 1;
}
