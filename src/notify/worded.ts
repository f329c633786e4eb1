import { oneLine } from "../core/text.ts";
import { plainVoice, type Template, type Templates, type Voice } from "../core/voice.ts";
import { inWords, type Message } from "./message.ts";
import type { Notice, StoredEvent } from "./notifier.ts";

/** A notice in a notifier's voice, and what of the operator's templates could not be filled in: there our words stand. */
export interface Worded {
  readonly notice: Notice;
  readonly faults: readonly string[];
}

/** Puts an event into a notifier's words at `at` (epoch milliseconds). */
export function worded(event: StoredEvent, at: number, voice: Voice = plainVoice): Worded {
  const standard = inWords(event.event, at, voice);
  const { template, timezone } = voice;
  if (!template) return { notice: { ...event, message: standard }, faults: [] };
  const faults: string[] = [];
  const filling = (message: Message): Fill => {
    const data = { event: event.event, message };
    return (place, source) => {
      const { text, fault } = source?.fill(data, timezone) ?? {};
      if (fault !== undefined) faults.push(`template.${place}: ${fault}`);
      return text;
    };
  };
  const message = said(standard, template, filling(standard));
  const request = requestOf(template, filling(message));
  return { notice: { ...event, message, ...(request && { request }) }, faults };
}

/** `undefined` where there is no template, or it could not be filled in. */
type Fill = (place: string, source: Template | undefined) => string | undefined;

function said(standard: Message, { title, text }: Templates, fill: Fill): Message {
  const ownTitle = fill("title", title)?.trim() || undefined;
  const ownText = fill("text", text);
  const heading = ownTitle ?? standard.title;
  return {
    ...standard,
    title: heading,
    ...(ownTitle !== undefined && { summary: heading }),
    ...(ownText !== undefined && { text: ownText, summary: `${heading}: ${oneLine(ownText)}` }),
  };
}

/** All of it or nothing: a body without its headers would not be understood. */
function requestOf({ body, headers = {} }: Templates, fill: Fill): Notice["request"] {
  const filledBody = fill("body", body);
  const filled = Object.entries(headers).map(
    ([name, source]) => [name, fill(`headers.${name}`, source)] as const,
  );
  if (body && filledBody === undefined) return undefined;
  const whole = filled.flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), headerValue(value)] as const],
  );
  if (whole.length < filled.length) return undefined;
  return {
    ...(filledBody !== undefined && { body: filledBody }),
    headers: Object.fromEntries(whole),
  };
}

/** One line of printable ASCII: nothing that is told can end a header and begin another. */
function headerValue(text: string): string {
  return oneLine(text).replace(/[^\x20-\x7e]/gu, "?");
}
