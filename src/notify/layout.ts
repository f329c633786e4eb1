import { cutMark, oneLine, truncate, visibleText } from "../core/text.ts";
import { type Fact, listOf, type Message } from "./message.ts";

/** What a platform makes of what stands under a title, in parts such as lines or blocks. Sizes are in the platform's unit. */
export interface Layout<Part> {
  /** Most of a reason, of a list or a text of the operator's, and of one fact. */
  readonly limits: { readonly reason: number; readonly list: number; readonly fact: number };
  /** Text as it is written so that nothing in it means anything. */
  escape(text: string): string;
  /** A line of a reason or of the operator's text, or one notice of a list. */
  line(text: string, of: "reason" | "text" | "list"): Part;
  fact(fact: Fact): Part;
  sizeOf(part: Part): number;
  /** What a character counts inside a part. */
  sizeOfCharacter(character: string): number;
}

/** What a message says under its title, the most important first: all of it, or what fits `max` and a mark that it was cut. */
export function layOut<Part>(message: Message, layout: Layout<Part>, max: number): readonly Part[] {
  const parts = partsOf(message, layout);
  const mark = layout.line(cutMark, "list");
  const room = max - layout.sizeOf(mark);
  let size = 0;
  let kept = 0;
  for (const part of parts) {
    size += layout.sizeOf(part);
    if (size > max) return [...parts.slice(0, kept), mark];
    if (size <= room) kept += 1;
  }
  return parts;
}

function partsOf<Part>(message: Message, layout: Layout<Part>): readonly Part[] {
  const { text, reason, advice, facts } = message;
  if (text !== undefined) return linesIn(layout, text, "text");
  const { list } = layout.limits;
  const listed = (line: string) => layout.line(written(line, list, layout), "list");
  return [
    ...linesIn(layout, reason, "reason"),
    ...factsIn(layout, advice),
    ...listOf(message, list, (line) => layout.sizeOf(listed(line))).map(listed),
    ...factsIn(layout, facts),
  ];
}

/** Of what may have several lines. */
function linesIn<Part>(layout: Layout<Part>, text: string, of: "reason" | "text"): readonly Part[] {
  const { reason, list } = layout.limits;
  const lines = visibleText(text)
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return cut(layout.escape(lines.join("\n")), of === "reason" ? reason : list, layout)
    .split("\n")
    .filter(Boolean)
    .map((line) => layout.line(line, of));
}

/** In the unit of the layout: labels are words of ours, or the name of a field. */
const longestLabel = 100;

function factsIn<Part>(layout: Layout<Part>, facts: readonly Fact[]): readonly Part[] {
  return facts.flatMap(({ label, value }) => {
    const shown = written(value, layout.limits.fact, layout);
    return shown
      ? [layout.fact({ label: written(label, longestLabel, layout), value: shown })]
      : [];
  });
}

type Writing = Pick<Layout<unknown>, "escape" | "sizeOfCharacter">;

/** Text on one line, escaped, and cut to `max`. */
export function written(text: string, max: number, layout: Writing): string {
  return cut(layout.escape(oneLine(text)), max, layout);
}

function cut(text: string, max: number, { sizeOfCharacter }: Writing): string {
  return truncate(text, max, sizeOfCharacter);
}

/** The tone and title of a message. */
export function headingOf({ tone, title }: Message): string {
  return `${tone.sign} ${tone.word}: ${title}`;
}

/** Size of a part as JSON in UTF-8, with the comma behind it, in bytes. */
export function jsonBytes(part: unknown): number {
  return Buffer.byteLength(JSON.stringify(part)) + 1;
}

/** Size of a character within a JSON string, in bytes. */
export function jsonBytesOfCharacter(character: string): number {
  return Buffer.byteLength(JSON.stringify(character)) - 2;
}
