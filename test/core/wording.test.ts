import { describe, expect, test } from "vitest";
import { noticeTypes } from "../../src/core/event.ts";
import { hintIn } from "../../src/core/hint-words.ts";
import { knownHints } from "../../src/core/known-hints.ts";
import { changesIn, wording, wordsOf } from "../../src/core/wording.ts";
import { zonedTime } from "../../src/core/zoned-time.ts";
import { sampleEvent } from "../support/events.ts";

test.each(noticeTypes)("an event of type %s has all that its words are made of", (type) => {
  const event = sampleEvent(type);
  const { title, summary } = event.data;
  expect(wording(event, "en")).toEqual({ title, summary });
});

describe("in English", () => {
  test("an event says what was frozen with it, whatever is said today", () => {
    const event = sampleEvent("transition", { title: "Queue etl failed", summary: "It did." });
    expect(wordsOf(event, "en")).toMatchObject({ title: "Queue etl failed", summary: "It did." });
  });
});

describe("in Chinese", () => {
  const chinese = (...event: Parameters<typeof sampleEvent>) =>
    wordsOf(sampleEvent(...event), "zh");

  test.each([
    [
      "transition",
      {},
      "orders-hbase 的队列 etl 变为 FAILED。此前为 CREATING，持续4分钟12秒。原因：VPC.0202",
    ],
    ["transition", { to: "DELETED" }, "orders-hbase 的队列 etl 已不存在。"],
    ["stuck", {}, "orders-hbase 的队列 etl 卡在 CREATING。处于 CREATING 已有15分钟。"],
    ["flapping", {}, "此前为 ACTIVE，持续4分钟。24分钟内变化 6 次。当前为 CREATING，"],
    ["reminder", { cause: "network" }, "orders-hbase 的队列 etl 仍无法查询（网络）。已持续4小时。"],
    ["reminder", { to: "" }, "orders-hbase 的队列 etl 仍不存在。"],
    ["reminder", { flapping: { changes: 6, since: "", for_ms: 60_000 } }, "状态仍在频繁变化。"],
    ["digest", {}, "3 条通知：1 条紧急、2 条提示。orders-hbase 的队列 etl 变为 FAILED。"],
    ["digest", {}, "orders-hbase 的队列 logs 恢复为 ACTIVE。另有 1 条。"],
    ["mute_summary", { counts: { critical: 0, warning: 0, info: 0 } }, "已结束，当前异常：无。"],
    ["detail", {}, "connectivity 由“Connected”变为“”。"],
    ["undelivered", {}, "未能送达 hook：orders-hbase 的队列 etl 变为 FAILED。已放弃：ops.example"],
  ] as const)("%s %j", (type, data, words) => {
    expect(chinese(type, data).summary).toContain(words);
  });

  test("what changed meanwhile is counted where not all is named", () => {
    const meanwhile = { count: 3, titles: ["a"], titles_zh: ["甲"], unseen: 2 };
    expect(changesIn(meanwhile, "zh")).toBe("甲；另有 2 个；尚有 2 个跨源连接未重新查询到");
    expect(changesIn({ count: 0, titles: [] }, "zh")).toBe("没有变化");
  });

  test.each(Object.entries(knownHints))("the hint %s is given", (_, hint) => {
    const frozen = JSON.parse(JSON.stringify(hint));
    expect(hintIn(frozen, "en")).toEqual(hint);
    expect(hintIn(frozen, "zh").cause).toMatch(/\p{Script=Han}.*。$/u);
    expect(hintIn(frozen, "zh").link).toBe(
      "link" in hint ? hint.link.replace("/intl/en-us", "") : undefined,
    );
  });

  test("the operator's own hint stays as it is", () => {
    const own = {
      cause: "The agency is missing.",
      action: "Ask Mei.",
      link: "https://wiki.example",
    };
    expect(hintIn(own, "zh")).toBe(own);
  });
});

test.each([
  ["UTC", "2026-11-24 02:10:05 UTC"],
  ["Asia/Shanghai", "2026-11-24 10:10:05 UTC+08:00"],
  ["America/St_Johns", "2026-11-23 22:40:05 UTC-03:30"],
])("a time in %s", (zone, shown) => {
  expect(zonedTime(zone)("2026-11-24T02:10:05.120Z")).toBe(shown);
  expect(zonedTime(zone)("no time")).toBe("no time");
});
