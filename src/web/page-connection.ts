import { html } from "hono/html";
import { attributeFields } from "../core/model.ts";
import type { ConnectionStatus } from "../core/status.ts";
import type { Trouble } from "../core/trouble.ts";
import type { ConnectionHistory, ResourceHistory } from "./connection-history.ts";
import { barOf, legend, patterns } from "./page-bar.ts";
import { bindingEntry, progress, stateOf } from "./page-connection-entry.ts";
import { timeline } from "./page-timeline.ts";
import { troubleEntry } from "./page-trouble.ts";
import { type Html, lasting, moment, name, pathTo, said, type View, webLink } from "./page-view.ts";

const dayMs = 24 * 3_600_000;
/** How far back a connection's page can look, in milliseconds. */
export const ranges = { "24h": dayMs, "7d": 7 * dayMs, "30d": 30 * dayMs } as const;
export type Range = keyof typeof ranges;

/** What the page of a connection shows. */
export interface ConnectionPage {
  readonly connection: ConnectionStatus;
  readonly troubles: readonly Trouble[];
  readonly history: ConnectionHistory;
  readonly range: Range;
}

/** State, problems, states over time, what happened, attributes. */
export function connectionMain(view: View, page: ConnectionPage): Html {
  const { phrases } = view;
  const { connection, troubles, history } = page;
  const open = new Set([
    connection.incident,
    connection.unreachable?.incident,
    ...connection.bindings.map(({ incident }) => incident),
  ]);
  return html`<h1>${stateOf(view, connection)} ${name(connection.name)} <small>${name(connection.project)}</small></h1>
${progress(view, connection)}
${connection.since !== undefined && html`<p>${phrases.since} ${moment(view, Date.parse(connection.since))} · ${lasting(view, Date.parse(connection.since))}</p>`}
${troubles.length > 0 && html`<ol class="troubles">${troubles.map((trouble) => troubleEntry(view, trouble))}</ol>`}
${bars(view, page)}
<section aria-labelledby="bindings">
<h2 id="bindings">${phrases.bindings}</h2>
${
  connection.bindings.length === 0
    ? html`<p>${phrases.noBindings}</p>`
    : html`<ul class="list">${connection.bindings.map((binding) => bindingEntry(view, binding, undefined))}</ul>`
}
</section>
<section aria-labelledby="timeline">
<h2 id="timeline">${phrases.timeline}</h2>
${history.told.length === 0 ? html`<p>${phrases.noEvents}</p>` : timeline(view, history.told, open)}
${history.isCut && html`<p>${phrases.latestOnly(history.told.length)}</p>`}
</section>
${attributes(view, connection)}`;
}

function bars(view: View, { connection, history, range }: ConnectionPage): Html {
  const { phrases, now } = view;
  const within = { from: now - ranges[range], until: now };
  const path = ["connections", connection.project, connection.id];
  const links = Object.keys(ranges).flatMap((one) => {
    if (!isRange(one)) return [];
    const current = one === range && html` aria-current="page"`;
    return [
      html`<a href="${pathTo(view, path, { range: one })}"${current}>${phrases.ranges[one]}</a>`,
    ];
  });
  return html`<section aria-labelledby="states">
<h2 id="states">${phrases.history}</h2>
<nav aria-label="${phrases.range}">${links}</nav>
${patterns}
${history.resources.map((resource, index) => barOf(view, { id: `bar-${index}`, title: titleOf(view, resource), spans: resource.spans }, within))}
<p class="axis">${moment(view, within.from)}<span>${phrases.now}</span></p>
${legend(view, history.resources)}
</section>`;
}

function titleOf({ phrases }: View, { type, name: own }: ResourceHistory): string {
  switch (type) {
    case "connection":
    case "queue":
    case "pool":
      return `${phrases.resource[type]} ${own}`;
    default:
      return own;
  }
}

/** What `?range=` may be. */
export function isRange(text: string): text is Range {
  return Object.hasOwn(ranges, text);
}

function attributes(view: View, connection: ConnectionStatus): Html {
  const { phrases } = view;
  const { id, kind, seen_at, create_time, labels } = connection;
  const rows = [
    ["id", id],
    ["kind", kind],
    ...attributeFields.map((field) => [field, connection[field]] as const),
    ["create_time", create_time],
    ...Object.entries(labels).map(([label, value]) => [`labels.${label}`, value] as const),
  ].flatMap(([key, value]) => (key && value ? [{ key, value }] : []));
  return html`<section aria-labelledby="attributes">
<h2 id="attributes">${phrases.attributes}</h2>
<dl class="attributes">
${rows.map(({ key, value }) => html`<div><dt>${name(key)}</dt><dd>${said(value, 2_000)}</dd></div>`)}
${connection.console && html`<div><dt>${phrases.console}</dt><dd>${webLink(connection.console, connection.console)}</dd></div>`}
${seen_at !== undefined && html`<div><dt>${phrases.lastSeen}</dt><dd>${moment(view, Date.parse(seen_at))}</dd></div>`}
</dl>
</section>`;
}
