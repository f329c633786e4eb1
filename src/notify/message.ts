import { formatDuration } from "../core/duration.ts";
import type { Event, Severity } from "../core/event.ts";
import { oneLine, truncate } from "../core/text.ts";
import { changesIn } from "../core/wording.ts";

/** An event put into words for people: what a notifier has to lay out, and nothing else. All of it may be hostile: escape it. */
export interface Message {
  readonly tone: Tone;
  /** One line, without the tone. */
  readonly title: string;
  /** What happened, since when and why, in full sentences. */
  readonly summary: string;
  /** Why it happened, in the words of whoever said no; empty where nobody did. May have several lines. */
  readonly reason: string;
  /** What a message says beside its title and reason. */
  readonly facts: readonly Fact[];
  /** What probably caused it and what to do about it. */
  readonly advice: readonly Fact[];
  /** The notices that it tells of, a line each, the worst first. */
  readonly items: readonly string[];
  /** How many it tells of; more than `items` where not all are named. */
  readonly total: number;
  /** By what a reader recognises two messages as one, and how old the news is. */
  readonly reference: string;
}

/** An event in words at `at` (epoch milliseconds). */
export function inWords(event: Event, at: number): Message {
  const { title, summary, items = [], counts } = event.data;
  return {
    tone: toneOf(event),
    title,
    summary,
    reason: reasonOf(event),
    facts: factsOf(event),
    advice: adviceOf(event),
    items: items.map(lineOf),
    total: counts ? counts.critical + counts.warning + counts.info : items.length,
    reference: referenceOf(event, at),
  };
}

/** How loud a message is, as a word and a sign: colour alone tells a colour-blind reader nothing. */
export interface Tone {
  readonly level: Severity | "ok";
  readonly word: string;
  readonly sign: string;
}

const tones = {
  critical: { level: "critical", word: "CRITICAL", sign: "🔴" },
  warning: { level: "warning", word: "WARNING", sign: "🟠" },
  info: { level: "info", word: "INFO", sign: "🔵" },
  ok: { level: "ok", word: "OK", sign: "🟢" },
} as const satisfies Record<Tone["level"], Tone>;

/** The event's severity, or `ok` where it says that a problem is over. */
function toneOf({ type, data }: Event): Tone {
  const over =
    type === "dli-watch.recovery" ||
    type === "dli-watch.unstuck" ||
    type === "dli-watch.reachable" ||
    type === "dli-watch.notifier_back";
  return tones[over ? "ok" : data.severity];
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
function factsOf({ type, data }: Event): readonly Fact[] {
  const { connection, project, flapping, undelivered, notifier } = data;
  const changes = (data.changed ?? []).filter(
    ({ field }) => type === "dli-watch.detail" || field !== "err_msg",
  );
  const facts: readonly (readonly [label: string, value: string | undefined])[] = [
    ["State", stateOf({ type, data })],
    ["Going on for", type === "dli-watch.reminder" ? durationOf(data.previous_for_ms) : undefined],
    ["Changes of state", flapping && `${flapping.changes} since ${flapping.since}`],
    ...changes.map(({ field, from, to }) => [field, change(from, to)] as const),
    ["Last known", data.last_known],
    ["Nothing was seen for", durationOf(data.gap_ms)],
    ["Meanwhile", data.meanwhile && changesIn(data.meanwhile)],
    ["Muted notices", data.muted === undefined ? undefined : `${data.muted}`],
    ["Undelivered event", undelivered && shortId(undelivered.event)],
    ["Not told", undelivered?.notifiers.join(", ")],
    ["Notifier", notifier?.name],
    ["Connection", connection && withDetails(connection.name, [connection.kind, connection.id])],
    ["Peering", data.resource.peer_id],
    ["Project", project && withDetails(project.name, [project.region])],
    ["Reported by DLI", data.reported_at],
  ];
  return facts.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}

/** The notices that a message tells of, a line each; as many as fit `max` after `sizeOf`, and how many are left out. */
export function listOf(
  { items, total }: Message,
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
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}

/** In characters, of one line of a list. */
const longestReason = 120;

function lineOf(event: Event): string {
  const reason = oneLine(reasonOf(event));
  const why = reason ? `: ${truncate(reason, longestReason)}` : "";
  return `${toneOf(event).sign} ${oneLine(event.data.title)}${why}`;
}

function adviceOf({ data: { hint } }: Event): readonly Fact[] {
  if (!hint) return [];
  const advice = [
    { label: "Cause", value: hint.cause },
    { label: "Action", value: hint.action },
  ];
  return hint.link ? [...advice, { label: "See", value: hint.link }] : advice;
}

/** Later than this after its event a message says so, in milliseconds. */
const lateMs = 300_000;

function referenceOf({ id, time, data }: Event, at: number): string {
  const ageMs = at - Date.parse(time);
  return [
    `event ${shortId(id)}`,
    data.incident && `incident ${shortId(data.incident)}`,
    data.observed_at,
    ageMs > lateMs && `${formatDuration(ageMs)} late`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The end of a ULID: its beginning is the time, which neighbours share. */
function shortId(id: string): string {
  return id.slice(-8);
}

function stateOf({
  type,
  data: { from, to, previous_for_ms },
}: Pick<Event, "type" | "data">): string | undefined {
  const duration = durationOf(previous_for_ms);
  if (type === "dli-watch.stuck") return `${to} for ${duration}`;
  return from ? `${from} → ${to ?? "gone"}${duration ? ` after ${duration}` : ""}` : to;
}

function durationOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : formatDuration(ms);
}

function change(from: string, to: string): string {
  return `${from || "(empty)"} → ${to || "(empty)"}`;
}

function withDetails(name: string, details: readonly (string | undefined)[]): string {
  const shown = details.filter((detail) => detail && detail !== name);
  return shown.length > 0 ? `${name} (${shown.join(", ")})` : name;
}
