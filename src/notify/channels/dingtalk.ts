import { createHmac } from "node:crypto";
import { z } from "zod";
import { type Secret, secretText } from "../../core/secret.ts";
import { judgeByCode, type Meaning, readAnswer } from "../codes.ts";
import { keywordOption, withKeyword } from "../keyword.ts";
import { headingOf, jsonBytes, jsonBytesOfCharacter, written } from "../layout.ts";
import { markdownOf, markdownText } from "../markdown.ts";
import type { Message } from "../message.ts";
import type { HttpNotifier } from "../notifier.ts";
import { webhookUrl } from "../webhook-url.ts";

interface DingtalkOptions {
  readonly url: Secret;
  readonly secret?: Secret | undefined;
  readonly keyword?: string | undefined;
}

/** DingTalk, by custom robot: https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages */
export const dingtalk: HttpNotifier<DingtalkOptions> = {
  type: "dingtalk",
  options: z.strictObject({
    url: webhookUrl().describe(
      "Address of the custom robot, https://oapi.dingtalk.com/robot/send?access_token=…; whoever has it can post.",
    ),
    secret: secretText()
      .optional()
      .describe("Secret of the robot's signature, SEC…. Default: unsigned."),
    keyword: keywordOption(),
  }),
  /** One below what it takes: the next one mutes the robot. */
  pace: [{ notices: 19, perMs: 60_000 }],
  render: ({ message }, { url, secret, keyword }, { at }) => ({
    url: signed(url.reveal(), secret, at),
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(dingtalkMessage(message, keyword)),
  }),
  judge: (reply, at) => judgeByCode({ name: "DingTalk", read, meanings }, reply, at),
};

/** The address as it was given stays its beginning, so that it is known as the secret it is. */
function signed(url: string, secret: Secret | undefined, at: number): string {
  if (!secret) return url;
  const key = secret.reveal();
  const sign = createHmac("sha256", key).update(`${at}\n${key}`).digest("base64");
  return `${url}${url.includes("?") ? "&" : "?"}timestamp=${at}&sign=${encodeURIComponent(sign)}`;
}

/** In bytes of the request: DingTalk takes 20,000; what the text stands in gets the rest. */
const longest = 19_700;

/** In bytes. */
const longestLine = 400;

const style = {
  ...markdownText,
  limits: { reason: 4_000, list: 8_000, fact: 1_000 },
  sizeOf: jsonBytes,
  sizeOfCharacter: jsonBytesOfCharacter,
};

function dingtalkMessage(message: Message, keyword: string | undefined) {
  const title = written(headingOf(message), longestLine, style);
  const reference = written(message.reference, longestLine, style);
  const last = withKeyword(reference, { title, keyword });
  const text = markdownOf(message, {
    first: `### ${title}`,
    last,
    style,
    max: longest - jsonBytes(title),
  });
  return { msgtype: "markdown", markdown: { title, text }, at: { isAtAll: false } };
}

const read = readAnswer("errcode", "errmsg");

const muted = {
  fault: "nobody",
  remedy: "more than 20 messages in a minute: the robot is muted for 10 minutes",
  waitMs: 10 * 60_000,
} as const;

const gone = { fault: "destination", remedy: "no such robot: compare `url`" } as const;

const unsuitable = { fault: "notice", remedy: "DingTalk does not like what it says" } as const;

/** Of https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages, and 300005 as the robot really answers. */
const meanings: readonly Meaning[] = [
  { code: "130101", ...muted },
  { code: "410100", ...muted },
  { code: "-1", fault: "nobody", remedy: "it is busy" },
  {
    code: "310000",
    text: /keyword|关键词/i,
    fault: "destination",
    remedy: "keyword missing: set `keyword` to one of the robot's",
  },
  {
    code: "310000",
    text: /\bip\b|whitelist|白名单/i,
    fault: "destination",
    remedy: "this address is not in the robot's list of IP addresses",
  },
  {
    code: "310000",
    fault: "destination",
    remedy: "wrong signature: compare `secret` with the robot's",
    timed: true,
  },
  { code: "300001", ...gone },
  { code: "300005", ...gone },
  { code: "40035", ...gone },
  { code: "400101", ...gone },
  { code: "400106", ...gone },
  { code: "400013", fault: "destination", remedy: "the group is no more" },
  { code: "400102", fault: "destination", remedy: "the robot is switched off: switch it on again" },
  { code: "430101", ...unsuitable },
  { code: "430102", ...unsuitable },
  { code: "430103", ...unsuitable },
  { code: "430104", ...unsuitable },
  { code: "460101", fault: "notice", remedy: "the message is too long" },
];
