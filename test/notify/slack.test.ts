import type { KnownBlock } from "@slack/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { slack } from "../../src/notify/channels/slack.ts";
import { slackMessage } from "../../src/notify/channels/slack-message.ts";
import { inWords, type Message } from "../../src/notify/message.ts";
import type { NotifierRequest } from "../../src/notify/notifier.ts";
import { noticeOf, sampleEvent } from "../support/events.ts";
import { hostileNotices, hostileTexts } from "../support/hostile.ts";

const at = Date.parse("2026-11-24T02:10:06.000Z");

/** Slack's own types agree with what is built. */
const blocksOf = (event: Event): KnownBlock[] => slackMessage(inWords(event, at)).blocks;

/** Every notice of a text that someone means harm with. */
const messagesOf = (text: string) => hostileNotices(text).map(({ message }) => message);

/** Every text of a message. */
function textsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "text" && typeof inner === "string" ? [inner] : textsOf(inner),
  );
}

function expectWithinLimits(told: Message) {
  const message = slackMessage(told);
  const blocks: KnownBlock[] = message.blocks;
  const texts = textsOf(message);
  expect(texts.join("").length).toBeLessThan(10_000);
  for (const text of texts) {
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
  }
  for (const block of blocks) {
    if (block.type === "header") expect(block.text.text.length).toBeLessThanOrEqual(150);
    if (block.type !== "section" || !block.fields) continue;
    expect(block.fields.length).toBeLessThanOrEqual(10);
    for (const { text } of block.fields) expect(text.length).toBeLessThanOrEqual(2_000);
  }
}

describe("a message", () => {
  test("keeps Slack's limits and pings nobody, whatever the texts", () => {
    for (const told of hostileTexts.flatMap(messagesOf)) expectWithinLimits(told);
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 5_000 }), (text) =>
        messagesOf(text).forEach(expectWithinLimits),
      ),
      { numRuns: 50 },
    );
  });

  const prefix = "🔴 CRITICAL: ".length;
  test.each([
    ["149", "x".repeat(149 - prefix), "x".repeat(149 - prefix)],
    ["150", "x".repeat(150 - prefix), "x".repeat(150 - prefix)],
    ["151", "x".repeat(151 - prefix), `${"x".repeat(143 - prefix)}… (cut)`],
    ["151 after escaping", `${"x".repeat(146 - prefix)}&`, `${"x".repeat(143 - prefix)}… (cut)`],
  ])("has a header of at most 150 characters: %s", (_, title, shown) => {
    const [header] = blocksOf(sampleEvent("transition", { title }));
    expect(header).toEqual({
      type: "header",
      text: { type: "plain_text", text: `🔴 CRITICAL: ${shown}` },
    });
  });

  test.each([
    ["2900", "x".repeat(2_900), "x".repeat(2_900)],
    ["2901", "x".repeat(2_901), `${"x".repeat(2_893)}… (cut)`],
    ["lines and a fence", "first\n```second", "first\n'''second"],
    [
      "an escape that would not fit whole",
      `${"x".repeat(2_891)}<yy${"z".repeat(9)}`,
      `${"x".repeat(2_891)}… (cut)`,
    ],
  ])("shows the reason as code: %s", (_, err_msg, shown) => {
    const [, section] = blocksOf(sampleEvent("transition", { err_msg }));
    expect(section).toMatchObject({ text: { text: `\`\`\`\n${shown}\n\`\`\`` } });
  });

  test.each([
    ["transition", "🔴 CRITICAL: "],
    ["unreachable", "🟠 WARNING: "],
    ["test", "🔵 INFO: "],
    ["recovery", "🟢 OK: "],
    ["reachable", "🟢 OK: "],
    ["notifier_back", "🟢 OK: "],
  ] as const)("of %s begins %s", (type, beginning) => {
    const { text } = slackMessage(inWords(sampleEvent(type), at));
    expect(text.startsWith(beginning)).toBe(true);
  });

  test("shows an operator's text instead of ours, and still by what it is recognised", () => {
    const message = {
      ...inWords(sampleEvent("transition"), at),
      title: "Look!",
      text: "It\nfailed.",
    };
    expect(textsOf(slackMessage(message).blocks)).toEqual([
      "🔴 CRITICAL: Look!",
      "It\nfailed.",
      message.reference,
    ]);
    expect(textsOf(slackMessage({ ...message, text: " \n" }).blocks)).toHaveLength(2);
  });

  test.each([
    [2_900, "x".repeat(2_900)],
    [2_901, `${"x".repeat(2_893)}… (cut)`],
  ])("shows %i characters of it, as text", (length, shown) => {
    const message = { ...inWords(sampleEvent("transition"), at), text: "x".repeat(length) };
    expect(slackMessage(message).blocks[1]).toEqual({
      type: "section",
      text: { type: "mrkdwn", text: shown, verbatim: true },
    });
  });

  test("says when it is late", () => {
    const hoursLater = Date.parse("2026-11-24T08:12:05.120Z");
    expect(textsOf(slackMessage(inWords(sampleEvent("test"), hoursLater))).at(-1)).toMatch(
      / · 6h 2m late$/,
    );
    expect(textsOf(slackMessage(inWords(sampleEvent("test"), at))).at(-1)).not.toContain("late");
  });
});

