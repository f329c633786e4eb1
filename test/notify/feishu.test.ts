import { describe, expect, test } from "vitest";
import { feishu, lark } from "../../src/notify/channels/feishu.ts";
import { noticeOf, sampleEvent } from "../support/events.ts";

const at = Date.parse("2026-11-24T02:10:06.789Z");
const url = "https://open.feishu.cn/open-apis/bot/v2/hook/x";

function bodyOf(options: object, event = sampleEvent("test")) {
  const parsed = feishu.options.parse({ url, ...options });
  return JSON.parse(feishu.render(noticeOf(event, at), parsed, { at, number: 1 }).body);
}

test("is signed as OpenSSL signs", () => {
  // printf '' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '1795486206\ntestsecret' | xxd -p) -binary | base64
  const sign = "XmyjAYPX6BtTRWX2qI4Ct7ByrGqXvt+IGoG202qmhMQ=";
  expect(bodyOf({ secret: "testsecret" })).toMatchObject({ timestamp: "1795486206", sign });
  expect(Object.keys(bodyOf({}))).toEqual(["msg_type", "card"]);
});

test.each([
  ["transition", "red", "🔴 CRITICAL: Queue etl of orders-hbase is FAILED"],
  ["unreachable", "orange", "🟠 WARNING: Project prod cannot be seen (credentials)"],
  ["recovery", "green", "🟢 OK: Queue etl of orders-hbase is ACTIVE again"],
  ["test", "blue", "🔵 INFO: Test notice of dli-watch"],
] as const)("a card about a %s is %s", (type, template, content) => {
  const title = { tag: "plain_text", content };
  expect(bodyOf({}, sampleEvent(type)).card.header).toEqual({ template, title });
});

describe("the answer", () => {
  const judge = (status: number, said: unknown, headers = {}) =>
    feishu.judge?.({ status, headers, body: JSON.stringify(said) }, at);

  test.each([
    [200, { StatusCode: 0, StatusMessage: "success", code: 0, data: {}, msg: "success" }],
    [200, { code: "0", msg: "success" }],
  ])("%i %j is a yes", (status, said) => {
    expect(judge(status, said)).toEqual({ verdict: "accepted" });
  });

  test.each([
    [200, 9499, "Bad Request", "notice", "the request is malformed"],
    [400, 9499, "Bad Request", "notice", "the request is malformed"],
    [200, 19002, "param invalid: msg_type", "notice", "the message is malformed"],
    [
      ...([200, 19001, "param invalid: incoming webhook access token invalid"] as const),
      ...(["destination", "no such bot: compare `url`"] as const),
    ],
    [
      ...([200, 19021, "sign match fail or timestamp is not within one hour"] as const),
      ...(["destination", "wrong signature: compare `secret` with the bot's"] as const),
    ],
    [
      ...([200, 19022, "Ip Not Allowed"] as const),
      ...(["destination", "this address is not in the bot's list of IP addresses"] as const),
    ],
    [
      ...([200, "19024", "Key Words Not Found"] as const),
      ...(["destination", "keyword missing: set `keyword` to one of the bot's"] as const),
    ],
  ] as const)("%i %s %s blames the %s", (status, code, msg, fault, remedy) => {
    const why = `Feishu answered ${status}: ${code} ${msg} – ${remedy}.`;
    expect(judge(status, { code, msg })).toEqual({ verdict: "refused", fault, why });
  });

  test.each([
    [200, 11232, "frequency limited psm[lark.oapi.app_platform_runtime]"],
    [400, 11232, "frequency limited"],
    [429, 99991400, "request trigger frequency limit"],
    [200, 9499, "too many request"],
  ])("%i %i %s asks for a minute", (status, code, msg) => {
    const why = `Feishu answered ${status}: ${code} ${msg} – throttled: a bot may send 100 messages a minute and 5 a second.`;
    const notBefore = at + 60_000;
    expect(judge(status, { code, msg })).toEqual({ verdict: "retry", why, notBefore });
  });

  test.each([
    ["Tue, 24 Nov 2026 02:10:06 GMT", ""],
    ["Tue, 24 Nov 2026 02:11:06 GMT", ""],
    ["Tue, 24 Nov 2026 02:11:08 GMT", "; the clock is off by 61 s"],
    ["Tue, 24 Nov 2026 00:10:06 GMT", "; the clock is off by 7201 s"],
    ["yesterday", ""],
  ])("a refused signature at %j%s", (date, off) => {
    expect(judge(200, { code: 19021, msg: "sign match fail" }, { date })).toMatchObject({
      why: `Feishu answered 200: 19021 sign match fail – wrong signature: compare \`secret\` with the bot's${off}.`,
    });
  });

  test("a code that nobody knows is no yes, and kept for when somebody has mended it", () => {
    const why = "Feishu answered 200: 12345 new";
    expect(judge(200, { code: 12345, msg: "new" })).toEqual({
      verdict: "refused",
      fault: "destination",
      why,
    });
    for (const status of [400, 403, 429, 500])
      expect(judge(status, { code: 12345, msg: "new" })).toBeUndefined();
  });

  test.each([{}, { code: null }, { code: 0.5 }, [], "ok", 0, null, { StatusCode: 0 }])(
    "200 %j is not Feishu's",
    (said) => {
      const why = `Feishu answered 200, but not as Feishu does: ${JSON.stringify(said)}`;
      expect(judge(200, said)).toEqual({ verdict: "refused", fault: "destination", why });
    },
  );

  test("the status counts where it says more", () => {
    expect(judge(500, { code: 0 })).toBeUndefined();
    expect(feishu.judge?.({ status: 502, headers: {}, body: "<html>" }, at)).toBeUndefined();
    expect(feishu.judge?.({ status: 200, headers: {}, body: "<html>" }, at)).toMatchObject({
      why: "Feishu answered 200, but not as Feishu does: <html>",
    });
  });

  test("Lark is Feishu by another name", () => {
    expect(
      lark.judge?.({ status: 200, headers: {}, body: '{"code":19001,"msg":"x"}' }, at),
    ).toMatchObject({ why: "Lark answered 200: 19001 x – no such bot: compare `url`." });
  });
});
