import { totalOf } from "../core/counts.ts";
import { formatDuration } from "../core/duration.ts";
import type { Event, Severity } from "../core/event.ts";
import { hintIn } from "../core/hint-words.ts";
import type { Language } from "../core/language.ts";
import { consoleOf, pageOf } from "../core/links.ts";
import { oneLine, truncate } from "../core/text.ts";
import { plainVoice, type Voice } from "../core/voice.ts";
import { changesIn, lastKnownOf, wordsOf } from "../core/wording.ts";
import { zonedTime } from "../core/zoned-time.ts";
import { type Labels, labels } from "./labels.ts";

/** An event put into words for people: what a notifier has to lay out, and nothing else. All of it may be hostile: escape it. */
export interface Message {
  /** Of every word that is not a stranger's. */
  readonly language: Language;
  readonly tone: Tone;
  /** One line, without the tone. */
  readonly title: string;
  /** What happened, since when and why, in full sentences. */
  readonly summary: string;
  /** What the operator's template makes of it, instead of reason, facts, advice and items; may have several lines. */
  readonly text?: string;
  /** Why it happened, in the words of whoever said no; empty where nobody did. May have several lines. */
  readonly reason: string;
  /** What a message says beside its title and reason. */
  readonly facts: readonly Fact[];
  /** What probably caused it, what to do about it, and where to see more. */
  readonly advice: readonly Fact[];
  /** The notices that it tells of, a line each, the worst first. */
  readonly items: readonly string[];
  /** How many it tells of; more than `items` where not all are named. */
  readonly total: number;
  /** By what a reader recognises two messages as one, and how old the news is. */
  readonly reference: string;
}

/** What words depend on beside the event. */
interface Speech {
  readonly language: Language;
  readonly say: Labels;
  readonly showTime: (iso: string) => string;
}

/** An event in words at `at` (epoch milliseconds). */
export function inWords(event: Event, at: number, voice: Voice = plainVoice): Message {
  const { language, timezone, publicUrl } = voice;
  const speech = { language, say: labels[language], showTime: zonedTime(timezone) };
  const { items = [], counts } = event.data;
  const { title, summary } = wordsOf(event, language);
  return {
    language,
    tone: toneOf(event, speech),
    title,
    summary,
    reason: reasonOf(event),
    facts: factsOf(event, speech),
    advice: [...adviceOf(event, speech), ...linksOf(event, speech, publicUrl)],
    items: items.map((item) => lineOf(item, speech)),
    total: counts ? totalOf(counts) : items.length,
    reference: referenceOf(event, at, speech),
  };
}

/** How loud a message is, as a word and a sign: colour alone tells a colour-blind reader nothing. */
interface Tone {
  readonly level: Severity | "ok";
  readonly word: string;
  readonly sign: string;
}

const signs = { critical: "🔴", warning: "🟠", info: "🔵", ok: "🟢" } as const;

/** The event's severity, or `ok` where it says that a problem is over. */
function toneOf({ type, data }: Event, { say }: Speech): Tone {
  const over =
    type === "dli-watch.recovery" ||
    type === "dli-watch.unstuck" ||
    type === "dli-watch.reachable" ||
    type === "dli-watch.notifier_back";
  const level = over ? "ok" : data.severity;
  return { level, word: say.tone[level], sign: signs[level] };
}

/** One line of a message: a short label and what it says. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

function reasonOf({ data }: Event): string {
  return data.err_msg ?? data.undelivered?.error ?? data.notifier?.error ?? "";
}

/** Only what the event carries, and what a change of state need not repeat. */
function factsOf({ type, data }: Event, speech: Speech): readonly Fact[] {
  const { language, say, showTime } = speech;
  const { connection, project, flapping, undelivered, notifier } = data;
  const changes = (data.changed ?? []).filter(
    ({ field }) => type === "dli-watch.detail" || field !== "err_msg",
  );
  const duration = (ms: number | undefined) => durationOf(ms, speech);
  const facts: readonly (readonly [label: string, value: string | undefined])[] = [
    [say.state, stateOf({ type, data }, speech)],
    [say.goingOn, type === "dli-watch.reminder" ? duration(data.previous_for_ms) : undefined],
    [say.changes, flapping && say.changesSince(flapping.changes, showTime(flapping.since))],
    ...changes.map(({ field, from, to }) => [field, change(from, to, speech)] as const),
    [say.lastKnown, lastKnownOf(data, language)],
    [say.gap, duration(data.gap_ms)],
    [say.meanwhile, data.meanwhile && changesIn(data.meanwhile, language)],
    [say.muted, data.muted === undefined ? undefined : `${data.muted}`],
    [say.undelivered, undelivered && shortId(undelivered.event)],
    [say.notTold, undelivered?.notifiers.join(", ")],
    [say.notifier, notifier?.name],
    [say.connection, connection && connectionOf(connection, speech)],
    [say.peering, data.resource.peer_id],
    [say.project, project && withDetails(project.name, [project.region], speech)],
    [say.reported, data.reported_at && showTime(data.reported_at)],
  ];
  return facts.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}

