import { type Layout, layOut } from "./layout.ts";
import type { Message } from "./message.ts";

/*
 * DingTalk and WeCom render a Markdown of their own, which differs between their clients and knows no escape: WeCom shows a
 * backslash, and takes `\[ … \]` for a formula. What could begin markup is therefore written as its full-width twin, which
 * looks alike and means nothing; what is harmless where it stands, such as the `_` in `resource_mode_1`, stays to be copied.
 */

const marks = { reason: "> ", text: "", list: "- " } as const;

/** How lines are written in the Markdown that both know. */
export const markdownText = {
  escape: withoutMarkup,
  line: (text, of) => `${marks[of]}${text}`,
  fact: ({ label, value }) => `- **${label}:** ${value}`,
} as const satisfies Partial<Layout<string>>;

/** A message between its first and its last line, all together within `max`. */
export function markdownOf(
  message: Message,
  {
    first,
    last,
    style,
    max,
  }: {
    readonly first: string;
    readonly last: string;
    readonly style: Layout<string>;
    readonly max: number;
  },
): string {
  const room = max - style.sizeOf(`${first}\n\n${last}`);
  const between = layOut(message, style, room).join("\n");
  return [first, between, last].filter(Boolean).join("\n\n");
}

/** Anywhere; at the edge of a word; before what makes an entity of it; at the beginning of a line. */
const markup =
  /[\\`*[\]<~|$@]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?=#?\w+;)|^[#>=+-]|(?<=^\d{1,9})[.)]/gmu;

function withoutMarkup(text: string): string {
  return text.replace(markup, fullWidth);
}

/** The full-width forms of ASCII stand in its order from U+FF01. */
function fullWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 0xfee0);
}
