import { countsText, totalOf } from "./counts.ts";
import type { Draft } from "./draft.ts";
import { formatDuration } from "./duration.ts";
import type { Event, Meanwhile } from "./event.ts";
import { truncate } from "./text.ts";

export interface Wording {
  /** One line for a heading. */
  readonly title: string;
  /** What happened, since when and why, in full sentences. */
  readonly summary: string;
}

/** Puts a draft into words, the same for every platform. */
export function wording(draft: Draft): Wording {
  const title = titleOf(draft);
  return { title, summary: [`${title}.`, ...sentencesOf(draft)].join(" ") };
}

/** One line for a heading. */
export function titleOf(draft: Draft): string {
  const what = resourceName(draft);
  const { counts } = draft;
  switch (draft.type) {
    case "transition":
      return draft.to === "DELETED" ? `${what} is gone` : `${what} is ${draft.to}`;
    case "recovery":
      return `${what} is ${draft.to} again`;
    case "appeared":
      return `${what} appeared and is ${draft.to}`;
    case "disappeared":
      return `${what} is gone`;
    case "detail":
      return `${what} changed: ${draft.changed?.map(({ field }) => field).join(", ")}`;
    case "stuck":
      return `${what} is stuck in ${draft.to}`;
    case "unstuck":
      return `${what} is ${draft.to}, no longer stuck`;
    case "flapping":
      return `${what} keeps changing its state`;
    case "reminder":
      return `${what} ${troubleOf(draft)}`;
    case "not_found":
      return `${what} does not exist`;
    case "unreachable":
      return `${what} cannot be seen (${draft.cause})`;
    case "reachable":
      return `${what} can be seen again`;
    case "undelivered":
      return `Not delivered to ${draft.undelivered?.notifiers.at(-1)}: ${draft.undelivered?.title}`;
    case "notifier_failing":
      return `Notifier ${draft.notifier?.name} refuses everything`;
    case "notifier_back":
      return `Notifier ${draft.notifier?.name} accepts again`;
    case "digest":
      return counts ? `${plural(totalOf(counts), "notice")}: ${countsText(counts)}` : what;
    case "mute_summary":
      return `${what} is over; bad now: ${counts ? countsText(counts) : "nothing"}`;
    case "test":
      return "Test notice of dli-watch";
    default:
      return draft.type satisfies never;
  }
}

/** What is still the matter, where a notice reminds of it. */
function troubleOf({ to, cause, flapping }: Draft): string {
  if (cause) return `still cannot be seen (${cause})`;
  if (flapping) return "still keeps changing its state";
  return to ? `is still ${to}` : "still does not exist";
}

function resourceName({ resource, connection }: Draft): string {
  const own = resource.name || resource.peerId;
  switch (resource.type) {
    case "connection":
      return `Connection ${connection?.name}`;
    case "queue":
      return `Queue ${own} of ${connection?.name}`;
    case "pool":
      return `Pool ${own} of ${connection?.name}`;
    case "project":
      return `Project ${own}`;
    case "notifier":
      return `Notifier ${own}`;
    case "mute":
      return `Mute ${own}`;
    default:
      return resource.type satisfies never;
  }
}

function sentencesOf(draft: Draft): readonly string[] {
  const { type, errMsg, lastKnown, gapMs, changed } = draft;
  const { meanwhile, undelivered, notifier, items = [], counts, muted } = draft;
  const sentences = [...timeSentencesOf(draft)];
  if (type === "detail") {
    for (const { field, from: old, to } of changed ?? [])
      sentences.push(`${field}: "${short(old)}" is now "${short(to)}".`);
  }
  if (muted !== undefined) sentences.push(`It withheld ${plural(muted, "notice")}.`);
  if (counts) sentences.push(...listOf(items, totalOf(counts)));
  if (lastKnown) sentences.push(`Last known: ${lastKnown}.`);
  if (gapMs !== undefined) sentences.push(`Nothing was seen for ${formatDuration(gapMs)}.`);
  if (meanwhile) sentences.push(`Meanwhile: ${changesIn(meanwhile)}.`);
  if (type === "not_found")
    sentences.push(
      "The API knows no connection with this id, neither basic nor enhanced unless `kind` names one.",
    );
  if (undelivered) sentences.push(`It was given up: ${undelivered.error}`);
  if (notifier?.error) sentences.push(notifier.error);
  if (errMsg && type !== "detail") sentences.push(`Reason: ${short(errMsg)}`);
  return sentences;
}

/** Since when, and how often. */
function timeSentencesOf(draft: Draft): readonly string[] {
  const { type, from, to, previousForMs, flapping } = draft;
  const sentences: string[] = [];
  if (previousForMs !== undefined) {
    const duration = formatDuration(previousForMs);
    if (type === "stuck") sentences.push(`It has been ${to} for ${duration}.`);
    else if (type === "reminder") sentences.push(`This has been going on for ${duration}.`);
    else if (from && type !== "detail") sentences.push(`It was ${from} for ${duration}.`);
  }
  if (flapping) {
    const { changes, forMs } = flapping;
    sentences.push(`It has changed ${changes} times in ${formatDuration(forMs)}.`);
  }
  if (type === "flapping") {
    sentences.push(`It is ${to} now; further changes are told when it has settled.`);
  }
  return sentences;
}

/** So many are named in a summary; all stand in a field of their own. */
const mostNamed = 5;

function listOf(items: readonly Event[], total: number): readonly string[] {
  const named = items.slice(0, mostNamed).map(({ data }) => `${short(data.title)}.`);
  const more = total - named.length;
  return more > 0 ? [...named, `And ${more} more.`] : named;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What changed while nothing could be seen. */
export function changesIn({ count, titles, unseen }: Meanwhile): string {
  const parts = [
    ...(count === 0 ? ["nothing has changed"] : titles),
    ...(count > titles.length ? [`and ${count - titles.length} more`] : []),
    ...(unseen ? [`connections not seen again yet: ${unseen}`] : []),
  ];
  return parts.join("; ");
}

/** The whole text stands in a field of its own. */
function short(text: string): string {
  return truncate(text, 1_000);
}
