import { html } from "hono/html";
import { dictionary } from "../core/dictionary.ts";
import { formatDuration } from "../core/duration.ts";
import type { Language } from "../core/language.ts";
import { documentedStates, type FailureCause, sameState } from "../core/model.ts";
import { isoTime } from "../core/notice.ts";
import { oneLine, truncate, visibleText } from "../core/text.ts";
import type { Phrases } from "./phrases.ts";

/** A piece of a page. */
export type Html = ReturnType<typeof html>;

/** How a page is shown to the one who asks. */
export interface View {
  readonly language: Language;
  readonly phrases: Phrases;
  /** Epoch milliseconds. */
  readonly now: number;
  /** A time (epoch milliseconds) in the configured zone. */
  readonly shown: (at: number) => string;
  /** What each link carries on: the language, where the address names one. */
  readonly kept: Readonly<Record<string, string>>;
}

/** A link to another page. */
export function pathTo(
  { kept }: View,
  path: readonly string[],
  query: Readonly<Record<string, string>> = {},
): string {
  const parts = path.map((part) => encodeURIComponent(part.toWellFormed()));
  const given = Object.entries({ ...query, ...kept }).filter(([, value]) => value !== "");
  const asked = new URLSearchParams(given).toString();
  return `/${parts.join("/")}${asked && `?${asked}`}`;
}

/** The class of a state in the stylesheet, which gives it a colour and a sign. */
export function classOf(state: string | undefined): string {
  if (state === undefined) return "none";
  return documentedStates.find((one) => sameState(one, state))?.toLowerCase() ?? "other";
}

/** A state as a word with a sign. */
export function stateMark(state: string | undefined, word: string): Html {
  return html`<b class="${classOf(state)}">${name(word)}</b>`;
}

/** For how long something has been so. */
export function lasting(
  view: View,
  since: number,
  worded: (duration: string) => string = (duration) => duration,
): Html {
  const exact = isoTime(since).replace(/:\d\d\.\d{3}Z$/, "Z");
  return html`<time datetime="${exact}">${worded(durationOf(view, view.now - since))}</time>`;
}

/** So many milliseconds. */
export function durationOf({ language }: View, ms: number): string {
  return formatDuration(ms, language);
}

/** Why something cannot be read, in a word. */
export function causeOf({ language }: View, cause: FailureCause): string {
  return dictionary[language].cause[cause];
}

/** A moment. */
export function moment(view: View, at: number): Html {
  return html`<time datetime="${isoTime(at)}">${view.shown(at)}</time>`;
}

const longestName = 200;
/** What is looked at of a text, for each character of it that is shown: much of it may be invisible. */
const margin = 4;

/** A name on one line: it may be anything. */
export function name(text: string): string {
  return truncate(oneLine(text.slice(0, longestName * margin)), longestName);
}

/** Somebody else's text, with its line breaks. */
export function said(text: string, longest: number): string {
  return truncate(visibleText(text.slice(0, longest * margin)), longest);
}

/** A link that somebody else wrote, if it is one of the web's. */
export function webLink(link: string, word: string): Html {
  return /^https?:\/\//i.test(link)
    ? html`<a href="${link}" rel="noreferrer">${word}</a>`
    : html`${name(link)}`;
}
