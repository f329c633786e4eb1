import { z } from "zod";
import { isProtected } from "../../core/address.ts";
import { formatDuration } from "../../core/duration.ts";
import { endpointOf } from "../../core/endpoint.ts";
import { maxClockSkewMs } from "../../core/signature.ts";
import { oneLine, truncate } from "../../core/text.ts";
import type { Message } from "../message.ts";
import type { HttpNotifier, NotifierReply, Verdict } from "../notifier.ts";
import { consoleText } from "./console.ts";

interface SmnOptions {
  readonly topic_urn: string;
  readonly project?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** A topic's name holds the region and the project that it is in. */
const urn = /^urn:smn:([a-z0-9-]+):([0-9a-f]{32}):[\w-]{1,255}$/;

/** Huawei Cloud's Simple Message Notification: https://support.huaweicloud.com/intl/en-us/api-smn/PublishMessage.html */
export const smn: HttpNotifier<SmnOptions> = {
  type: "smn",
  credentials: "project",
  options: z.strictObject({
    topic_urn: z
      .string()
      .regex(urn, { error: "must be the URN of a topic, such as urn:smn:cn-north-4:…:dli-alerts" })
      .describe(
        "URN of the topic whose subscribers are told, by SMS, voice, mail or whatever they chose.",
      ),
    project: z
      .string()
      .optional()
      .describe(
        "Name of the project in this file with whose credentials it is published; they need smn:topic:publish. Default: the only project.",
      ),
    endpoint: z
      .string()
      .refine(isEndpoint, { error: "must be an https:// address without a path" })
      .optional()
      .describe("Base URL of the SMN API. Default: that of the topic's region."),
  }),
  render({ message }, { topic_urn, project = "", endpoint }) {
    const [, region = "", projectId = ""] = urn.exec(topic_urn) ?? [];
    const path = `/v2/${projectId}/notifications/topics/${topic_urn}/publish`;
    return {
      url: new URL(path, endpoint ?? endpointOf("smn", region)).href,
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(publication(message)),
      project,
    };
  },
  judge,
};

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isProtected(url) && url.href === `${url.origin}/`;
}

/** In bytes: SMN takes 512 of a subject, and 256 kB of a message. */
const limits = { subject: 512, message: 200_000 };

/** For how long subscribers that cannot be reached are tried, in seconds. */
const lifetime = "86400";

/** Of an SMS the first 200 characters or so arrive for sure: the first line says everything. */
function publication(message: Message) {
  const heading = `${message.tone.word}: ${oneLine(message.title)}`;
  const text = consoleText(message, `${message.tone.word}:`);
  return {
    subject: written(heading, limits.subject),
    message: written(text.trim(), limits.message),
    time_to_live: lifetime,
  };
}

/** An SMS with square brackets in it is not sent. */
function written(text: string, limit: number): string {
  const round = text.replaceAll("[", "(").replaceAll("]", ")");
  return truncate(round, limit, (character) => Buffer.byteLength(character));
}

const accepted = z.object({ message_id: z.string().min(1) });

const remedies: Readonly<Record<number, string>> = {
  401: "check the credentials (auth) of the project",
  403: "allow the project's credentials smn:topic:publish for this topic",
  404: "check topic_urn",
};

/** Codes that concern every notice, whatever their status: https://support.huaweicloud.com/intl/en-us/api-smn/smn_api_64000.html */
const topicCodes = /"SMN\.000[56]"/;

/** Only the id of the message shows that SMN took it. */
function judge({ status, headers, body }: NotifierReply, at: number): Verdict | undefined {
  if (status >= 200 && status < 300) {
    if (accepted.safeParse(jsonIn(body)).success) return { verdict: "accepted" };
    const why = `SMN answered ${status}, but not as SMN does: ${body}`;
    return { verdict: "refused", fault: "destination", why };
  }
  const remedy = topicCodes.test(body) ? remedies[404] : remedies[status];
  if (!remedy) return undefined;
  const aheadMs = at - Date.parse(headers["date"] ?? "");
  const skew = Math.abs(aheadMs) > maxClockSkewMs ? formatDuration(Math.abs(aheadMs)) : "";
  const clock = skew && `; the clock here is ${skew} ${aheadMs > 0 ? "ahead" : "behind"}: set it`;
  const why = `SMN answered ${status} – ${remedy}${clock}: ${body}`;
  return { verdict: "refused", fault: "destination", why };
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
