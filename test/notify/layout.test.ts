import { expect, test } from "vitest";
import { type Layout, layOut } from "../../src/notify/layout.ts";
import { inWords, type Message } from "../../src/notify/message.ts";
import { sampleEvent } from "../support/events.ts";

const layout: Layout<string> = {
  limits: { reason: 40, list: 100, fact: 20 },
  escape: (text) => text.replaceAll("*", "＊"),
  line: (text, of) => `${of}: ${text}`,
  fact: ({ label, value }) => `${label}=${value}`,
  sizeOf: Buffer.byteLength,
  sizeOfCharacter: Buffer.byteLength,
};

const message: Message = {
  ...inWords(sampleEvent("test"), 0),
  reason: "no\n\n * router ",
  advice: [{ label: "Action", value: "add one" }],
  items: ["first", "second"],
  total: 2,
  facts: [{ label: "State", value: "FAILED" }],
};
const whole = [
  ...["reason: no", "reason: ＊ router", "Action=add one", "list: first", "list: second"],
  "State=FAILED",
];
const size = whole.reduce((sum, line) => sum + Buffer.byteLength(line), 0);

test("a message that fits is whole, in the order of what matters", () => {
  expect(layOut(message, layout, size)).toEqual(whole);
  expect(layOut(message, layout, size + 1)).toEqual(whole);
});

test("of one that does not fit, whole lines stay and a mark says so", () => {
  const cut = [...whole.slice(0, -2), "list: … (cut)"];
  expect(layOut(message, layout, size - 1)).toEqual(cut);
  const rest = Buffer.byteLength("list: second") + Buffer.byteLength("State=FAILED");
  const smallest = size - rest + Buffer.byteLength("list: … (cut)");
  expect(layOut(message, layout, smallest)).toEqual(cut);
  expect(layOut(message, layout, smallest - 1)).toEqual([...whole.slice(0, -3), "list: … (cut)"]);
});

test.each([
  ["x".repeat(20), "x".repeat(20)],
  ["x".repeat(21), `${"x".repeat(11)}… (cut)`],
  ["é".repeat(10), "é".repeat(10)],
  [`${"é".repeat(10)}x`, `${"é".repeat(5)}… (cut)`],
  ["队".repeat(6), "队".repeat(6)],
  ["队".repeat(7), "队队队… (cut)"],
  ["🔴".repeat(5), "🔴".repeat(5)],
  ["🔴".repeat(6), "🔴🔴… (cut)"],
  ["e\u0301".repeat(6), "e\u0301".repeat(6)],
  ["e\u0301".repeat(7), `${"e\u0301".repeat(3)}e… (cut)`],
  ["*".repeat(6), "＊".repeat(6)],
  ["*".repeat(7), "＊＊＊… (cut)"],
  ["\u200b \n", undefined],
])("%j is shown within 20 bytes as %j", (value, shown) => {
  const of = {
    ...message,
    reason: "",
    advice: [],
    items: [],
    total: 0,
    facts: [{ label: "a", value }],
  };
  expect(layOut(of, layout, 1_000)).toEqual(shown === undefined ? [] : [`a=${shown}`]);
});

test("a list says how many it leaves out", () => {
  const items = Array.from({ length: 50 }, () => "x".repeat(30));
  const of = { ...message, reason: "", advice: [], facts: [], items, total: 50 };
  expect(layOut(of, layout, 1_000)).toEqual([
    ...Array(2).fill(`list: ${"x".repeat(30)}`),
    "list: … and 48 more",
  ]);
});

test("a text of the operator's stands for all else", () => {
  const of = { ...message, text: "first\n\n * second" };
  expect(layOut(of, layout, 1_000)).toEqual(["text: first", "text: ＊ second"]);
});
