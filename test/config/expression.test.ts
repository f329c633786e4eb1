import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import { compileExpression } from "../../src/config/expression.ts";

test.each([
  ["VPC\\.0202", '{"code":"vpc.0202"}', true],
  ["VPC\\.0202", "VPC-0202", false],
  ["^failed to get (subnet|vpc)\\b", "Failed to get VPC 1", true],
  ["路由.*失败", "添加路由表失败", true],
])("%s is in %s: %s", (source, text, expected) => {
  expect(compileExpression(source).isIn?.(text)).toBe(expected);
});

test.each([
  ["", "empty"],
  ["a".repeat(501), "longer than 500 characters"],
  ["(a{100}){9}", "too many repetitions"],
  ["a{1001}", "invalid repeat count"],
  ["(a{100}){100}", "invalid repeat count"],
  ["[a", "missing closing ]"],
  ["(a", "missing closing )"],
  ["(?=a)b", "invalid or unsupported Perl syntax"],
  ["(?<!a)b", "invalid named capture"],
  ["(a)\\1", "invalid escape sequence"],
])("%j is no expression: %s", (source, fault) => {
  expect(compileExpression(source)).toEqual({ fault });
});

/** How often a text is looked at while it is searched in vain. */
function looks(source: string, length: number): number {
  let count = 0;
  const bytes = new Proxy([...Buffer.from(`${"ab".repeat(length / 2)}!`)], {
    get(target, key, receiver) {
      if (/^\d+$/.test(String(key))) count += 1;
      return Reflect.get(target, key, receiver);
    },
  });
  expect(RE2JS.compile(source, RE2JS.CASE_INSENSITIVE).test(bytes)).toBe(false);
  return count;
}

test.each(["((a|b)+)+$", "((ab)*)*c", "(a|ab|b)*c$", "(.*)(.*)(.*)(.*)(.*)c", "(a|b)*a(a|b){60}c"])(
  "the engine looks at each character of a text a few times, however long that is: %s",
  (source) => {
    const [short, long] = [looks(source, 10_000), looks(source, 100_000)];
    expect(short).toBeGreaterThan(10_000);
    expect(long).toBeLessThanOrEqual(short * 10);
    expect(long).toBeLessThan(100_000 * 5);
  },
);
