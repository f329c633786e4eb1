import { describe, expect, test } from "vitest";
import { dingtalk } from "../../src/notify/channels/dingtalk.ts";
import { noticeOf, sampleEvent } from "../support/events.ts";

const at = Date.parse("2026-11-24T02:10:06.000Z");
const url = "https://oapi.dingtalk.com/robot/send?access_token=x";

function render(options: object) {
  const parsed = dingtalk.options.parse({ url, ...options });
  return dingtalk.render(noticeOf(sampleEvent("recovery"), at), parsed, { at, number: 1 });
}

test("is signed as OpenSSL signs", () => {
  // printf '1795486206000\nSECtest' | openssl dgst -sha256 -hmac SECtest -binary | base64
  const sign = "dwUJ3DsT90WsLykzIWRF8ostqhucA7S/Qcmufg7sG2M=";
  const signed = new URL(render({ secret: "SECtest" }).url);
  expect(Object.fromEntries(signed.searchParams)).toEqual({
    access_token: "x",
    timestamp: "1795486206000",
    sign,
  });
  expect(render({}).url).toBe(url);
  const bare = { url: "https://proxy.example/ding", secret: "SECtest" };
  expect(render(bare).url).toBe(
    `https://proxy.example/ding?timestamp=1795486206000&sign=${encodeURIComponent(sign)}`,
  );
});

test("a recovery looks resolved, in the list of messages too", () => {
  const { markdown } = JSON.parse(render({}).body);
  const title = "🟢 OK: Queue etl of orders-hbase is ACTIVE again";
  expect(markdown.title).toBe(title);
  expect(markdown.text.split("\n")[0]).toBe(`### ${title}`);
});

describe("the answer", () => {
  const judge = (status: number, said: unknown, headers = {}) =>
    dingtalk.judge?.({ status, headers, body: JSON.stringify(said) }, at);

  test.each([0, "0"])("errcode %j is a yes", (errcode) => {
    expect(judge(200, { errcode, errmsg: "ok" })).toEqual({ verdict: "accepted" });
  });

  const keyword = "keyword missing: set `keyword` to one of the robot's";
  const signature = "wrong signature: compare `secret` with the robot's";
  const address = "this address is not in the robot's list of IP addresses";
  const gone = "no such robot: compare `url`";
  const unsuitable = "DingTalk does not like what it says";

  test.each([
    [310000, "keywords not in content", "destination", keyword],
    ["310000", "keywords not in content", "destination", keyword],
    [310000, "消息内容中不包含任何关键词", "destination", keyword],
    [310000, "ip 1.2.3.4 not in whitelist", "destination", address],
    [310000, "sign not match", "destination", signature],
    [310000, "invalid timestamp", "destination", signature],
    [300001, "token is not exist", "destination", gone],
    [300005, "token is not exist", "destination", gone],
    [40035, "缺少参数 access_token", "destination", gone],
    [400101, "access_token不存在", "destination", gone],
    [400106, "机器人不存在", "destination", gone],
    [400013, "群已被解散", "destination", "the group is no more"],
    [400102, "机器人已停用", "destination", "the robot is switched off: switch it on again"],
    [430101, "含有不安全的外链", "notice", unsuitable],
    [430102, "含有不合适的文本", "notice", unsuitable],
    [430103, "含有不合适的图片", "notice", unsuitable],
    [430104, "含有不合适的内容", "notice", unsuitable],
    [460101, "message too long, exceed 20000 bytes", "notice", "the message is too long"],
  ] as const)("%j %s blames the %s", (errcode, errmsg, fault, remedy) => {
    const why = `DingTalk answered 200: ${errcode} ${errmsg} – ${remedy}.`;
    expect(judge(200, { errcode, errmsg })).toEqual({ verdict: "refused", fault, why });
  });

  test.each([130101, "130101", 410100])("%j: the robot is mute for ten minutes", (errcode) => {
    const errmsg = "send too fast, exceed 20 times per minute";
    const why = `DingTalk answered 200: ${errcode} ${errmsg} – more than 20 messages in a minute: the robot is muted for 10 minutes.`;
    const notBefore = at + 600_000;
    expect(judge(200, { errcode, errmsg })).toEqual({ verdict: "retry", why, notBefore });
  });

  test("-1 is tried again by and by", () => {
    const why = "DingTalk answered 200: -1 系统繁忙 – it is busy.";
    expect(judge(200, { errcode: -1, errmsg: "系统繁忙" })).toEqual({ verdict: "retry", why });
  });

  test("a clock that is off is named where the time matters, and only there", () => {
    const headers = { date: "Tue, 24 Nov 2026 04:10:06 GMT" };
    expect(judge(200, { errcode: 310000, errmsg: "invalid timestamp" }, headers)).toMatchObject({
      why: expect.stringMatching(/ – wrong signature: .*; the clock is off by 7200 s\.$/),
    });
    expect(judge(200, { errcode: 310000, errmsg: "keywords not in content" }, headers)).toEqual(
      judge(200, { errcode: 310000, errmsg: "keywords not in content" }),
    );
  });

  test("what nobody knows is no yes", () => {
    const refused = { verdict: "refused", fault: "destination" };
    expect(judge(200, { errcode: 1, errmsg: "x" })).toMatchObject(refused);
    expect(judge(200, { errmsg: "ok" })).toMatchObject(refused);
    expect(judge(500, { errcode: 1 })).toBeUndefined();
  });
});
