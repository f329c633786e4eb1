import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { noticeTypes } from "../../src/core/event.ts";
import { plainVoice, type Template, type Templates } from "../../src/core/voice.ts";
import { builtinNotifiers } from "../../src/notify/builtin.ts";
import { inWords } from "../../src/notify/message.ts";
import { worded } from "../../src/notify/worded.ts";
import { sampleEvent, stored } from "../support/events.ts";
import { hostileEvent, hostileTexts } from "../support/hostile.ts";
import { blocks } from "../support/readme.ts";

const event = sampleEvent("transition");
const at = Date.parse(event.time);
const standard = inWords(event, at);

const saying = (text: string): Template => ({ source: text, fill: () => ({ text }) });
const failing: Template = { source: "", fill: () => ({ fault: "it is broken" }) };

function wordedBy(template: Templates) {
  const { notice, faults } = worded(stored(event), at, { ...plainVoice, template });
  return { message: notice.message, request: notice.request, faults };
}

describe("the words of a template", () => {
  test("stand instead of ours, and ours beside them", () => {
    const template = { title: saying(" Look! \n"), text: saying("It\nfailed.") };
    expect(wordedBy(template)).toEqual({
      message: { ...standard, title: "Look!", text: "It\nfailed.", summary: "Look!: It failed." },
      request: { headers: {} },
      faults: [],
    });
  });

  test("may be those of the title alone", () => {
    const { message } = wordedBy({ title: saying("Look!") });
    expect(message).toEqual({ ...standard, title: "Look!", summary: "Look!" });
  });

  test("are ours where a title would be empty, which no platform takes", () => {
    expect(wordedBy({ title: saying(" \n") }).message).toEqual(standard);
  });

  test("are ours where it fails, and that is told", () => {
    expect(wordedBy({ title: failing, text: saying("It failed.") })).toMatchObject({
      message: { title: standard.title, text: "It failed." },
      faults: ["template.title: it is broken"],
    });
  });

  test("are given event and message, and the notifier's zone", () => {
    const given: unknown[] = [];
    const title: Template = {
      source: "",
      fill: (...all) => {
        given.push(...all);
        return { text: "Look!" };
      },
    };
    worded(stored(event), at, { language: "zh", timezone: "Asia/Shanghai", template: { title } });
    const message = inWords(event, at, { language: "zh", timezone: "Asia/Shanghai" });
    expect(given).toEqual([{ event, message }, "Asia/Shanghai"]);
  });
});

describe("a request that a template writes", () => {
  test("is given the operator's own title", () => {
    const body: Template = { source: "", fill: (data) => ({ text: JSON.stringify(data) }) };
    const { request } = wordedBy({ title: saying("Look!"), body });
    expect(JSON.parse(request?.body ?? "")).toMatchObject({ message: { title: "Look!" }, event });
  });

  test.each([
    ["two\r\nlines", "two lines"],
    ["X: 1\r\n\r\nbody", "X: 1 body"],
    ["队列 etl 🔴", "?? etl ?"],
    ["\u0000 tab\tand bell\u0007", "tab and bell"],
  ])("has a header %j of one line in ASCII", (text, value) => {
    const { request } = wordedBy({ headers: { "X-Title": saying(text) } });
    expect(request).toEqual({ headers: { "x-title": value } });
    expect(() => new Headers({ ...request?.headers })).not.toThrow();
  });

  test.each([
    [{ body: failing, headers: { "x-a": saying("a") } }, "template.body: it is broken"],
    [{ body: saying("a"), headers: { "x-a": failing } }, "template.headers.x-a: it is broken"],
  ])("is ours as a whole where a part fails", (template, fault) => {
    const { request, faults } = wordedBy(template);
    expect({ request, faults }).toEqual({ request: undefined, faults: [fault] });
  });
});

describe("the example of the README", () => {
  const [text = ""] = blocks("yaml").filter((block) => block.includes("template:"));
  const { config } = parseConfig(text, {
    file: "watch.yaml",
    env: {
      HUAWEICLOUD_SDK_PROJECT_ID: "48cc2c48765f481480c7db940d6409d1",
      HUAWEICLOUD_SDK_AK: "x",
      HUAWEICLOUD_SDK_SK: "x",
      SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/x",
      WEBHOOK_SECRET: "x",
    },
    readFile: () => "",
    notifierOptions: new Map([...builtinNotifiers].map(([type, { options }]) => [type, options])),
  });
  const voices = new Map(config?.notifiers.map(({ name, voice }) => [name, voice]));
  const tell = (name: string, type: (typeof noticeTypes)[number]) =>
    worded(stored(sampleEvent(type)), at, voices.get(name));

  test("says a title in Chinese", () => {
    const { notice } = tell("oncall", "transition");
    expect(notice.message.title).toBe("[prod] orders-hbase 的队列 etl 变为 FAILED");
    expect(notice.message.reference).toContain("2026-11-24 10:10:05 UTC+08:00");
  });

  test("writes a ticket", () => {
    const { notice } = tell("tickets", "transition");
    expect(notice.request?.headers).toEqual({ "x-priority": "1" });
    expect(JSON.parse(notice.request?.body ?? "")).toEqual({
      summary: "Queue etl of orders-hbase is FAILED",
      queue: "etl",
      details: event.data.err_msg,
      opened: "2026-11-24 02:10",
    });
  });

  test("is JSON with a header of one line, whatever the texts", () => {
    for (const text of hostileTexts.map((long) => long.slice(0, 50_000))) {
      const { notice } = worded(stored(hostileEvent(text)), at, voices.get("tickets"));
      expect(JSON.parse(notice.request?.body ?? "")).toHaveProperty("queue", text);
      expect(notice.request?.headers).toEqual({ "x-priority": "1" });
    }
  });

  test.each(noticeTypes)("is JSON for %s, too", (type) => {
    const { notice, faults } = tell("tickets", type);
    expect(faults).toEqual([]);
    expect(JSON.parse(notice.request?.body ?? "")).toMatchObject({ queue: expect.any(String) });
  });
});
