import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oneLine, truncate, truncateMiddle, visibleText } from "../../src/core/text.ts";
import { hostileTexts } from "../support/hostile.ts";

describe("truncateMiddle", () => {
  test.each([
    { name: "what fits stays", text: "x".repeat(20), kept: "x".repeat(20) },
    { name: "both ends stay", text: "abcd12345678901uvwxyz", kept: "abcd … (cut) … wxyz" },
    { name: "no half of a character", text: "🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴🔴", kept: "🔴🔴 … (cut) … 🔴🔴" },
    { name: "not even at the edge", text: "abc🔴12345678901🔴xyz", kept: "abc … (cut) … xyz" },
  ])("$name", ({ text, kept }) => {
    expect(truncateMiddle(text, 20)).toBe(kept);
  });
});

describe("truncate", () => {
  test.each([
    { name: "what fits stays", text: "1234567890", max: 10, kept: "1234567890" },
    { name: "one too many", text: "12345678901", max: 10, kept: "123… (cut)" },
    { name: "no half of a character", text: "🔴🔴🔴🔴🔴🔴", max: 10, kept: "🔴… (cut)" },
    { name: "nothing", text: "", max: 10, kept: "" },
  ])("$name", ({ text, max, kept }) => {
    expect(truncate(text, max)).toBe(kept);
  });

  test("counts bytes where the limit is in bytes", () => {
    expect(truncate("队列队列队列", 15, Buffer.byteLength)).toBe("队列… (cut)");
    expect(truncate("队列队列队", 15, Buffer.byteLength)).toBe("队列队列队");
  });

  const sizes = [(character: string) => character.length, Buffer.byteLength, () => 1];
  test("fits, is well formed, and is either the text or a beginning of it with the mark", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.integer({ min: 12, max: 40 }),
        fc.constantFrom(...sizes),
        (text, max, sizeOf) => {
          const kept = truncate(text, max, sizeOf);
          const size = Array.from(kept, (character) => sizeOf(character)).reduce(
            (a, b) => a + b,
            0,
          );
          expect(size).toBeLessThanOrEqual(max);
          expect(kept.isWellFormed()).toBe(true);
          expect(kept === text || text.startsWith(kept.replace(/… \(cut\)$/, ""))).toBe(true);
        },
      ),
    );
  });
});

describe("visibleText", () => {
  test.each([
    ["\u001b[31mred\u001b[0m", "[31mred[0m"],
    ["a\0b\u007fc\u009bd", "abcd"],
    ["\u202egnp.exe\u202c", "gnp.exe"],
    ["first\r\nsecond\tthird\n", "first\nsecond\tthird"],
    ["a\ud800b", "a\ufffdb"],
    ["队列 é", "队列 é"],
  ])("%j becomes %j", (text, visible) => {
    expect(visibleText(text)).toBe(visible);
  });

  test("leaves nothing that steers a terminal", () => {
    for (const text of hostileTexts) {
      expect(visibleText(text)).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(oneLine(text)).not.toMatch(/[\n\t\r]/);
    }
  });
});

test("one line has single spaces", () => {
  expect(oneLine("  a\n\n b\tc \u00a0 d ")).toBe("a b c d");
});
