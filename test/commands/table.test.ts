import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Cell, Output } from "../../src/commands/table.ts";
import { formatTable } from "../../src/commands/table.ts";

const pipe: Output = new PassThrough();

/** A terminal of so many columns that can show colours. */
function terminal(columns: number): Output {
  return Object.assign(new PassThrough(), { columns, isTTY: true, getColorDepth: () => 8 });
}

const heading = ["NAME", "STATE", "WHY"];
const rows: readonly (readonly Cell[])[] = [
  ["orders-hbase", { text: "FAILED", style: "red" }, "Can't get ready router."],
  ["a", "ACTIVE", ""],
];

beforeEach(() => {
  vi.stubEnv("FORCE_COLOR", undefined);
  return () => vi.unstubAllEnvs();
});

describe("in a pipe", () => {
  test("columns are aligned, without borders, colours and trailing spaces", () => {
    expect(formatTable(heading, rows, pipe).split("\n")).toEqual([
      "NAME          STATE   WHY",
      "orders-hbase  FAILED  Can't get ready router.",
      "a             ACTIVE",
    ]);
  });

  test("no rows leave the heading", () => {
    expect(formatTable(heading, [], pipe)).toBe("NAME  STATE  WHY");
  });

  test("wide characters count twice", () => {
    expect(formatTable(["NAME", "STATE"], [["数据源", "ACTIVE"]], pipe).split("\n")).toEqual([
      "NAME    STATE",
      "数据源  ACTIVE",
    ]);
  });

  test("a row stays one line that steers no terminal", () => {
    const hostile = "\x1b[2J\x1b]0;title\x07one\ntwo\r\u202Ethree\0";
    expect(formatTable(["WHY"], [[hostile]], pipe)).toBe("WHY\n[2J]0;titleone twothree");
  });

  test("a huge cell is cut", () => {
    expect(formatTable(["WHY"], [["数".repeat(100_000)]], pipe).length).toBeLessThan(1_000);
  });
});

describe("on a terminal", () => {
  test("styles show", () => {
    const table = formatTable(heading, rows, terminal(80));
    expect(table).toContain("\x1b[1mNAME\x1b[22m");
    expect(table).toContain("\x1b[31mFAILED\x1b[39m");
  });

  test("the widest column is cut until the lines fit", () => {
    const lines = formatTable(["A", "B"], [["short", "x".repeat(50)]], terminal(20)).split("\n");
    expect(lines[1]).toBe(`short  ${"x".repeat(12)}…`);
  });

  test("an id stays whole while there is a text to cut", () => {
    const id = "378eb1e6-521d-41a4-a41c-bbb58f34a6d6";
    const lines = formatTable(["ID", "WHY"], [[id, "x".repeat(50)]], terminal(60)).split("\n");
    expect(lines[1]).toBe(`${id}  ${"x".repeat(21)}…`);
  });

  test("a style ends where its cell is cut", () => {
    const cell: Cell = { text: "x".repeat(50), style: "red" };
    expect(formatTable(["A"], [[cell]], terminal(10))).toContain(`${"x".repeat(9)}\x1b[39m…`);
  });

  test("one too narrow still shows something of every column", () => {
    const lines = formatTable(["A", "B"], [["aaaaaaaa", "bbbbbbbb"]], terminal(3)).split("\n");
    expect(lines[1]).toBe("aaa…  bbb…");
  });
});
