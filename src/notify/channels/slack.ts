import { z } from "zod";
import type { Secret } from "../../core/secret.ts";
import type { HttpNotifier, NotifierReply, Verdict } from "../notifier.ts";
import { webhookUrl } from "../webhook-url.ts";
import { slackMessage } from "./slack-message.ts";

interface SlackOptions {
  readonly url: Secret;
}

/** Slack, by incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const slack: HttpNotifier<SlackOptions> = {
  type: "slack",
  options: z.strictObject({
    url: webhookUrl().describe(
      "Address of the incoming webhook, https://hooks.slack.com/services/…; whoever has it can post.",
    ),
  }),
  pace: [{ notices: 1, perMs: 1_000 }],
  render: ({ message }, { url }) => ({
    url: url.reveal(),
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(slackMessage(message)),
  }),
  judge,
};

/** Whom a refusal concerns, by Slack's word for it: with a 400, which alone would blame the notice, and otherwise. */
const faults = {
  invalid_payload: "notice",
  invalid_blocks: "notice",
  invalid_blocks_format: "notice",
  invalid_attachments: "notice",
  no_text: "notice",
  missing_text_or_fallback_or_attachments: "notice",
  msg_too_long: "notice",
  msg_blocks_too_long: "notice",
  too_many_attachments: "notice",
  action_prohibited: "destination",
  channel_is_archived: "destination",
  channel_not_found: "destination",
  invalid_token: "destination",
  no_active_hooks: "destination",
  no_service: "destination",
  no_service_id: "destination",
  no_team: "destination",
  posting_to_general_channel_denied: "destination",
  team_disabled: "destination",
  user_not_found: "destination",
} as const;

/** Slack says `ok` in a 200, and nothing else there means that it took the message. */
function judge({ status, body }: NotifierReply): Verdict | undefined {
  if (status === 200) {
    if (body === "ok") return { verdict: "accepted" };
    const why = `Slack answered 200, but not as Slack does: ${body}`;
    return { verdict: "refused", fault: "destination", why };
  }
  const word = body.trim();
  if (status >= 500 || !isFault(word)) return undefined;
  return { verdict: "refused", fault: faults[word], why: `Slack answered ${status}: ${word}.` };
}

function isFault(word: string): word is keyof typeof faults {
  return Object.hasOwn(faults, word);
}
