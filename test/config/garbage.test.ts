import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { parseConfig } from "../../src/config/load.ts";
import { formatProblem } from "../../src/config/problems.ts";
import { originOf, smallest } from "../support/config.ts";

const lineForm = /^\/etc\/watch\.yaml:[1-9]\d*:[1-9]\d* ./;

/** Either a configuration or problems in their form; whatever is thrown fails the test. */
function expectAnswer(text: string): void {
  const { config, problems = [] } = parseConfig(text, originOf());
  expect(problems.length > 0).toBe(config === undefined);
  for (const problem of problems) expect(formatProblem(problem)).toMatch(lineForm);
}

const fragment = fc.constantFrom(
  ...["projects", "auth", "labels", "not", "type", "slack", "a", "1", "~", "__proto__", "<<"],
  ...[": ", ":\n  ", "\n", "\n- ", "- ", "  ", "\t", "{", "}", "[", "]", ", ", "? ", "---\n", "%"],
  ...[
    "&x ",
    "*x",
    "!!map ",
    "!!binary ",
    "!t ",
    "'",
    '"',
    "|\n",
    ">\n",
    "#",
    `\${`,
    "}",
    "$$",
    "\\",
  ],
);

test("any text is answered", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), expectAnswer));
});

test("any text made of YAML's own signs is answered", () => {
  const text = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(""));
  fc.assert(fc.property(text, expectAnswer), { numRuns: 500 });
});

const full = {
  ...smallest(),
  schedule: { every: "60s", jitter: "10%" },
  timezone: "UTC",
  routes: [
    {
      match: { to: ["FAILED"], not: { name: { not: ["a"] } }, "labels.a": "b" },
      notify: ["oncall"],
    },
  ],
  policy: { confirm: { FAILED: 1 }, unreachable_after: 1 },
  server: { listen: "127.0.0.1:80", hosts: ["a"] },
  log: { level: "info" },
};

test("any value anywhere is answered", () => {
  const place = fc.constantFrom(...placesIn(full));
  const value = fc.anything({ key: fc.oneof(fragment, fc.string()), maxDepth: 3 });
  fc.assert(
    fc.property(place, value, (path, intruder) =>
      expectAnswer(String(stringify(replaced(full, path, intruder)))),
    ),
    { numRuns: 500 },
  );
});

/** Paths of every value in a structure, the root's included. */
function placesIn(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [[]];
  const inner = Object.entries(value).flatMap(([key, child]) =>
    placesIn(child).map((path) => [key, ...path]),
  );
  return [[], ...inner];
}

function replaced(value: unknown, [step, ...rest]: readonly string[], intruder: unknown): unknown {
  if (step === undefined || typeof value !== "object" || value === null) return intruder;
  const entries = Object.entries(value).map(([key, child]) => [
    key,
    key === step ? replaced(child, rest, intruder) : child,
  ]);
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}