/** The notices that a message tells of, a line each; as many as fit `max` after `sizeOf`, and how many are left out. */
export function listOf(
  { items, total, language }: Message,
  max: number,
  sizeOf: (line: string) => number,
): readonly string[] {
  const lines: string[] = [];
  let size = 0;
  for (const item of items) {
    size += sizeOf(item) + 1;
    if (size > max) break;
    lines.push(item);
  }
  const more = total - lines.length;
  return more > 0 ? [...lines, labels[language].more(more)] : lines;
}

/** In characters, of one line of a list. */
const longestReason = 120;

function lineOf(event: Event, speech: Speech): string {
  const reason = oneLine(reasonOf(event));
  const why = reason ? `: ${truncate(reason, longestReason)}` : "";
  const { title } = wordsOf(event, speech.language);
  return `${toneOf(event, speech).sign} ${oneLine(title)}${why}`;
}

function adviceOf({ data }: Event, { language, say }: Speech): readonly Fact[] {
  if (!data.hint) return [];
  const { cause, action, link } = hintIn(data.hint, language);
  const advice = [
    { label: say.cause, value: cause },
    { label: say.action, value: action },
  ];
  return link ? [...advice, { label: say.link, value: link }] : advice;
}

/** The page of what it is about, and, where something is wrong, the vendor's console. */
function linksOf(
  { data: { project, connection, severity } }: Event,
  { say }: Speech,
  publicUrl: string | undefined,
): readonly Fact[] {
  if (!project || !connection) return [];
  const page = publicUrl && pageOf(publicUrl, project.name, connection.id);
  const cloud = severity !== "info" && project.region && consoleOf(project.region);
  return [
    ...(page ? [{ label: say.page, value: page }] : []),
    ...(cloud ? [{ label: say.console, value: cloud }] : []),
  ];
}

/** Later than this after its event a message says so, in milliseconds. */
const lateMs = 300_000;

function referenceOf({ id, time, data }: Event, at: number, speech: Speech): string {
  const { say, showTime, language } = speech;
  const ageMs = at - Date.parse(time);
  return [
    say.event(shortId(id)),
    data.incident && say.incident(shortId(data.incident)),
    showTime(data.observed_at),
    ageMs > lateMs && say.late(formatDuration(ageMs, language)),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The end of a ULID: its beginning is the time, which neighbours share. */
function shortId(id: string): string {
  return id.slice(-8);
}

function stateOf({ type, data }: Pick<Event, "type" | "data">, speech: Speech): string | undefined {
  const { from, to, previous_for_ms } = data;
  const { say } = speech;
  const duration = durationOf(previous_for_ms, speech);
  if (type === "dli-watch.stuck") return say.lasting(to ?? "", duration ?? "");
  return from ? say.changed(from, to ?? say.gone, duration) : to;
}

function durationOf(ms: number | undefined, { language }: Speech): string | undefined {
  return ms === undefined ? undefined : formatDuration(ms, language);
}

function change(from: string, to: string, { say }: Speech): string {
  return `${from || say.empty} → ${to || say.empty}`;
}

function connectionOf(
  { id, name, kind }: NonNullable<Event["data"]["connection"]>,
  speech: Speech,
): string {
  return withDetails(name, [kind && speech.say.kind[kind], id], speech);
}

function withDetails(
  name: string,
  details: readonly (string | undefined)[],
  { say }: Speech,
): string {
  const shown = details.flatMap((detail) => (detail && detail !== name ? [detail] : []));
  return shown.length > 0 ? say.details(name, shown) : name;
}
