import { html } from "hono/html";
import { type Event, noticeTypes } from "../core/event.ts";
import type { Delivery } from "../core/outbox.ts";
import {
  causeOf,
  durationOf,
  type Html,
  moment,
  name,
  said,
  stateMark,
  type View,
} from "./page-view.ts";

/** A notice, and what became of it for each notifier. */
export interface ToldEvent {
  readonly event: Event;
  readonly deliveries: readonly Delivery[];
}

const longestReason = 2_000;

/** What happened, the latest first; what belongs to one incident stands together. `open` are the ids of those that are not over. */
export function timeline(
  view: View,
  told: readonly ToldEvent[],
  open: ReadonlySet<string | undefined>,
): Html {
  const groups = [...Map.groupBy(told, ({ event }) => event.data.incident ?? event.id).values()];
  const latestFirst = groups.toSorted((one, other) => sequence(other) - sequence(one));
  return html`<ol class="timeline">
${latestFirst.map((group) => chapter(view, group, open))}
</ol>`;
}

function sequence(group: readonly ToldEvent[]): number {
  return group.at(-1)?.event.data.sequence ?? 0;
}

/** An incident, or something that belongs to none. */
function chapter(
  view: View,
  group: readonly ToldEvent[],
  open: ReadonlySet<string | undefined>,
): Html {
  const [first] = group;
  const last = group.at(-1);
  const entries = group.toReversed().map((told) => entry(view, told));
  const incident = first?.event.data.incident;
  if (!incident || !last) return html`<li>${entries}</li>`;
  const { phrases } = view;
  const lastedMs = Date.parse(last.event.time) - Date.parse(first.event.time);
  const isOver = !open.has(incident);
  const standing = isOver
    ? html`${phrases.over} · ${durationOf(view, lastedMs)}`
    : html`<b class="warning">${phrases.open}</b>`;
  return html`<li class="${isOver ? "over" : "open"}"><h3>${phrases.incident} <small>${standing}</small></h3>${entries}</li>`;
}

function entry(view: View, { event, deliveries }: ToldEvent): Html {
  const { phrases } = view;
  const { data, time, type } = event;
  const { from, to, err_msg, cause } = data;
  const isDetail = type === "dli-watch.detail";
  const states = html`${from && html`${stateMark(from, from)} → `}${to ? stateMark(to, to) : phrases.gone}`;
  return html`<article>
<p>${moment(view, Date.parse(time))} ${subject(view, data)} ${phrases.notices[wordOf(type)]}${cause && `: ${causeOf(view, cause)}`} ${(from || to) && !isDetail && states}</p>
${changes(event)}
${err_msg && !isDetail && html`<q>${said(err_msg, longestReason)}</q>`}
${toldText(view, deliveries)}
</article>`;
}

/** What changed beside the state; a reason stands by itself, unless nothing else is told. */
function changes({ type, data: { changed = [] } }: Event): readonly Html[] {
  return changed
    .filter(({ field }) => field !== "err_msg" || type === "dli-watch.detail")
    .map(
      ({ field, from, to }) =>
        html`<p><code>${name(field)}</code> <del>${said(from, longestReason)}</del> → <ins>${said(to, longestReason)}</ins></p>`,
    );
}

function subject({ phrases }: View, { resource }: Event["data"]): string {
  const { type } = resource;
  return type === "queue" || type === "pool"
    ? `${phrases.resource[type]} ${name(resource.name || resource.peer_id || "")}:`
    : "";
}

function wordOf(type: Event["type"]) {
  return noticeTypes.find((one) => type === `dli-watch.${one}`) ?? "test";
}

/** To whom it was told, and with what success. */
function toldText(view: View, deliveries: readonly Delivery[]): Html {
  const { phrases } = view;
  if (deliveries.length === 0) return html`<p class="told">${phrases.toldNobody}</p>`;
  return html`<ul class="told">${deliveries.map(
    ({ notifier, state, attempts, lastError, settledAt }) => html`
<li class="${state}"><b>${name(notifier)}</b> ${phrases.deliveries[state]}${settledAt !== undefined && html` ${moment(view, settledAt)}`}${attempts > 1 && ` · ${phrases.attempts(attempts)}`}${lastError && html` <q>${said(lastError, longestReason)}</q>`}</li>`,
  )}</ul>`;
}
