import { describe, expect, test } from "vitest";
import { wecom } from "../../src/notify/channels/wecom.ts";
import { noticeOf, sampleEvent } from "../support/events.ts";

const at = Date.parse("2026-11-24T02:10:06.000Z");

test.each([
  ["transition", "warning", "🔴 CRITICAL: Queue etl of orders-hbase is FAILED"],
  ["unreachable", "warning", "🟠 WARNING: Project prod cannot be seen (credentials)"],
  ["recovery", "info", "🟢 OK: Queue etl of orders-hbase is ACTIVE again"],
  ["test", "comment", "🔵 INFO: Test notice of dli-watch"],
] as const)("a message about a %s has the colour %s", (type, colour, title) => {
  const options = wecom.options.parse({ url: "https://qyapi.weixin.qq.com/x?key=y" });
  const { body } = wecom.render(noticeOf(sampleEvent(type), at), options, { at, number: 1 });
  const [first] = JSON.parse(body).markdown.content.split("\n");
  expect(first).toBe(`### <font color="${colour}">${title}</font>`);
});

describe("the answer", () => {
  const judge = (status: number, said: unknown) =>
    wecom.judge?.({ status, headers: {}, body: JSON.stringify(said) }, at);

  test.each([0, "0"])("errcode %j is a yes", (errcode) => {
    expect(judge(200, { errcode, errmsg: "ok" })).toEqual({ verdict: "accepted" });
  });

  test.each([
    [
      ...([93000, "invalid webhook url", "destination"] as const),
      "no such robot, or no more in its group: compare `url`",
    ],
    [93004, "robot is stopped", "destination", "the robot is switched off: switch it on again"],
    [93008, "robot not in group", "destination", "the robot is not in the group: add it again"],
    [
      ...([40058, "markdown.content exceed max length 4096", "notice"] as const),
      "the message is malformed or too long",
    ],
    [40008, "invalid message type", "notice", "the message is malformed"],
    [44004, "empty content", "notice", "the message is empty"],
    ["45002", "content size out of limit", "notice", "the message is too long"],
  ] as const)("%j %s blames the %s", (errcode, errmsg, fault, remedy) => {
    const why = `WeCom answered 200: ${errcode} ${errmsg} – ${remedy}.`;
    expect(judge(200, { errcode, errmsg })).toEqual({ verdict: "refused", fault, why });
  });

  test.each([45009, "45009", 45033])("%j asks for a full minute", (errcode) => {
    const why = `WeCom answered 200: ${errcode} api freq out of limit – throttled: a robot may send 20 messages a minute.`;
    expect(judge(200, { errcode, errmsg: "api freq out of limit" })).toEqual({
      verdict: "retry",
      why,
      notBefore: at + 60_000,
    });
  });

  test("-1 is tried again by and by", () => {
    const why = "WeCom answered 200: -1 system busy – it is busy.";
    expect(judge(200, { errcode: -1, errmsg: "system busy" })).toEqual({ verdict: "retry", why });
  });

  test("what nobody knows is no yes", () => {
    const refused = { verdict: "refused", fault: "destination" };
    expect(judge(200, { errcode: 1, errmsg: "x" })).toMatchObject(refused);
    expect(judge(200, {})).toMatchObject(refused);
    expect(judge(404, { errcode: 1 })).toBeUndefined();
  });

  test("a long text of the platform does not hide what to do", () => {
    const errmsg = "markdown.content exceed max length 4096. ".repeat(20);
    expect(judge(200, { errcode: 40058, errmsg })).toMatchObject({
      why: expect.stringMatching(/… \(cut\) – the message is malformed or too long\.$/),
    });
  });
});
