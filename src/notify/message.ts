import { formatDuration } from "../core/duration.ts";
import type { Event, EventData, Severity } from "../core/event.ts";
import { changesIn } from "../core/wording.ts";

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
export function toneOf({ type, data }: Event): Tone {
  const over =
    type === "dli-watch.recovery" ||
    type === "dli-watch.reachable" ||
    type === "dli-watch.notifier_back";
  return tones[over ? "ok" : data.severity];
}

/** One line of a message: a short label and what it says. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Why it happened, in the words of whoever said no; empty where nobody did. */
export function reasonOf({ data }: Event): string {
  return data.err_msg ?? data.undelivered?.error ?? data.notifier?.error ?? "";
}

/** What a message says beside its title and reason, which a change of state need not repeat; only what the event carries. */
export function factsOf({ type, data }: Event): readonly Fact[] {
  const { connection, project, undelivered, notifier } = data;
  const changes = (data.changed ?? []).filter(
    ({ field }) => type === "dli-watch.detail" || field !== "err_msg",
  );
  const facts: readonly (readonly [label: string, value: string | undefined])[] = [
    ["State", stateOf(data)],
    ...changes.map(({ field, from, to }) => [field, change(from, to)] as const),
    ["Last known", data.last_known],
    ["Nothing was seen for", data.gap_ms === undefined ? undefined : formatDuration(data.gap_ms)],
    ["Meanwhile", data.meanwhile && changesIn(data.meanwhile)],
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

/** What probably caused it and what to do about it. */
export function adviceOf({ data: { hint } }: Event): readonly Fact[] {
  if (!hint) return [];
  const advice = [
    { label: "Cause", value: hint.cause },
    { label: "Action", value: hint.action },
  ];
  return hint.link ? [...advice, { label: "See", value: hint.link }] : advice;
}

/** Later than this after its event a message says so, in milliseconds. */
const lateMs = 300_000;

/** By what a reader recognises two messages as one, and how old the news is at `at` (epoch milliseconds). */
export function referenceOf({ id, time, data }: Event, at: number): string {
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

function stateOf({ from, to, previous_for_ms }: EventData): string | undefined {
  if (!from) return to;
  const after = previous_for_ms === undefined ? "" : ` after ${formatDuration(previous_for_ms)}`;
  return `${from} → ${to ?? "gone"}${after}`;
}

function change(from: string, to: string): string {
  return `${from || "(empty)"} → ${to || "(empty)"}`;
}

function withDetails(name: string, details: readonly (string | undefined)[]): string {
  const shown = details.filter((detail) => detail && detail !== name);
  return shown.length > 0 ? `${name} (${shown.join(", ")})` : name;
}
