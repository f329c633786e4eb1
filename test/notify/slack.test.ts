import type { KnownBlock } from "@slack/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { slack } from "../../src/notify/channels/slack.ts";
import { slackMessage } from "../../src/notify/channels/slack-message.ts";
import { inWords } from "../../src/notify/message.ts";
import { sampleEvent } from "../support/events.ts";
import { hostileEvent, hostileTexts } from "../support/hostile.ts";

const at = Date.parse("2026-11-24T02:10:06.000Z");

/** Slack's own types agree with what is built. */
const blocksOf = (event: Event): KnownBlock[] => slackMessage(inWords(event, at)).blocks;

/** Every text of a message. */
function textsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "text" && typeof inner === "string" ? [inner] : textsOf(inner),
  );
}

function expectWithinLimits(event: Event) {
  const message = slackMessage(inWords(event, at));
  const texts = textsOf(message);
  expect(texts.join("").length).toBeLessThan(10_000);
  for (const text of texts) {
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
  }
  for (const block of blocksOf(event)) {
    if (block.type === "header") expect(block.text.text.length).toBeLessThanOrEqual(150);
    if (block.type !== "section" || !block.fields) continue;
    expect(block.fields.length).toBeLessThanOrEqual(10);
    for (const { text } of block.fields) expect(text.length).toBeLessThanOrEqual(2_000);
  }
}

describe("a message", () => {
  test("keeps Slack's limits and pings nobody, whatever the texts", () => {
    for (const text of hostileTexts) expectWithinLimits(hostileEvent(text));
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 5_000 }), (text) =>
        expectWithinLimits(hostileEvent(text)),
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

  test("says when it is late", () => {
    const hoursLater = Date.parse("2026-11-24T08:12:05.120Z");
    expect(textsOf(slackMessage(inWords(sampleEvent("test"), hoursLater))).at(-1)).toMatch(
      / · 6h 2m late$/,
    );
    expect(textsOf(slackMessage(inWords(sampleEvent("test"), at))).at(-1)).not.toContain("late");
  });
});

describe("Slack's answer", () => {
  const judge = (status: number, body: string) => slack.judge?.({ status, body, headers: {} }, at);

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
    const why = `Slack answered ${status}: ${word}.`;
    expect(judge(status, `${word}\n`)).toEqual({ verdict: "refused", fault, why });
  });

  test("200 is a yes with ok alone", () => {
    expect(judge(200, "ok")).toEqual({ verdict: "accepted" });
    for (const body of ["", "OK", "ok ", "<html>Sign in</html>"]) {
      const why = `Slack answered 200, but not as Slack does: ${body}`;
      expect(judge(200, body)).toEqual({ verdict: "refused", fault: "destination", why });
    }
  });

  test.each([
    [400, "something new"],
    [404, "constructor"],
    [429, "rate_limited"],
    [500, "rollup_error"],
    [503, "no_service"],
    [302, ""],
  ])("%i %s is left to the status", (status, body) => {
    expect(judge(status, body)).toBeUndefined();
  });
});
