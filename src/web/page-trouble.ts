import { html } from "hono/html";
import type { Draft } from "../core/draft.ts";
import type { Hint } from "../core/event.ts";
import { hintIn } from "../core/hint-words.ts";
import type { Trouble } from "../core/trouble.ts";
import {
  causeOf,
  type Html,
  lasting,
  moment,
  name,
  pathTo,
  said,
  stateMark,
  type View,
  webLink,
} from "./page-view.ts";

const longestReason = 1_000;

/** What is bad, since when, why, and what to do. */
export function troubleEntry(view: View, trouble: Trouble): Html {
  const { draft, since, hint } = trouble;
  const { phrases } = view;
  return html`<li class="${draft.severity}">
<h3>${mark(view, trouble)} ${subject(view, draft)}</h3>
<p>${phrases.since} ${moment(view, since)} · ${lasting(view, since)}${draft.cause && ` · ${causeOf(view, draft.cause)}`}${draft.flapping && ` · ${phrases.flapping(draft.flapping.changes)}`}</p>
${draft.errMsg && html`<q>${said(draft.errMsg, longestReason)}</q>`}
${hint && hintOf(view, hint)}
</li>`;
}

function mark({ phrases }: View, { what, draft: { to } }: Trouble): Html {
  switch (what) {
    case "state":
      return stateMark(to, to ?? "");
    case "stuck":
    case "flapping":
      return html`${stateMark(to, to ?? "")} <b class="warning">${phrases.what[what]}</b>`;
    case "unseen":
      return html`<b class="blind">${phrases.what.unseen}</b>`;
    case "missing":
      return html`<b class="failed">${phrases.what.missing}</b>`;
    default:
      return what satisfies never;
  }
}

/** What it is about, as a link to the page of its connection. */
function subject(view: View, { resource, connection, project }: Draft): Html {
  const { phrases } = view;
  const place = project?.name ?? "";
  const own = name(resource.name || resource.peerId || "");
  if (!connection)
    return html`${phrases.resource.project} <a href="${pathTo(view, [], { project: place })}">${own}</a>`;
  const link = html`<a href="${pathTo(view, ["connections", place, connection.id])}">${name(connection.name)}</a>`;
  return resource.type === "queue" || resource.type === "pool"
    ? html`${phrases.resource[resource.type]} ${own} · ${link} <small>${name(place)}</small>`
    : html`${phrases.resource.connection} ${link} <small>${name(place)}</small>`;
}

/** What lies behind a reason, and what to do about it. */
function hintOf({ phrases, language }: View, hint: Hint): Html {
  const { cause, action, link } = hintIn(hint, language);
  return html`<dl>
<dt>${phrases.cause}</dt><dd>${said(cause, longestReason)}</dd>
<dt>${phrases.action}</dt><dd>${said(action, longestReason)}${link && html` ${webLink(link, phrases.details)}`}</dd>
</dl>`;
}
