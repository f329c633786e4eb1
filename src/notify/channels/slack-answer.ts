import { z } from "zod";
import { retryAfter } from "../../core/retry-after.ts";
import type { NotifierReply, Verdict } from "../notifier.ts";

/** Where a message is: its channel's id and its own, which is a time. */
interface Place {
  readonly channel: string;
  readonly ts: string;
}

/** The place that a handle names; `undefined` if it is none of ours. */
export function placeOf(handle: string): Place | undefined {
  const [, channel, ts] = /^(\w+) ([\d.]+)$/.exec(handle) ?? [];
  return channel && ts ? { channel, ts } : undefined;
}

/** A webhook says `ok`, or a word with a status; the API says 200 and a word inside. Nothing else means that Slack took the message. */
export function judgeSlack(reply: NotifierReply, at: number): Verdict | undefined {
  const { status, body } = reply;
  if (status !== 200) {
    const word = body.trim();
    return status < 429 && isKnown(word) ? refusal(word, reply, at) : undefined;
  }
  if (body === "ok") return { verdict: "accepted" };
  const answer = answerOf(body);
  if (answer?.ok) return { verdict: "accepted", handle: `${answer.channel} ${answer.ts}` };
  if (answer) return refusal(answer.error, reply, at);
  const why = `Slack answered 200, but not as Slack does: ${body}`;
  return { verdict: "refused", fault: "destination", why };
}

const apiAnswer = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), channel: z.string(), ts: z.string() }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

function answerOf(body: string): z.infer<typeof apiAnswer> | undefined {
  try {
    return apiAnswer.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** What nobody documented refuses everything: that is told at once, and tried until it passes. */
function refusal(word: string, { status, headers }: NotifierReply, at: number): Verdict {
  const [fault, remedy] = isKnown(word) ? words[word] : (["destination"] as const);
  const why = `Slack answered ${status}: ${word}${remedy ? `; ${remedy}` : ""}.`;
  if (fault !== "later") return { verdict: "refused", fault, why };
  const notBefore = retryAfter(headers["retry-after"] ?? "", at);
  return { verdict: "retry", why, ...(notBefore !== undefined && { notBefore }) };
}

const newToken = "install the app anew in Slack and configure the bot token that it then has";
const newWebhook = "make a new incoming webhook in Slack and configure its address";
const otherChannel = "configure another channel, or open this one again";
const allowed = "ask an administrator of the workspace to allow it";

/**
 * Slack's words, whom each concerns, and what to do: the notice, the destination, or nobody, and it may pass later. From the pages on
 * webhooks, `chat.postMessage` and `chat.update`.
 */
const words = {
  invalid_payload: ["notice"],
  invalid_blocks: ["notice"],
  invalid_blocks_format: ["notice"],
  invalid_attachments: ["notice"],
  invalid_arguments: ["notice"],
  no_text: ["notice"],
  missing_text_or_fallback_or_attachments: ["notice"],
  msg_too_long: ["notice"],
  msg_blocks_too_long: ["notice"],
  too_many_attachments: ["notice"],
  message_not_found: ["notice"],
  cant_update_message: ["notice"],
  edit_window_closed: ["notice"],
  cannot_reply_to_message: ["notice"],
  invalid_auth: ["destination", newToken],
  not_authed: ["destination", newToken],
  account_inactive: ["destination", newToken],
  token_revoked: ["destination", newToken],
  token_expired: ["destination", newToken],
  not_allowed_token_type: ["destination", "configure the app's bot token, xoxb-…"],
  missing_scope: ["destination", "give the app the scope chat:write and install it anew"],
  no_permission: ["destination", "give the app the scope chat:write and install it anew"],
  channel_not_found: ["destination", "compare the channel, and invite the app if it is private"],
  not_in_channel: ["destination", "invite the app: /invite @app in the channel"],
  is_archived: ["destination", otherChannel],
  channel_is_archived: ["destination", otherChannel],
  restricted_action: ["destination", allowed],
  restricted_action_read_only_channel: ["destination", allowed],
  restricted_action_thread_only_channel: ["destination", otherChannel],
  posting_to_general_channel_denied: ["destination", allowed],
  action_prohibited: ["destination", allowed],
  access_denied: ["destination", allowed],
  ekm_access_denied: ["destination", allowed],
  org_login_required: ["destination", allowed],
  invalid_token: ["destination", newWebhook],
  no_active_hooks: ["destination", newWebhook],
  no_service: ["destination", newWebhook],
  no_service_id: ["destination", newWebhook],
  no_team: ["destination", newWebhook],
  team_disabled: ["destination"],
  user_not_found: ["destination", newWebhook],
  ratelimited: ["later"],
  message_limit_exceeded: ["later"],
  accesslimited: ["later"],
  internal_error: ["later"],
  fatal_error: ["later"],
  service_unavailable: ["later"],
  request_timeout: ["later"],
  team_added_to_org: ["later"],
  external_channel_migrating: ["later"],
} as const satisfies Readonly<
  Record<string, readonly [fault: "notice" | "destination" | "later", remedy?: string]>
>;

function isKnown(word: string): word is keyof typeof words {
  return Object.hasOwn(words, word);
}
