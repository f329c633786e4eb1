import { html } from "hono/html";
import type { ListedMute } from "../core/mute-list.ts";
import type { NotifierStatus } from "../core/notifier-status.ts";
import type { Status } from "../core/status.ts";
import type { About } from "./api.ts";
import {
  causeOf,
  durationOf,
  type Html,
  lasting,
  moment,
  name,
  pathTo,
  said,
  type View,
} from "./page-view.ts";

/** How the watcher itself is doing. */
export interface WatcherStanding {
  readonly about: About;
  readonly status: Status;
  readonly notifiers: readonly NotifierStatus[];
  readonly mutes: readonly ListedMute[];
}

const longestReason = 500;

/** Everything that must work for this page and the notices to be trusted; what does not stands out. */
export function watcherStrip(view: View, standing: WatcherStanding): Html {
  const { phrases } = view;
  const { about, status, notifiers } = standing;
  const { problems } = about.configuration;
  return html`<section class="watcher" aria-label="${phrases.watcher}">
<dl>
${about.trouble.length > 0 && item(phrases.watcher, true, lines(about.trouble))}
${lastAnswer(view, status)}
${away(view, about)}
${sight(view, status)}
${told(view, notifiers)}
${outbox(view, notifiers)}
${dead(view, notifiers)}
${mutes(view, standing.mutes)}
${problems.length > 0 && item(phrases.configuration, true, html`${phrases.refused} ${lines(problems)}`)}
</dl>
</section>`;
}

function item(word: string, odd: boolean, content: Html | readonly Html[]): Html {
  return html`<div${odd && html` class="odd"`}><dt>${word}</dt><dd>${content}</dd></div>`;
}

function lines(texts: readonly string[]): Html {
  return html`<pre tabindex="0">${said(texts.join("\n"), 4_000)}</pre>`;
}

/** So long without any answer is odd, in milliseconds: connections may be polled rarely, but seldom all of them. */
const silentAfterMs = 15 * 60_000;

function lastAnswer(view: View, { projects }: Status): Html {
  const { phrases, now } = view;
  const latest = projects
    .flatMap(({ seen_at }) => seen_at ?? [])
    .toSorted()
    .at(-1);
  if (latest === undefined) return item(phrases.lastAnswer, true, html`${phrases.noAnswer}`);
  const at = Date.parse(latest);
  return item(phrases.lastAnswer, now - at > silentAfterMs, lasting(view, at, phrases.ago));
}

/** Before a start nothing was seen: so long is worth a word, in milliseconds, and so long after it. */
const shortestAwayMs = 60_000;
const awayShownMs = 24 * 3_600_000;

function away(view: View, { startedAt, seenBefore }: About): Html | false {
  const { phrases, now } = view;
  if (seenBefore === undefined || startedAt - seenBefore < shortestAwayMs) return false;
  if (now - startedAt > awayShownMs) return false;
  const hidden = html`${moment(view, seenBefore)} – ${moment(view, startedAt)}`;
  return item(phrases.away, false, hidden);
}

/** Which projects cannot be read, and how many of their connections. */
function sight(view: View, status: Status): Html {
  const { phrases } = view;
  const all = Map.groupBy(status.connections, ({ project }) => project);
  const blind = [...all].flatMap(([project, own]) => {
    const unseen = own.flatMap(({ unreachable }) => unreachable ?? []);
    const [first] = unseen;
    if (!first) return [];
    const link = html`<a href="${pathTo(view, [], { project })}">${name(project)}</a>`;
    const count = `${unseen.length}/${own.length} · ${causeOf(view, first.cause)}`;
    return [html`<p>${link} ${count} · ${lasting(view, Date.parse(first.since))}</p>`];
  });
  const slow = status.projects.flatMap(({ name: project, slowdown }) =>
    slowdown
      ? [html`<p>${name(project)} ${phrases.slow(durationOf(view, slowdown.interval_ms))}</p>`]
      : [],
  );
  const odd = [...blind, ...slow];
  return item(phrases.blind, odd.length > 0, odd.length > 0 ? odd : html`${phrases.blindNone}`);
}

function told(view: View, notifiers: readonly NotifierStatus[]): Html {
  const odd = notifiers.some(({ state, type }) => state !== "working" || type === undefined);
  const { phrases } = view;
  return item(
    phrases.notifiers,
    odd,
    notifiers.map((notifier) => notifierLine(view, notifier)),
  );
}

function notifierLine(view: View, { name: own, type, state, failing, resume_at }: NotifierStatus) {
  const { phrases, now } = view;
  const title = name(own);
  if (type === undefined) {
    return html`<p><b class="warning">${title}</b> ${phrases.notConfigured}</p>`;
  }
  if (failing) {
    return html`<p><b class="failed">${title} ${phrases.failing}</b> ${lasting(view, Date.parse(failing.since))} <q>${said(failing.error, longestReason)}</q></p>`;
  }
  if (state === "working") return html`<p><b class="active">${title}</b> ${phrases.accepts}</p>`;
  const again = resume_at && phrases.again(durationOf(view, Date.parse(resume_at) - now));
  return html`<p><b class="warning">${title} ${phrases.retrying}</b> ${again}</p>`;
}

/** So long in the outbox is odd, in milliseconds; what is held for a digest or a delay has its time. */
const lateAfterMs = 60_000;

function outbox(view: View, notifiers: readonly NotifierStatus[]): Html {
  const { phrases, now } = view;
  const rows = notifiers.flatMap(({ name: own, waiting, waiting_since, held }) => {
    if (waiting + held === 0) return [];
    const waits = waiting_since && [
      phrases.waitingSince(waiting, durationOf(view, now - Date.parse(waiting_since))),
    ];
    const counts = [...(waits || []), ...(held > 0 ? [phrases.held(held)] : [])];
    return [html`<p>${name(own)}: ${counts.join(", ")}</p>`];
  });
  const odd = notifiers.some(
    ({ waiting_since }) => waiting_since && now - Date.parse(waiting_since) > lateAfterMs,
  );
  return item(phrases.waiting, odd, rows.length > 0 ? rows : html`${phrases.none}`);
}

function dead({ phrases }: View, notifiers: readonly NotifierStatus[]): Html {
  const rows = notifiers.flatMap(({ name: own, dead: count }) =>
    count > 0 ? [html`<p>${name(own)}: ${count}</p>`] : [],
  );
  return item(phrases.deadLetters, rows.length > 0, rows.length > 0 ? rows : html`${phrases.none}`);
}

function mutes({ phrases, shown }: View, listed: readonly ListedMute[]): Html | false {
  const open = listed.flatMap(({ name: own, match, until }) =>
    until === undefined
      ? []
      : [
          html`<p>${name(own)} <small>${name(match)}</small> ${phrases.until(shown(Date.parse(until)))}</p>`,
        ],
  );
  return open.length > 0 && item(phrases.mutes, true, open);
}
