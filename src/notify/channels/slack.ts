import { z } from "zod";
import { type Secret, secretText } from "../../core/secret.ts";
import { endsIncident } from "../../core/way.ts";
import type { HttpNotifier, Notice, NotifierRequest } from "../notifier.ts";
import { serviceUrl, webhookUrl } from "../webhook-url.ts";
import { judgeSlack, placeOf } from "./slack-answer.ts";
import { slackMessage } from "./slack-message.ts";

interface SlackOptions {
  readonly url?: Secret | undefined;
  readonly token?: Secret | undefined;
  readonly channel?: string | undefined;
  readonly api: string;
}

const options = z
  .strictObject({
    url: webhookUrl()
      .optional()
      .describe(
        "Address of the incoming webhook, https://hooks.slack.com/services/…; whoever has it can post. Either it or `token` and `channel` are needed. Default: none.",
      ),
    token: secretText(z.string().regex(/^[\x21-\x7e]+$/, { error: "is no token of Slack" }))
      .optional()
      .describe(
        "Bot token of an app, xoxb-…, with the scope chat:write; then each incident is one message, kept up to date, with a thread. Default: none.",
      ),
    channel: z
      .string()
      .regex(/^[CGD][A-Z0-9]{6,}$/, {
        error:
          "must be the id of a channel, such as C0123456789: Slack shows it at the end of the channel's details",
      })
      .optional()
      .describe(
        "Id of the channel where the app posts, and where it is invited, such as C0123456789. Default: none.",
      ),
    api: serviceUrl()
      .default("https://slack.com/api")
      .describe("Address of the API for `token`. Default: https://slack.com/api."),
  })
  .refine(({ url, token, channel }) => (url ? !token && !channel : token && channel), {
    error: "needs either url, or token and channel",
  });

/**
 * Slack, by an incoming webhook, https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, or by an app,
 * https://docs.slack.dev/reference/methods/chat.postMessage. An app's first message of an incident shows what is so now, and
 * the others answer it; what is critical, and the end, the channel is shown too. Slack takes about one message a second.
 */
export const slack: HttpNotifier<SlackOptions> = {
  type: "slack",
  options,
  pace: [{ notices: 1, perMs: 1_000 }],
  render(notice, to, { handle }) {
    if (to.url) return posted(to.url.reveal(), {}, slackMessage(notice.message));
    const first = placeIn(to, handle);
    return called(to, "chat.postMessage", {
      channel: to.channel,
      ...slackMessage(notice.message),
      ...(first && { thread_ts: first.ts, reply_broadcast: isForAll(notice) }),
    });
  },
  revise({ event, message }, to, { handle }) {
    const first = placeIn(to, handle);
    if (!first || event.type === "dli-watch.undelivered") return undefined;
    return called(to, "chat.update", { ...first, ...slackMessage(message) });
  },
  judge: judgeSlack,
};

/** The first message, where it is in the channel that is configured now. */
function placeIn({ channel }: SlackOptions, handle: string | undefined) {
  const place = placeOf(handle ?? "");
  return place?.channel === channel ? place : undefined;
}

function isForAll({ event }: Notice): boolean {
  return event.data.severity === "critical" || endsIncident(event);
}

function called({ api, token }: SlackOptions, method: string, body: object): NotifierRequest {
  return posted(`${api}/${method}`, { authorization: `Bearer ${token?.reveal()}` }, body);
}

function posted(url: string, headers: Record<string, string>, body: object): NotifierRequest {
  return {
    url,
    headers: { ...headers, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(body),
  };
}
