import { countsText, totalOf } from "./counts.ts";
import { dictionary } from "./dictionary.ts";
import { formatDuration } from "./duration.ts";
import type { Event, Meanwhile } from "./event.ts";
import type { Language } from "./language.ts";
import type { Phrases } from "./phrases.ts";
import { truncate } from "./text.ts";
import type { Told } from "./told.ts";

export interface Wording {
  /** One line for a heading. */
  readonly title: string;
  /** What happened, since when and why, in full sentences. */
  readonly summary: string;
}

/** Puts what is told into words, the same for every platform. */
export function wording(told: Told, language: Language): Wording {
  const title = titleOf(told, language);
  const { sentence, between } = dictionary[language];
  const sentences = [sentence.plain(title), ...sentencesOf(told, language)];
  return { title, summary: sentences.join(between.sentences) };
}

/** An event's words in a language: in English those that were frozen with it. */
export function wordsOf(event: Event, language: Language): Wording {
  return language === "en" ? event.data : wording(event, language);
}

/** One line for a heading. */
export function titleOf({ type, data }: Told, language: Language): string {
  const { to = "", cause, changed = [], undelivered, counts } = data;
  const { title, between, ...say } = dictionary[language];
  const what = resourceName(data, say.resource);
  switch (type) {
    case "dli-watch.transition":
      return to === "DELETED" ? title.gone(what) : title.becomes(what, to);
    case "dli-watch.recovery":
      return title.recovers(what, to);
    case "dli-watch.appeared":
      return title.appears(what, to);
    case "dli-watch.disappeared":
      return title.gone(what);
    case "dli-watch.detail":
      return title.changes(what, changed.map(({ field }) => field).join(between.names));
    case "dli-watch.stuck":
      return title.stuck(what, to);
    case "dli-watch.unstuck":
      return title.unstuck(what, to);
    case "dli-watch.flapping":
      return title.flapping(what);
    case "dli-watch.reminder":
      return reminderTitle(data, what, dictionary[language]);
    case "dli-watch.not_found":
      return title.missing(what);
    case "dli-watch.unreachable":
      return title.unseen(what, cause ? say.cause[cause] : "");
    case "dli-watch.reachable":
      return title.seenAgain(what);
    case "dli-watch.undelivered":
      return undelivered ? undeliveredTitle(undelivered, language) : what;
    case "dli-watch.notifier_failing":
      return title.refusing(what);
    case "dli-watch.notifier_back":
      return title.accepting(what);
    case "dli-watch.digest":
      return counts
        ? title.several(totalOf(counts), countsText(counts, dictionary[language]))
        : what;
    case "dli-watch.mute_summary":
      return title.muteOver(what, counts ? countsText(counts, dictionary[language]) : say.none);
    case "dli-watch.test":
      return title.test;
    default:
      return type satisfies never;
  }
}

/** What is still the matter, where a notice reminds of it. */
function reminderTitle(
  { to, cause, flapping }: Told["data"],
  what: string,
  { title, cause: causes }: Phrases,
): string {
  if (cause) return title.stillUnseen(what, causes[cause]);
  if (flapping) return title.stillFlapping(what);
  return to ? title.still(what, to) : title.stillMissing(what);
}

function undeliveredTitle(
  { notifiers, title, title_zh }: NonNullable<Told["data"]["undelivered"]>,
  language: Language,
): string {
  const own = language === "zh" ? (title_zh ?? title) : title;
  return dictionary[language].title.undelivered(notifiers.at(-1) ?? "", own);
}

function resourceName({ resource, connection }: Told["data"], say: Phrases["resource"]): string {
  const { type, name, peer_id = "" } = resource;
  const of = connection?.name ?? "";
  switch (type) {
    case "connection":
      return say.connection(of);
    case "queue":
    case "pool":
      return say[type](name || peer_id, of);
    case "project":
    case "notifier":
    case "mute":
      return say[type](name || peer_id);
    default:
      return type satisfies never;
  }
}

function sentencesOf({ type, data }: Told, language: Language): readonly string[] {
  const { sentence: say } = dictionary[language];
  const { err_msg, gap_ms, changed, meanwhile, undelivered, notifier, muted } = data;
  const lastKnown = lastKnownOf(data, language);
  const sentences = [...timeSentencesOf({ type, data }, language)];
  if (type === "dli-watch.detail") {
    for (const { field, from, to } of changed ?? [])
      sentences.push(say.change(field, short(from), short(to)));
  }
  if (muted !== undefined) sentences.push(say.withheld(muted));
  sentences.push(...listOf(data, language));
  if (lastKnown) sentences.push(say.lastKnown(lastKnown));
  if (gap_ms !== undefined) sentences.push(say.gap(formatDuration(gap_ms, language)));
  if (meanwhile) sentences.push(say.meanwhile(changesIn(meanwhile, language)));
  if (type === "dli-watch.not_found") sentences.push(say.unknownId);
  if (undelivered) sentences.push(say.givenUp(undelivered.error));
  if (notifier?.error) sentences.push(notifier.error);
  if (err_msg && type !== "dli-watch.detail") sentences.push(say.reason(short(err_msg)));
  return sentences;
}

/** Since when, and how often. */
function timeSentencesOf({ type, data }: Told, language: Language): readonly string[] {
  const { sentence: say } = dictionary[language];
  const { from, to = "", previous_for_ms, flapping } = data;
  const sentences: string[] = [];
  if (previous_for_ms !== undefined) {
    const duration = formatDuration(previous_for_ms, language);
    if (type === "dli-watch.stuck") sentences.push(say.lasting(to, duration));
    else if (type === "dli-watch.reminder") sentences.push(say.going(duration));
    else if (from && type !== "dli-watch.detail") sentences.push(say.before(from, duration));
  }
  if (flapping) {
    const { changes, for_ms } = flapping;
    sentences.push(say.changed(changes, formatDuration(for_ms, language)));
  }
  if (type === "dli-watch.flapping") sentences.push(say.settling(to));
  return sentences;
}

/** So many are named in a summary; all stand in a field of their own. */
const mostNamed = 5;

function listOf({ items = [], counts }: Told["data"], language: Language): readonly string[] {
  if (!counts) return [];
  const { sentence } = dictionary[language];
  const named = items
    .slice(0, mostNamed)
    .map((event) => sentence.plain(short(wordsOf(event, language).title)));
  const more = totalOf(counts) - named.length;
  return more > 0 ? [...named, sentence.more(more)] : named;
}

/** What was seen last of what cannot be seen. */
export function lastKnownOf(
  { last_known, last_known_zh }: Pick<Told["data"], "last_known" | "last_known_zh">,
  language: Language,
): string | undefined {
  return language === "zh" ? (last_known_zh ?? last_known) : last_known;
}

/** What changed while nothing could be seen. */
export function changesIn(meanwhile: Meanwhile, language: Language): string {
  const { count, titles, titles_zh, unseen } = meanwhile;
  const { meanwhile: say, andMore, between } = dictionary[language];
  const named = language === "zh" ? (titles_zh ?? titles) : titles;
  const parts = [
    ...(count === 0 ? [say.nothing] : named),
    ...(count > titles.length ? [andMore(count - titles.length)] : []),
    ...(unseen ? [say.unseen(unseen)] : []),
  ];
  return parts.join(between.parts);
}

/** The whole text stands in a field of its own. */
function short(text: string): string {
  return truncate(text, 1_000);
}
