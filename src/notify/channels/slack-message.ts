import { oneLine, truncate, visibleText } from "../../core/text.ts";
import { type Fact, listOf, type Message } from "../message.ts";

/**
 * In characters after escaping. Slack takes 150 in a header, 2,000 in a field, 3,000 in a section and 10,000 in a
 * message; with the 19 facts that an event has at most, these make 9,700.
 */
const limits = {
  fallback: 400,
  header: 150,
  reason: 2_900,
  text: 2_900,
  list: 2_800,
  label: 30,
  fact: 200,
  advice: 300,
  reference: 200,
};

/** Slack refuses more in one section. */
const fieldsPerSection = 10;

/** A message as Slack shows it. */
export function slackMessage(message: Message) {
  const { tone, title, text, summary, reference } = message;
  return {
    text: escaped(`${tone.sign} ${tone.word}: ${summary}`, limits.fallback),
    blocks: [
      header(escaped(`${tone.sign} ${tone.word}: ${title}`, limits.header)),
      ...(text === undefined ? standardSections(message) : textSections(text)),
      context(verbatim(escaped(reference, limits.reference))),
    ],
  };
}

function standardSections(message: Message) {
  const { reason } = message;
  const fields = message.facts.map((fact) => verbatim(labelled(fact, "\n", limits.fact)));
  const advice = message.advice.map((fact) => labelled(fact, " ", limits.advice));
  return [
    ...(reason ? [section(verbatim(codeBlock(reason)))] : []),
    ...listSection(message),
    ...chunks(fields, fieldsPerSection).map(fieldSection),
    ...(advice.length > 0 ? [section(linked(advice.join("\n")))] : []),
  ];
}

/** A section cannot be empty. */
function textSections(text: string) {
  const shown = cutAndEscaped(visibleText(text), limits.text);
  return shown === "" ? [] : [section(verbatim(shown))];
}

function header(text: string) {
  return { type: "header" as const, text: { type: "plain_text" as const, text } };
}

function section(text: Markdown) {
  return { type: "section" as const, text };
}

function fieldSection(fields: Markdown[]) {
  return { type: "section" as const, fields };
}

function context(text: Markdown) {
  return { type: "context" as const, elements: [text] };
}

interface Markdown {
  readonly type: "mrkdwn";
  readonly text: string;
  readonly verbatim: boolean;
}

/** What looks like an address, a channel or a person stays text. */
function verbatim(text: string): Markdown {
  return { type: "mrkdwn", text, verbatim: true };
}

/** As many of the notices within it as fit. */
function listSection(message: Message) {
  const listed = (line: string) => cutAndEscaped(line, limits.list);
  const lines = listOf(message, limits.list, (line) => listed(line).length);
  return lines.length > 0 ? [section(verbatim(lines.map(listed).join("\n")))] : [];
}

/** Slack makes links of addresses. */
function linked(text: string): Markdown {
  return { type: "mrkdwn", text, verbatim: false };
}

function labelled({ label, value }: Fact, separator: string, limit: number): string {
  return `*${escaped(label, limits.label)}:*${separator}${escaped(value, limit)}`;
}

/** A fence inside the text would end the block. */
function codeBlock(text: string): string {
  const inside = visibleText(text).replaceAll("```", "'''");
  return `\`\`\`\n${cutAndEscaped(inside, limits.reason)}\n\`\`\``;
}

function escaped(text: string, limit: number): string {
  return cutAndEscaped(oneLine(text), limit);
}

function cutAndEscaped(text: string, limit: number): string {
  return truncate(text, limit, (character) => entity(character).length).replace(/[&<>]/g, entity);
}

/** The three characters to escape: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function entity(character: string): string {
  switch (character) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    default:
      return character;
  }
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
