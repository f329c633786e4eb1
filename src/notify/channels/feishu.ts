import { createHmac } from "node:crypto";
import { z } from "zod";
import { type Secret, secretText } from "../../core/secret.ts";
import { judgeByCode, type Meaning, readAnswer } from "../codes.ts";
import { keywordOption } from "../keyword.ts";
import type { HttpNotifier } from "../notifier.ts";
import { webhookUrl } from "../webhook-url.ts";
import { feishuMessage } from "./feishu-message.ts";

interface FeishuOptions {
  readonly url: Secret;
  readonly secret?: Secret | undefined;
  readonly keyword?: string | undefined;
}

/** Feishu, by custom bot: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot */
export const feishu = customBot({ type: "feishu", name: "Feishu", host: "open.feishu.cn" });

/** Lark, which is Feishu outside China. */
export const lark = customBot({ type: "lark", name: "Lark", host: "open.larksuite.com" });

interface Brand {
  readonly type: string;
  readonly name: string;
  readonly host: string;
}

function customBot({ type, name, host }: Brand): HttpNotifier<FeishuOptions> {
  return {
    type,
    options: z.strictObject({
      url: webhookUrl().describe(
        `Address of the custom bot, https://${host}/open-apis/bot/v2/hook/…; whoever has it can post.`,
      ),
      secret: secretText()
        .optional()
        .describe("Secret of the bot's signature verification. Default: unsigned."),
      keyword: keywordOption(),
    }),
    pace: [
      { notices: 100, perMs: 60_000 },
      { notices: 5, perMs: 1_000 },
    ],
    render: ({ message }, { url, secret, keyword }, { at }) => ({
      url: url.reveal(),
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify({ ...signed(at, secret), ...feishuMessage(message, keyword) }),
    }),
    judge: (reply, at) => judgeByCode({ name, read, meanings }, reply, at),
  };
}

/** The text is the key, and what is signed is empty. */
function signed(at: number, secret: Secret | undefined) {
  if (!secret) return {};
  const timestamp = String(Math.floor(at / 1_000));
  const sign = createHmac("sha256", `${timestamp}\n${secret.reveal()}`).digest("base64");
  return { timestamp, sign };
}

const read = readAnswer("code", "msg");

const minute = 60_000;

/** Feishu asks for patience at the full and half hours, when everybody sends. */
const throttled = {
  fault: "nobody",
  remedy: "throttled: a bot may send 100 messages a minute and 5 a second",
  waitMs: minute,
} as const;

const meanings: readonly Meaning[] = [
  { code: "11232", ...throttled },
  { code: "99991400", ...throttled },
  { code: "9499", text: /too many/i, ...throttled },
  { code: "9499", fault: "notice", remedy: "the request is malformed" },
  { code: "19002", fault: "notice", remedy: "the message is malformed" },
  { code: "19001", fault: "destination", remedy: "no such bot: compare `url`" },
  {
    code: "19021",
    fault: "destination",
    remedy: "wrong signature: compare `secret` with the bot's",
    timed: true,
  },
  {
    code: "19022",
    fault: "destination",
    remedy: "this address is not in the bot's list of IP addresses",
  },
  {
    code: "19024",
    fault: "destination",
    remedy: "keyword missing: set `keyword` to one of the bot's",
  },
];
