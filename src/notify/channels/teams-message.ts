import {
  headingOf,
  jsonBytes,
  jsonBytesOfCharacter,
  type Layout,
  layOut,
  written,
} from "../layout.ts";
import type { Fact, Message } from "../message.ts";

/** In bytes of the request: Teams drops a card of more than 20 KB without a word; what the blocks stand in gets the rest. */
const longest = 19_000;

/** In bytes. */
const longestLine = 400;

const styles = {
  critical: "attention",
  warning: "warning",
  info: "accent",
  ok: "good",
} as const;

/** A message as an Adaptive Card; no text in a RichTextBlock is Markdown, and it wraps by itself: https://adaptivecards.io/explorer/RichTextBlock.html */
export function teamsMessage(message: Message) {
  const title = written(headingOf(message), longestLine, layout);
  const reference = written(message.reference, longestLine, layout);
  const color = styles[message.tone.level];
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      {
        type: "Container",
        style: color,
        bleed: true,
        items: [block({ text: title, size: "large", weight: "bolder", color })],
      },
      ...layOut(message, layout, longest - jsonBytes([title, reference])),
      block({ text: reference, isSubtle: true }),
    ],
  };
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, contentUrl: null, content }] };
}

type Block = ReturnType<typeof block>;

const layout: Layout<Block> = {
  limits: { reason: 4_000, list: 8_000, fact: 1_000 },
  escape: (text) => text,
  line: (text, of) => block(of === "reason" ? { text, fontType: "monospace" } : { text }),
  fact: ({ label, value }: Fact) =>
    block({ text: `${label}: `, weight: "bolder" }, { text: value }),
  sizeOf: jsonBytes,
  sizeOfCharacter: jsonBytesOfCharacter,
};

interface Run {
  readonly text: string;
  readonly [property: string]: string | boolean;
}

function block(...runs: readonly Run[]) {
  return { type: "RichTextBlock", inlines: runs.map((run) => ({ type: "TextRun", ...run })) };
}
