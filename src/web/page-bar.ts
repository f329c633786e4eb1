import { html } from "hono/html";
import type { Span, Stretch } from "../core/spans.ts";
import { classOf, durationOf, type Html, moment, name, type View } from "./page-view.ts";

/** The states of one resource over a time. */
export interface Bar {
  /** Unique on its page, for what refers to it. */
  readonly id: string;
  readonly title: string;
  readonly spans: readonly Span[];
}

/** Narrower than this, in percent of the whole, nobody would see it. */
const narrowest = 0.4;

/** A pattern for each state, so that none is told by its colour alone; the bars refer to them. */
export const patterns = html`<svg class="patterns" aria-hidden="true"><defs>
<pattern id="p-failed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6"/><path d="M0 0h3v6h-3z"/></pattern>
<pattern id="p-creating" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6"/><circle cx="3" cy="3" r="1.5"/></pattern>
<pattern id="p-deleted" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4"/><path d="M0 0h4v1h-4z"/></pattern>
<pattern id="p-other" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4"/><path d="M0 0h1v4h-1z"/></pattern>
<pattern id="p-blind" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6"/><path d="M0 0l6 6M6 0l-6 6"/></pattern>
</defs></svg>`;

/** The bar as a picture, and beside it, for those who cannot see it, as a list. */
export function barOf(view: View, { id, title, spans }: Bar, within: Stretch): Html {
  const drawn = spans.filter(({ known }) => known !== "nothing");
  return html`<figure>
<figcaption id="${id}">${name(title)}</figcaption>
<svg class="bar" role="img" aria-labelledby="${id}" aria-describedby="${id}-text">${drawn.map((span) => stripe(view, span, within))}</svg>
<ol class="unseen" id="${id}-text">${spans.map((span) => spanText(view, span))}</ol>
</figure>`;
}

function stripe(view: View, span: Span, { from, until }: Stretch): Html {
  const percent = (ms: number) => (ms / (until - from)) * 100;
  const width = Math.max(narrowest, percent(span.until - span.from));
  const title = `${spanWord(view, span)} · ${view.shown(span.from)} · ${durationOf(view, span.until - span.from)}`;
  const start = Math.min(percent(span.from - from), 100 - width);
  return html`<rect class="${spanClass(span)}" x="${start.toFixed(2)}%" width="${width.toFixed(2)}%" height="100%"><title>${title}</title></rect>`;
}

/** What each colour and pattern means that occurs. */
export function legend(view: View, bars: readonly Pick<Bar, "spans">[]): Html {
  const drawn = bars.flatMap(({ spans }) => spans).filter(({ known }) => known !== "nothing");
  const kinds = new Map(drawn.map((span) => [spanWord(view, span), span]));
  return html`<p class="legend" aria-hidden="true">${[...kinds].map(
    ([word, span]) =>
      html`<span><svg><rect class="${spanClass(span)}" width="100%" height="100%"/></svg>${word}</span>`,
  )}</p>`;
}

function spanClass(span: Span): string {
  return span.known === "state" ? classOf(span.state) : "blind";
}

function spanText(view: View, span: Span): Html {
  const { from, until } = span;
  return html`<li>${moment(view, from)} – ${moment(view, until)} (${durationOf(view, until - from)}): ${spanWord(view, span)}</li>`;
}

function spanWord({ phrases }: View, span: Span): string {
  switch (span.known) {
    case "state":
      return name(span.state);
    case "blind":
      return phrases.blindSpan;
    case "nothing":
      return phrases.nothingSpan;
    default:
      return span satisfies never;
  }
}
