import { withKeyword } from "../keyword.ts";
import {
  headingOf,
  jsonBytes,
  jsonBytesOfCharacter,
  type Layout,
  layOut,
  written,
} from "../layout.ts";
import type { Fact, Message } from "../message.ts";

/** In bytes of the request: Feishu takes 20 KB; the signature and what the elements stand in get the rest. */
const longest = 19_500;

/** In bytes. */
const longestLine = 400;

const templates = { critical: "red", warning: "orange", info: "blue", ok: "green" } as const;

/** A message as a card of Feishu; its texts are plain, so that nothing in them is a link, a mention or markup. */
export function feishuMessage(message: Message, keyword: string | undefined) {
  const title = written(headingOf(message), longestLine, layout);
  const reference = written(message.reference, longestLine, layout);
  const note = withKeyword(reference, { title, keyword });
  const room = longest - jsonBytes([title, note]);
  return {
    msg_type: "interactive",
    card: {
      config: { wide_screen_mode: true },
      header: { template: templates[message.tone.level], title: plain(title) },
      elements: [
        ...inGroups(layOut(message, layout, room)),
        { tag: "note", elements: [plain(note)] },
      ],
    },
  };
}

type Part = ReturnType<typeof block> | ReturnType<typeof field>;

const layout: Layout<Part> = {
  limits: { reason: 4_000, list: 8_000, fact: 1_000 },
  escape: (text) => text,
  line: block,
  fact: field,
  sizeOf: jsonBytes,
  sizeOfCharacter: jsonBytesOfCharacter,
};

function block(text: string) {
  return { tag: "div", text: plain(text) };
}

/** In characters: two of these stand beside each other. */
const shortValue = 30;

function field({ label, value }: Fact) {
  return { is_short: value.length <= shortValue, text: plain(`${label}\n${value}`) };
}

function plain(content: string) {
  return { tag: "plain_text", content };
}

/** Fields in a row stand in one element. */
function inGroups(parts: readonly Part[]) {
  const groups: (ReturnType<typeof block> | { tag: string; fields: Part[] })[] = [];
  for (const part of parts) {
    const last = groups.at(-1);
    if ("tag" in part) groups.push(part);
    else if (last && "fields" in last) last.fields.push(part);
    else groups.push({ tag: "div", fields: [part] });
  }
  return groups;
}
