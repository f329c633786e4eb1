import { describe, expect, test } from "vitest";
import { type NoticeType, noticeTypes } from "../../src/core/event.ts";
import { pagerduty } from "../../src/notify/channels/pagerduty.ts";
import { noticeOf, sampleEvent } from "../support/events.ts";
import { hostileEvent, hostileTexts } from "../support/hostile.ts";

const key = "0123456789abcdef0123456789abcdef";
const at = Date.parse("2026-11-24T02:10:06.000Z");
const incident = "01JDEM7K7QW2S0T9H4B8N5XZGA";
const id = "01JDEM7K8R5G3E1P7Y6A9QXC2M";

function render(event = sampleEvent("transition"), options: object = {}) {
  const parsed = pagerduty.options.parse({ routing_key: key, ...options });
  const { url, body } = pagerduty.render(noticeOf(event), parsed, { at, number: 1 });
  return { url, bytes: Buffer.byteLength(body), body: JSON.parse(body) };
}

describe("what PagerDuty is told", () => {
  const resolving: readonly NoticeType[] = ["recovery", "unstuck", "reachable", "notifier_back"];
  const inIncident = noticeTypes.filter((type) => sampleEvent(type).data.incident);

  test.each(inIncident)("%s triggers or resolves the alert of its incident", (type) => {
    const { url, body } = render(sampleEvent(type));
    expect(url).toBe("https://events.pagerduty.com/v2/enqueue");
    expect(body).toMatchObject({
      routing_key: key,
      dedup_key: incident,
      event_action: resolving.includes(type) ? "resolve" : "trigger",
      payload: { severity: sampleEvent(type).data.severity, source: expect.any(String) },
    });
  });

  test("what is gone resolves the alert too", () => {
    const gone = [
      sampleEvent("disappeared", { incident }),
      sampleEvent("transition", { to: "DELETED" }),
    ];
    for (const event of gone) expect(render(event).body.event_action).toBe("resolve");
  });

  test("a notice of no incident that someone must act on is an alert of its own", () => {
    const { url, body } = render(sampleEvent("undelivered"));
    expect(url).toBe("https://events.pagerduty.com/v2/enqueue");
    expect(body).toMatchObject({ dedup_key: id, event_action: "trigger" });
  });

  test("any other is a change, which wakes nobody", () => {
    const { url, body } = render(sampleEvent("test"));
    expect(url).toBe("https://events.pagerduty.com/v2/change/enqueue");
    expect(Object.keys(body)).toEqual(["routing_key", "payload", "links"]);
    expect(Object.keys(body.payload)).toEqual(["summary", "source", "timestamp", "custom_details"]);
  });

  test("in the EU by another address", () => {
    const { url } = render(sampleEvent("test"), { url: "https://events.eu.pagerduty.com" });
    expect(url).toBe("https://events.eu.pagerduty.com/v2/change/enqueue");
  });

  test.each([
    [1_023, "x".repeat(1_023)],
    [1_024, "x".repeat(1_024)],
    [1_025, `${"x".repeat(1_017)}… (cut)`],
  ])("has a summary of at most 1,024 characters: %i", (length, shown) => {
    const event = sampleEvent("transition", { title: "x".repeat(length) });
    expect(render(event).body.payload.summary).toBe(shown);
  });

  test("fits 512 kB, and has no link but one of the web, whatever the texts", () => {
    for (const text of hostileTexts) {
      const { bytes, body } = render(hostileEvent(text));
      expect(bytes).toBeLessThan(256_000);
      expect(body.payload.source).toBeTruthy();
      const links: { href: string }[] = body.links;
      for (const { href } of links) expect(href).toMatch(/^https?:\/\//);
    }
  });
});

describe("PagerDuty's answer", () => {
  const judge = (status: number, body: string, headers = {}) =>
    pagerduty.judge?.({ status, body, headers }, at);
  const invalid = (error: string) =>
    JSON.stringify({
      status: "invalid event",
      message: "Event object is invalid",
      errors: [error],
    });

  test.each([
    [202, '{"status":"success"}', undefined],
    [200, "<html>Sign in</html>", "destination"],
    [204, "", "destination"],
    [400, invalid("'routing_key' is missing or blank"), "destination"],
    [400, invalid("Invalid routing key"), "destination"],
    [400, invalid("Length of 'payload.summary' exceeds maximum of 1024"), undefined],
    [403, "", undefined],
    [413, "", undefined],
    [500, "", undefined],
  ])("%i %s: the destination, or left to the status", (status, body, fault) => {
    const judged = judge(status, body);
    if (fault) expect(judged).toMatchObject({ verdict: "refused", fault });
    else expect(judged).toBeUndefined();
  });

  test("429 asks for patience of minutes, unless it says for how long", () => {
    expect(judge(429, "")).toMatchObject({ verdict: "retry", notBefore: at + 120_000 });
    expect(judge(429, "", { "retry-after": "5" })).toBeUndefined();
  });
});

test.each([
  [{ routing_key: "short" }, "routing_key"],
  [{ routing_key: key, url: "http://events.pagerduty.com" }, "url"],
  [{ routing_key: key, url: "https://events.pagerduty.com/v2/enqueue" }, "url"],
  [{ routing_key: key, url: "events.pagerduty.com" }, "url"],
])("options %j are refused at %s", (options, place) => {
  const { error } = pagerduty.options.safeParse(options);
  expect(error?.issues.map(({ path }) => path[0])).toEqual([place]);
});
