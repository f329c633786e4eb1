import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noticeTypes } from "../../src/core/event.ts";
import { dingtalk } from "../../src/notify/channels/dingtalk.ts";
import { feishu } from "../../src/notify/channels/feishu.ts";
import { teams } from "../../src/notify/channels/teams.ts";
import { wecom } from "../../src/notify/channels/wecom.ts";
import type { HttpNotifier, Notice } from "../../src/notify/notifier.ts";
import { readCard } from "../support/adaptive-card.ts";
import { noticeOf, sampleEvent } from "../support/events.ts";
import { hostileEvent, hostileTexts } from "../support/hostile.ts";
import { markupIn } from "../support/markdown.ts";

const at = Date.parse("2026-11-24T02:10:06.000Z");
const url = "https://receiver.example/robot?key=x";

/** What a notifier sends, its JSON read. */
function sent(notifier: HttpNotifier<unknown>, notice: Notice, options: object = {}) {
  const parsed = notifier.options.parse({ url, ...options });
  const request = notifier.render(notice, parsed, { at, number: 1 });
  return { ...request, json: JSON.parse(request.body) };
}

/** The text everywhere in an event, and in the notices of a digest. */
function noticesWith(text: string): readonly Notice[] {
  const item = sampleEvent("transition", { title: text, err_msg: text });
  const counts = { critical: 90, warning: 0, info: 0 };
  const digest = sampleEvent("digest", { title: text, items: Array(5).fill(item), counts });
  return [hostileEvent(text), digest].map((event) => noticeOf(event, at));
}

const hostileNotices = hostileTexts.flatMap(noticesWith);

function forHostileNotices(check: (notice: Notice) => void) {
  hostileNotices.forEach(check);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (text) =>
      noticesWith(text).forEach(check),
    ),
    { numRuns: 20 },
  );
}

const bytesOf = (text: string) => Buffer.byteLength(text);

