import { describe, expect, test } from "vitest";
import { smn } from "../../src/notify/channels/smn.ts";
import { noticeOf, sampleEvent } from "../support/events.ts";
import { hostileEvent, hostileTexts } from "../support/hostile.ts";

const topic_urn = "urn:smn:cn-north-4:330e068af1334c9782f4226acc00a2e2:dli-alerts";
const at = Date.parse("2026-11-24T02:10:06.000Z");

function render(event = sampleEvent("transition"), options: object = {}) {
  const parsed = smn.options.parse({ topic_urn, ...options });
  const request = smn.render(noticeOf(event), parsed, { at, number: 1 });
  return { ...request, body: JSON.parse(request.body) };
}

test.each([
  [topic_urn, {}, "https://smn.cn-north-4.myhuaweicloud.com"],
  [topic_urn.replace("cn-north-4", "eu-de"), {}, "https://smn.eu-de.otc.t-systems.com"],
  [topic_urn, { endpoint: "https://smn.example" }, "https://smn.example"],
])("%s %j is published at %s", (urn, options, origin) => {
  const path = `/v2/330e068af1334c9782f4226acc00a2e2/notifications/topics/${urn}/publish`;
  expect(render(undefined, { ...options, topic_urn: urn }).url).toBe(origin + path);
});

test.each([
  [{}, ""],
  [{ project: "prod" }, "prod"],
])("with options %j the credentials are those of project %j", (options, project) => {
  expect(render(undefined, options).project).toBe(project);
});

describe("a message", () => {
  test("says everything in its first line, and holds no square bracket, for an SMS has none", () => {
    const { body } = render(sampleEvent("transition", { title: "Queue [etl] is FAILED" }));
    expect(body.subject).toBe("CRITICAL: Queue (etl) is FAILED");
    expect(body.message.split("\n")[0]).toBe(body.subject);
    expect(body.time_to_live).toBe("86400");
  });

  const room = 512 - "CRITICAL: ".length;
  test.each([
    ["511 bytes", "x".repeat(room - 1), "x".repeat(room - 1)],
    ["512 bytes", "x".repeat(room), "x".repeat(room)],
    ["513 bytes", "x".repeat(room + 1), `${"x".repeat(room - 9)}… (cut)`],
    ["512 bytes of characters that have three", "队".repeat(room / 3), undefined],
    ["more of them", "队".repeat(room), undefined],
  ])("has a subject of at most 512 bytes: %s", (_, title, shown) => {
    const { subject } = render(sampleEvent("transition", { title })).body;
    expect(Buffer.byteLength(subject)).toBeLessThanOrEqual(512);
    if (shown) expect(subject).toBe(`CRITICAL: ${shown}`);
  });

  test("keeps SMN's limits whatever the texts", () => {
    for (const text of hostileTexts) {
      const { subject, message } = render(hostileEvent(text)).body;
      expect(Buffer.byteLength(subject)).toBeLessThanOrEqual(512);
      expect(Buffer.byteLength(message)).toBeLessThan(256_000);
      expect(subject + message).not.toMatch(/[[\]]/);
    }
  });
});

describe("SMN's answer", () => {
  const judge = (status: number, body: string, headers = {}) =>
    smn.judge?.({ status, body, headers }, at);

  test.each([
    [200, '{"request_id":"9974","message_id":"bf94"}', "accepted"],
    [200, '{"request_id":"9974"}', "destination"],
    [200, "<html>Sign in</html>", "destination"],
    [400, '{"code":"SMN.0005","message":"Parameter: TopicUrn is invalid."}', "destination"],
    [400, '{"code":"SMN.0021","message":"MessageStructure is invalid."}', undefined],
    [401, '{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail"}', "destination"],
    [403, '{"code":"SMN.0001","message":"No permission to request resources."}', "destination"],
    [404, '{"code":"SMN.0006","message":"Topic not found."}', "destination"],
    [429, '{"error_code":"APIGW.0308","error_msg":"throttled"}', undefined],
    [500, "", undefined],
  ])("%i %s is %s, or left to the status", (status, body, meaning) => {
    const judged = judge(status, body);
    if (meaning === undefined) expect(judged).toBeUndefined();
    else if (meaning === "accepted") expect(judged).toEqual({ verdict: "accepted" });
    else expect(judged).toMatchObject({ verdict: "refused", fault: meaning });
  });

  test.each([
    [401, {}, "SMN answered 401 – check the credentials (auth) of the project: no"],
    [
      403,
      {},
      "SMN answered 403 – allow the project's credentials smn:topic:publish for this topic: no",
    ],
    [404, {}, "SMN answered 404 – check topic_urn: no"],
    [
      401,
      { date: "Tue, 24 Nov 2026 01:50:06 GMT" },
      "SMN answered 401 – check the credentials (auth) of the project; the clock here is 20m ahead: set it: no",
    ],
    [
      401,
      { date: "Tue, 24 Nov 2026 02:00:06 GMT" },
      "SMN answered 401 – check the credentials (auth) of the project: no",
    ],
  ])("%i says what to do", (status, headers, why) => {
    expect(judge(status, "no", headers)).toMatchObject({ why });
  });
});

test.each([
  [{ topic_urn: "dli-alerts" }, "topic_urn"],
  [{ topic_urn: `${topic_urn}/../x` }, "topic_urn"],
  [{ topic_urn, endpoint: "http://smn.example" }, "endpoint"],
  [{ topic_urn, endpoint: "https://smn.example/v2" }, "endpoint"],
])("options %j are refused at %s", (options, place) => {
  const { error } = smn.options.safeParse(options);
  expect(error?.issues.map(({ path }) => path[0])).toEqual([place]);
});