describe("Slack's answer", () => {
  const judge = (status: number, body: string, headers = {}) =>
    slack.judge?.({ status, body, headers }, at);

  test.each([
    [400, "invalid_payload", "notice"],
    [400, "invalid_blocks", "notice"],
    [400, "no_text", "notice"],
    [400, "too_many_attachments", "notice"],
    [400, "user_not_found", "destination"],
    [400, "invalid_token", "destination"],
    [403, "invalid_token", "destination"],
    [403, "action_prohibited", "destination"],
    [403, "posting_to_general_channel_denied", "destination"],
    [404, "channel_not_found", "destination"],
    [404, "no_service", "destination"],
    [404, "no_team", "destination"],
    [403, "team_disabled", "destination"],
    [410, "channel_is_archived", "destination"],
  ])("%i %s blames the %3$s", (status, word, fault) => {
    const why = expect.stringMatching(`^Slack answered ${status}: ${word}(; [^.]*)?\\.$`);
    expect(judge(status, `${word}\n`)).toEqual({ verdict: "refused", fault, why });
  });

  test.each([
    ["invalid_blocks", "notice"],
    ["msg_too_long", "notice"],
    ["message_not_found", "notice"],
    ["edit_window_closed", "notice"],
    ["invalid_auth", "destination"],
    ["token_revoked", "destination"],
    ["channel_not_found", "destination"],
    ["not_in_channel", "destination"],
    ["is_archived", "destination"],
    ["constructor", "destination"],
    ["something_new", "destination"],
  ])("200 with the error %s blames the %s", (error, fault) => {
    const why = expect.stringMatching(`^Slack answered 200: ${error}`);
    expect(judge(200, JSON.stringify({ ok: false, error }))).toEqual({
      verdict: "refused",
      fault,
      why,
    });
  });

  test.each(["ratelimited", "internal_error", "fatal_error", "service_unavailable"])(
    "200 with the error %s may pass",
    (error) => {
      const body = JSON.stringify({ ok: false, error });
      const later = { verdict: "retry", why: `Slack answered 200: ${error}.` };
      expect(judge(200, body)).toEqual(later);
      const notBefore = at + 30_000;
      expect(judge(200, body, { "retry-after": "30" })).toEqual({ ...later, notBefore });
    },
  );

  test("200 is a yes with ok alone", () => {
    expect(judge(200, "ok")).toEqual({ verdict: "accepted" });
    for (const body of ["", "OK", "ok ", "<html>Sign in</html>", "[]", '{"ok":true}']) {
      const why = `Slack answered 200, but not as Slack does: ${body}`;
      expect(judge(200, body)).toEqual({ verdict: "refused", fault: "destination", why });
    }
  });

  test.each([
    [400, "something new"],
    [404, "constructor"],
    [429, "ratelimited"],
    [500, "rollup_error"],
    [503, "no_service"],
    [302, ""],
  ])("%i %s is left to the status", (status, body) => {
    expect(judge(status, body)).toBeUndefined();
  });
});