describe.each([
  ["dingtalk", dingtalk, (json: { markdown: { text: string } }) => json.markdown.text],
  ["wecom", wecom, (json: { markdown: { content: string } }) => json.markdown.content],
] as const)("Markdown of %s", (type, notifier, textOf) => {
  test("has no markup but ours, whatever the texts", () => {
    forHostileNotices((notice) => {
      const text: string = textOf(sent(notifier, notice).json);
      const facts = text.split("\n").filter((line) => line.startsWith("- **")).length;
      const { strong = 0, list_item = 0, blockquote, bullet_list, ...others } = markupIn(text);
      expect(strong).toBe(facts);
      expect(text.match(/\*/g) ?? []).toHaveLength(4 * facts);
      expect(list_item).toBe(text.split("\n").filter((line) => line.startsWith("- ")).length);
      expect(Math.max(blockquote ?? 0, bullet_list ?? 0)).toBeLessThanOrEqual(1);
      expect(others).toEqual({ heading: 1, ...(type === "wecom" && { html_inline: 4 }) });
      expect(text.replace(/<\/?font[^<]*>/g, "")).not.toMatch(/[<@[\]`\\]/);
      expect(text.isWellFormed()).toBe(true);
    });
  });

  test("can be copied where it is harmless", () => {
    const harmless = "resource_mode_1: 192.168.0.0/24 (x-y) #1, a&b=1; 100.125.0.1! 50%";
    const notice = noticeOf(sampleEvent("transition", { err_msg: harmless }));
    expect(textOf(sent(notifier, notice).json)).toContain(`> ${harmless}\n`);
  });
});

test("a message of DingTalk mentions nobody", () => {
  forHostileNotices((notice) => expect(sent(dingtalk, notice).json.at).toEqual({ isAtAll: false }));
});

/** Every text of a card is plain: https://open.feishu.cn/document/feishu-cards/card-components/content-components/plain-text */
const plainText = {
  type: "object",
  required: ["tag", "content"],
  additionalProperties: false,
  properties: { tag: { const: "plain_text" }, content: { type: "string", minLength: 1 } },
};

const strict = { type: "object", additionalProperties: false };

const feishuCard = {
  ...strict,
  required: ["config", "header", "elements"],
  properties: {
    config: { ...strict, properties: { wide_screen_mode: { const: true } } },
    header: {
      ...strict,
      required: ["template", "title"],
      properties: { template: { enum: ["red", "orange", "blue", "green"] }, title: plainText },
    },
    elements: {
      type: "array",
      minItems: 1,
      items: {
        oneOf: [
          {
            ...strict,
            required: ["tag", "text"],
            properties: { tag: { const: "div" }, text: plainText },
          },
          {
            ...strict,
            required: ["tag", "fields"],
            properties: {
              tag: { const: "div" },
              fields: {
                type: "array",
                minItems: 1,
                items: {
                  ...strict,
                  required: ["is_short", "text"],
                  properties: { is_short: { type: "boolean" }, text: plainText },
                },
              },
            },
          },
          {
            ...strict,
            required: ["tag", "elements"],
            properties: { tag: { const: "note" }, elements: { type: "array", items: plainText } },
          },
        ],
      },
    },
  },
};

test("a card of Feishu is one, all its texts plain, whatever they are", () => {
  const validate = new Ajv().compile(feishuCard);
  forHostileNotices((notice) => {
    const { json } = sent(feishu, notice);
    validate(json.card);
    expect(validate.errors).toBeNull();
    expect(json.msg_type).toBe("interactive");
  });
});

describe("a card of Teams", () => {
  test("is an Adaptive Card 1.4, whatever the texts", () => {
    forHostileNotices((notice) => {
      const [{ content }] = sent(teams, notice).json.attachments;
      const { card, problems } = readCard(content);
      expect(problems).toEqual([]);
      expect(withoutDefaults(card)).toEqual(withoutDefaults(content));
    });
  });

  test("has its texts where Markdown is none, and whom it mentions nowhere", () => {
    forHostileNotices((notice) => {
      const { json } = sent(teams, notice);
      expect(json).toEqual({
        type: "message",
        attachments: [
          {
            contentType: "application/vnd.microsoft.card.adaptive",
            contentUrl: null,
            content: expect.not.objectContaining({ msteams: expect.anything() }),
          },
        ],
      });
      for (const block of blocksOf(json)) {
        expect(block.type).toBe("RichTextBlock");
        for (const { type, text } of block.inlines) {
          expect(type).toBe("TextRun");
          expect(text).not.toBe("");
        }
      }
    });
  });
});

/** The parser gives enumerations in capitals, and leaves out what is so by default. */
function withoutDefaults(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, inner) =>
    inner === "default"
      ? undefined
      : ["style", "size", "weight", "color", "fontType"].includes(key)
        ? inner.toLowerCase()
        : inner,
  );
}

interface Block {
  readonly type: string;
  readonly inlines: readonly { readonly type: string; readonly text: string }[];
}

function blocksOf(json: {
  readonly attachments: readonly { readonly content: { readonly body: readonly unknown[] } }[];
}): readonly Block[] {
  return JSON.parse(JSON.stringify(json.attachments[0]?.content.body), (_, inner) => inner).flatMap(
    (element: Block & { readonly items?: readonly Block[] }) => element.items ?? [element],
  );
}

const secured = { secret: "s".repeat(50), keyword: "k".repeat(100) };

describe.each([
  ["feishu", feishu, secured, { most: 20_000, used: 19_000 }],
  ["dingtalk", dingtalk, secured, { most: 20_000, used: 19_000 }],
  ["teams", teams, {}, { most: 20_000, used: 18_500 }],
  ["wecom", wecom, {}, { most: 4_096, used: 4_096 }],
] as const)("the limit of %s", (type, notifier, options, { most, used }) => {
  /** WeCom counts the text, the others the request. */
  const sizeOf = (notice: Notice) => {
    const { body, json } = sent(notifier, notice, options);
    return bytesOf(type === "wecom" ? json.markdown.content : body);
  };

  test("is kept, whatever the texts", () => {
    forHostileNotices((notice) => expect(sizeOf(notice)).toBeLessThanOrEqual(most));
  });

  test.each(["x", "é", "队", "🔴", "e\u0301"])(
    "is used up with %j before anything is cut",
    (unit) => {
      const perFact = type === "wecom" ? 390 : 980;
      const filled = (bytes: number) => unit.repeat(Math.max(0, Math.floor(bytes / bytesOf(unit))));
      const noticeOfSize = (bytes: number) => {
        const changed = Array.from({ length: Math.ceil(bytes / perFact) }, (_, index) => {
          const to = filled(Math.min(perFact, bytes - index * perFact) - 6);
          return { field: `f${index}`, from: "-", to: to || "-" };
        });
        return noticeOf(sampleEvent("detail", { changed }), at);
      };
      const isWhole = (notice: Notice) => !sent(notifier, notice, options).body.includes("(cut)");
      let whole = 0;
      let cut: number = most;
      while (cut - whole > 1) {
        const middle = Math.floor((whole + cut) / 2);
        if (isWhole(noticeOfSize(middle))) whole = middle;
        else cut = middle;
      }
      const largest = sizeOf(noticeOfSize(whole));
      expect(sizeOf(noticeOfSize(cut))).toBeLessThanOrEqual(most);
      expect(largest).toBeGreaterThan(used - bytesOf(unit));
      expect(largest).toBeLessThanOrEqual(most);
    },
  );
});

describe.each([
  ["feishu", feishu],
  ["dingtalk", dingtalk],
] as const)("the keyword of %s", (_, notifier) => {
  const keyword = "告警 [x]";

  test.each(noticeTypes)("is in a notice of the type %s, once", (type) => {
    const { body } = sent(notifier, noticeOf(sampleEvent(type), at), { keyword });
    expect(body.split(keyword)).toHaveLength(2);
  });

  test("is in a message that was cut, whatever the texts", () => {
    for (const notice of hostileNotices)
      expect(sent(notifier, notice, { keyword }).body).toContain(keyword);
  });

  test("is not repeated where the title has it", () => {
    const { body } = sent(notifier, noticeOf(sampleEvent("recovery"), at), { keyword: "Queue" });
    expect(body).not.toContain("· Queue");
  });
});
