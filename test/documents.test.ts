import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chinese, documents, schema } from "./support/documents.ts";
import { sampleEvent } from "./support/events.ts";
import { anchorsIn, blocks, linksIn, outline, readme } from "./support/readme.ts";
import { reference } from "./support/reference.ts";

const readmeInChinese = readFileSync("README.zh-CN.md", "utf8");

test.each([...documents()])(
  "%s says what the schema says; npm run docs writes it",
  (file, text) => {
    expect(readFileSync(file, "utf8")).toBe(text);
  },
);

describe("the reference", () => {
  test("has a text and a default for every key", () => {
    expect(reference(schema, (text) => text)).not.toContain("|  |");
  });

  test("is in Chinese as well: test/support/reference.zh-CN.yaml has every text, and no other", () => {
    const said = new Set<string>();
    reference(schema, (text) => {
      said.add(text);
      return text;
    });
    expect(Object.keys(chinese).sort()).toEqual([...said].sort());
  });
});

describe("README.zh-CN.md", () => {
  test("has the sections, blocks, tables, links and words in code of README.md", () => {
    expect(outline(readmeInChinese)).toEqual(outline(readme));
  });

  test("and README.md lead to each other, before anything else", () => {
    const [, toChinese = ""] = readme.split("\n\n");
    const [, toEnglish = ""] = readmeInChinese.split("\n\n");
    expect([toChinese, toEnglish]).toEqual(["[简体中文](README.zh-CN.md)", "[English](README.md)"]);
  });
});

test.each([readme, readmeInChinese])("every link within a README leads to a heading", (text) => {
  const within = linksIn(text).filter((link) => link.startsWith("#"));
  expect(within).not.toEqual([]);
  expect(anchorsIn(text)).toEqual(expect.arrayContaining(within));
});

test("the notifier that README.md quotes is config/plugins/example.mjs", () => {
  expect(blocks("js")).toEqual([readFileSync("config/plugins/example.mjs", "utf8")]);
});

test("the event that README.md quotes is one as notifiers get it", () => {
  const [text = ""] = blocks("json");
  expect(text).toBe(`${JSON.stringify(sampleEvent("transition"), undefined, 2)}\n`);
});