describe("an app", () => {
  const app = slack.options.parse({ token: "xoxb-1", channel: "C0123456789" });
  const attempt = { at, number: 1 };
  const handle = "C0123456789 1795485005.120019";
  const bodyOf = (request: NotifierRequest | undefined) => JSON.parse(request?.body ?? "null");

  test("is told with the name of the message what it took", () => {
    const body = JSON.stringify({ ok: true, channel: "C0123456789", ts: "1795485005.120019" });
    const verdict = { verdict: "accepted", handle };
    expect(slack.judge?.({ status: 200, body, headers: {} }, at)).toEqual(verdict);
  });

  test("posts the first notice of an incident in the channel, and revises nothing", () => {
    const first = slack.render(noticeOf(sampleEvent("transition")), app, attempt);
    expect(first).toMatchObject({
      url: "https://slack.com/api/chat.postMessage",
      headers: { authorization: "Bearer xoxb-1" },
    });
    expect(bodyOf(first)).toMatchObject({ channel: "C0123456789", blocks: expect.anything() });
    expect(bodyOf(first)).not.toHaveProperty("thread_ts");
  });

  test.each([
    ["reminder", { severity: "warning" }, false],
    ["reminder", { severity: "critical" }, true],
    ["detail", {}, false],
    ["recovery", {}, true],
    ["disappeared", { incident: "01JDEM7K7QW2S0T9H4B8N5XZGA" }, true],
  ] as const)("answers it with a %s %o, shown to the channel: %s", (type, data, isShown) => {
    const notice = noticeOf(sampleEvent(type, data));
    expect(bodyOf(slack.render(notice, app, { ...attempt, handle }))).toMatchObject({
      channel: "C0123456789",
      thread_ts: "1795485005.120019",
      reply_broadcast: isShown,
    });
    const revision = slack.revise?.(notice, app, { ...attempt, handle });
    expect(revision?.url).toBe("https://slack.com/api/chat.update");
    expect(bodyOf(revision)).toEqual({
      channel: "C0123456789",
      ts: "1795485005.120019",
      ...slackMessage(notice.message),
    });
  });

  test.each(["C9999999999 1.2", "of another type"])(
    "begins anew where its first message is in no channel of its own: %s",
    (other) => {
      const notice = noticeOf(sampleEvent("recovery"));
      const given = { ...attempt, handle: other };
      expect(bodyOf(slack.render(notice, app, given))).not.toHaveProperty("thread_ts");
      expect(slack.revise?.(notice, app, given)).toBeUndefined();
    },
  );
});

test.each([
  [{}, "needs either url, or token and channel"],
  [{ token: "x" }, "needs either url, or token and channel"],
  [{ channel: "C0123456789" }, "needs either url, or token and channel"],
  [
    { url: "https://hooks.slack.com/x", token: "x", channel: "C0123456789" },
    "needs either url, or token and channel",
  ],
  [{ token: "x", channel: "#alerts" }, "must be the id of a channel"],
  [{ token: "two words", channel: "C0123456789" }, "is no token of Slack"],
  [{ token: "x", channel: "C0123456789", api: "http://slack.com" }, "must be an https:// address"],
])("%o is refused", (given, why) => {
  const { error } = slack.options.safeParse(given);
  expect(error?.issues).toMatchObject([{ message: expect.stringContaining(why) }]);
});
