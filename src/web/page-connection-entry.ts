import { html } from "hono/html";
import type { ConnectionStatus } from "../core/status.ts";
import {
  causeOf,
  type Html,
  lasting,
  name,
  pathTo,
  said,
  stateMark,
  type View,
} from "./page-view.ts";

/** A reason is shown in full on the connection's own page. */
const longestReason = 300;

/**
 * A connection with its bindings, in as few bytes as it takes: there may be a thousand. Why it cannot be seen is said of
 * its project, where that is in the `blackout` (id of an incident).
 */
export function connectionEntry(
  view: View,
  connection: ConnectionStatus,
  blackout: string | undefined,
): Html {
  const { project, id, bindings, since, unreachable } = connection;
  const rows = bindings.map((binding) => bindingEntry(view, binding, since));
  return html`<li${unreachable && html` class="stale"`}>${stateOf(view, connection)}<a href="${pathTo(view, ["connections", project, id])}">${name(connection.name)}</a>${sinceOf(view, since)}${reason(connection.err_msg)}${progress(view, connection)}${unreachable && blind(view, unreachable, blackout)}${rows.length > 0 && html`<ul>${rows}</ul>`}
`;
}

/** The state of a connection, or why there is none. */
export function stateOf(
  { phrases }: View,
  { state, not_found, gone }: Pick<ConnectionStatus, "state" | "not_found" | "gone">,
): Html {
  if (not_found) return stateMark("FAILED", phrases.what.missing);
  if (gone) return stateMark("DELETED", phrases.gone);
  return stateMark(state, state ?? phrases.neverSeen);
}

/** How far the creation has come, while it goes on. */
export function progress({ phrases }: View, { state, process }: ConnectionStatus): Html | false {
  if (process === undefined || state?.toUpperCase() !== "CREATING") return false;
  const share = Math.round(Math.min(1, Math.max(0, process)) * 100);
  return html`<progress max="100" value="${share}" aria-label="${phrases.progress}">${share} %</progress>`;
}

/** The time stands where it differs from the connection's: both were mostly seen at once. */
export function bindingEntry(
  view: View,
  { type, name: own, peer_id, state, since, err_msg }: ConnectionStatus["bindings"][number],
  shared: string | undefined,
): Html {
  const title = `${view.phrases.resource[type]} ${name(own || peer_id)}`;
  return html`<li>${stateMark(state, state)}${title}${since !== shared && sinceOf(view, since)}${reason(err_msg)}`;
}

function sinceOf(view: View, since: string | undefined): Html | false {
  return since !== undefined && lasting(view, Date.parse(since));
}

function reason(text: string | undefined): Html | false {
  return !!text && html`<q>${said(text, longestReason)}</q>`;
}

function blind(
  view: View,
  { cause, message, since, incident }: NonNullable<ConnectionStatus["unreachable"]>,
  blackout: string | undefined,
): Html {
  const { phrases } = view;
  const mark = html`<b class="blind">${phrases.what.unseen}</b>`;
  if (incident !== undefined && incident === blackout) return mark;
  return html`${mark} ${causeOf(view, cause)}${sinceOf(view, since)}<q>${said(message, longestReason)}</q>`;
}
