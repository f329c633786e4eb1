import { z } from "zod";
import type { Secret } from "../../core/secret.ts";
import { judgeByCode, type Meaning, readAnswer } from "../codes.ts";
import { headingOf, written } from "../layout.ts";
import { markdownOf, markdownText } from "../markdown.ts";
import type { Message } from "../message.ts";
import type { HttpNotifier } from "../notifier.ts";
import { webhookUrl } from "../webhook-url.ts";

interface WecomOptions {
  readonly url: Secret;
}

/** WeCom, by group robot: https://developer.work.weixin.qq.com/document/path/91770 */
export const wecom: HttpNotifier<WecomOptions> = {
  type: "wecom",
  options: z.strictObject({
    url: webhookUrl().describe(
      "Address of the group robot, https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…; whoever has it can post.",
    ),
  }),
  pace: [{ notices: 20, perMs: 60_000 }],
  render: ({ message }, { url }) => ({
    url: url.reveal(),
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({ msgtype: "markdown", markdown: { content: wecomText(message) } }),
  }),
  judge: (reply, at) => judgeByCode({ name: "WeCom", read, meanings }, reply, at),
};

/** In bytes: the whole text, and its first and last line. */
const longest = 4_096;
const longestLine = 300;

/** In bytes. */
const style = {
  ...markdownText,
  limits: { reason: 1_500, list: 2_000, fact: 400 },
  sizeOf: (part: string) => Buffer.byteLength(part) + 1,
  sizeOfCharacter: Buffer.byteLength,
};

/** The three colours that WeCom knows are called after their use: `info` is green, `warning` orange, `comment` grey. */
const colours = { critical: "warning", warning: "warning", info: "comment", ok: "info" } as const;

function wecomText(message: Message): string {
  const title = written(headingOf(message), longestLine, style);
  const reference = written(message.reference, longestLine, style);
  const first = `### <font color="${colours[message.tone.level]}">${title}</font>`;
  const last = `<font color="comment">${reference}</font>`;
  return markdownOf(message, { first, last, style, max: longest });
}

const read = readAnswer("errcode", "errmsg");

const throttled = {
  fault: "nobody",
  remedy: "throttled: a robot may send 20 messages a minute",
  waitMs: 60_000,
} as const;

/** Of https://developer.work.weixin.qq.com/document/path/90313 */
const meanings: readonly Meaning[] = [
  { code: "45009", ...throttled },
  { code: "45033", ...throttled },
  { code: "-1", fault: "nobody", remedy: "it is busy" },
  { code: "40008", fault: "notice", remedy: "the message is malformed" },
  { code: "40058", fault: "notice", remedy: "the message is malformed or too long" },
  { code: "44004", fault: "notice", remedy: "the message is empty" },
  { code: "45002", fault: "notice", remedy: "the message is too long" },
  {
    code: "93000",
    fault: "destination",
    remedy: "no such robot, or no more in its group: compare `url`",
  },
  { code: "93004", fault: "destination", remedy: "the robot is switched off: switch it on again" },
  { code: "93008", fault: "destination", remedy: "the robot is not in the group: add it again" },
];
