import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { alertmanager } from "../../src/notify/channels/alertmanager.ts";
import { noticeOf, sampleEvent } from "../support/events.ts";

const url = "http://alertmanager:9093";
const incident = "01JDEM7K7QW2S0T9H4B8N5XZGA";
const begun = "2024-11-24T08:22:24.759Z";
const at = Date.parse("2026-11-24T02:10:06.000Z");

function alertOf(event: Event, options: object = {}, attemptAt = at) {
  const parsed = alertmanager.options.parse({ url, ...options });
  const { body } = alertmanager.render(noticeOf(event), parsed, { at: attemptAt, number: 1 });
  const [alert, ...more] = JSON.parse(body);
  expect(more).toEqual([]);
  return alert;
}

describe("an alert", () => {
  test("is the same from the problem to its end, whatever changes meanwhile", () => {
    const course = [
      sampleEvent("transition"),
      sampleEvent("flapping", { title: "another", err_msg: "another", severity: "warning" }),
      sampleEvent("reminder"),
      sampleEvent("recovery"),
    ];
    const [first, ...others] = course.map((event) => alertOf(event).labels);
    expect(first.incident).toBe(incident);
    for (const labels of others) expect(labels).toEqual(first);
  });

  test("is another one for another incident, and for a notice of none", () => {
    const labels = [
      sampleEvent("transition"),
      sampleEvent("transition", { incident: "01JDEM7K7QZK3V6M1C0R2F4D8T" }),
      sampleEvent("test"),
      { ...sampleEvent("test"), id: "01JDEM7K7QZK3V6M1C0R2F4D8T" },
    ].map((event) => JSON.stringify(alertOf(event).labels));
    expect(new Set(labels).size).toBe(4);
  });

  test.each([
    ["transition", begun, "2026-11-24T02:13:06.000Z"],
    ["unreachable", begun, "2026-11-24T02:13:06.000Z"],
    ["recovery", begun, "2026-11-24T02:10:05.120Z"],
    ["unstuck", begun, "2026-11-24T02:10:05.120Z"],
    ["reachable", begun, "2026-11-24T02:10:05.120Z"],
    ["notifier_back", begun, "2026-11-24T02:10:05.120Z"],
    ["undelivered", "2026-11-24T02:10:05.120Z", "2026-11-24T02:15:06.000Z"],
    ["test", "2026-11-24T02:10:05.120Z", "2026-11-24T02:15:06.000Z"],
  ] as const)("of %s lasts from %s to %s", (type, startsAt, endsAt) => {
    expect(alertOf(sampleEvent(type))).toMatchObject({ startsAt, endsAt });
  });

  test("of what is gone is over", () => {
    const gone = sampleEvent("disappeared", { incident });
    expect(alertOf(gone).endsAt).toBe(gone.time);
  });

  test("that is sent anew lasts longer, and one that is over stays over when it was", () => {
    const later = at + 60_000;
    expect(alertOf(sampleEvent("transition"), {}, later).endsAt).toBe("2026-11-24T02:14:06.000Z");
    expect(alertOf(sampleEvent("recovery"), {}, later)).toEqual(alertOf(sampleEvent("recovery")));
  });

  test.each([
    ["an incident from the future", "7ZZZZZZZZZW2S0T9H4B8N5XZGA"],
    ["an incident that is no ULID", "<!channel>"],
  ])("does not end before it begins: %s", (_, odd) => {
    const { startsAt, endsAt } = alertOf(sampleEvent("recovery", { incident: odd }));
    expect([startsAt, endsAt]).toEqual(["2026-11-24T02:10:05.120Z", "2026-11-24T02:10:05.120Z"]);
  });

  test("has the operator's labels too, but is known by its own", () => {
    const { labels } = alertOf(sampleEvent("test"), { labels: { team: "data", event: "x" } });
    expect(labels).toMatchObject({ team: "data", event: "01JDEM7K8R5G3E1P7Y6A9QXC2M" });
  });

  test.each([
    [7_999, "x".repeat(7_999)],
    [8_000, "x".repeat(8_000)],
    [8_001, `${"x".repeat(7_993)}… (cut)`],
  ])("has a reason of at most 8,000 characters: %i", (length, shown) => {
    const event = sampleEvent("transition", { err_msg: "x".repeat(length) });
    expect(alertOf(event).annotations.reason).toBe(shown);
  });
});

test.each([
  ["http://alertmanager:9093", "http://alertmanager:9093/api/v2/alerts"],
  ["https://mimir.example/alertmanager/", "https://mimir.example/alertmanager/api/v2/alerts"],
])("%s is asked at %s", (base, address) => {
  const options = alertmanager.options.parse({ url: base });
  const notice = noticeOf(sampleEvent("test"));
  expect(alertmanager.render(notice, options, { at, number: 1 }).url).toBe(address);
});

test.each([
  [200, "", undefined],
  [200, "\n", undefined],
  [200, "<html>Sign in</html>", { verdict: "refused", fault: "destination" }],
  [400, '"start time must be before end time"', undefined],
  [503, "", undefined],
])("%i %j is left to the status, or comes from another", (status, body, verdict) => {
  const judged = alertmanager.judge?.({ status, body, headers: {} }, at);
  if (verdict) expect(judged).toMatchObject(verdict);
  else expect(judged).toBeUndefined();
});

test.each([
  [{ url: "http://alertmanager:9093", headers: { Authorization: "x" } }, "url"],
  [{ url: "https://user:secret@alertmanager" }, "url"],
  [{ url: "alertmanager:9093" }, "url"],
  [{ url, labels: { "not-a-label": "x" } }, "labels"],
  [{ url, labels: { team: "" } }, "labels"],
])("options %j are refused at %s", (options, place) => {
  const { error } = alertmanager.options.safeParse(options);
  expect(error?.issues.map(({ path }) => path[0])).toEqual([place]);
});

test.each([
  { url: "http://127.0.0.1:9093", headers: { Authorization: "x" } },
  { url: "https://alertmanager", headers: { Authorization: "x" } },
])("options %j are accepted", (options) => {
  expect(alertmanager.options.safeParse(options).success).toBe(true);
});
