import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { z } from "zod";
import { jsonSchema } from "../../src/config/json-schema.ts";
import { ownSurroundings, parseConfig } from "../../src/config/load.ts";
import { formatProblem } from "../../src/config/problems.ts";
import { builtinNotifiers } from "../../src/notify/builtin.ts";

const file = "config/dli-watch.example.yaml";
const text = readFileSync(file, "utf8");
const notifierOptions = new Map<string, z.ZodObject>(
  [...builtinNotifiers].map(([type, { options }]) => [type, options]),
);
const schema = jsonSchema(notifierOptions);
const validate = new Ajv2020({ allErrors: true, formats: { uri: true } }).compile(schema);

test("the example loads with the variables it names", () => {
  const id = "48cc2c48765f481480c7db940d6409d1";
  const env = {
    ...Object.fromEntries([...text.matchAll(/\$\{([A-Z]\w*)\}/g)].map(([, name]) => [name, "x"])),
    ...Object.fromEntries(
      [...text.matchAll(/\$\{([A-Z]\w*_PROJECT_ID)\}/g)].map(([, name]) => [name, id]),
    ),
    ...Object.fromEntries(
      [...text.matchAll(/\$\{([A-Z]\w*_URL)\}/g)].map(([, name]) => [name, "https://a.example/x"]),
    ),
    PAGERDUTY_KEY: "0123456789abcdef0123456789abcdef",
    MAIL_CA: "-----BEGIN CERTIFICATE-----",
    WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString("base64")}`,
  };
  const { problems = [] } = parseConfig(text, { ...ownSurroundings, file, env, notifierOptions });
  expect(problems.map(formatProblem)).toEqual([]);
});

test("the example names every option", () => {
  const missing = [...keysOf(schema)].filter((key) => !new RegExp(`\\b${key}:`).test(text));
  expect(missing).toEqual([]);
});

describe("the JSON Schema", () => {
  test.each([file, "config/demo.yaml"])("accepts %s", (valid) => {
    validate(parse(readFileSync(valid, "utf8")));
    expect(validate.errors).toBeNull();
  });

  test.each([
    ["an unknown key", { nmae: "x" }],
    ["a number for a duration", { retention: 90 }],
    ["an unknown word", { log: { level: "loud" } }],
    ["an unknown key of a notifier", { notifiers: { a: { type: "console", colour: "red" } } }],
    ["an unknown key of a matcher", { routes: [{ match: { severty: "x" }, notify: ["a"] }] }],
    ["a bad pattern for a label", { routes: [{ match: { "labels.x": 5 }, notify: ["a"] }] }],
  ])("refuses %s", (_what, difference) => {
    expect(validate({ ...parse(text), ...difference })).toBe(false);
  });

  test("knows of a plug-in no more than that it is one", () => {
    const plugin = { type: "./pager.mjs", fallback: "b", any: { option: 1 } };
    validate({ ...parse(text), notifiers: { a: plugin, b: { ...plugin, type: "some-package" } } });
    expect(validate.errors).toBeNull();
  });

  test("describes every option", () => {
    const undescribed = optionsOf(schema).filter(([, option]) => !("description" in option));
    expect(undescribed.map(([key]) => key)).toEqual([]);
  });
});

/** Every option anywhere in a JSON Schema, with what is said of it. */
function optionsOf(node: unknown): [string, object][] {
  if (typeof node !== "object" || node === null) return [];
  const properties = "properties" in node ? Object.entries(node.properties ?? {}) : [];
  return [...properties, ...Object.values(node).flatMap(optionsOf)];
}

function keysOf(node: unknown): Set<string> {
  return new Set(optionsOf(node).map(([key]) => key));
}
