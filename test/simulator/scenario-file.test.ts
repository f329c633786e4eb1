import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { parseScenario } from "../../src/simulator/scenario-file.ts";

const minimal = "project_id: p\nconnections: []\n";

describe("a scenario file", () => {
  test("is read with its times in milliseconds", () => {
    const text = `${minimal}faults: [{ at: 25s, for: 5s, delay: 500ms, drip: 1s, status: 503 }]`;
    expect(parseScenario(text, "s.yaml")).toEqual({
      project_id: "p",
      connections: [],
      faults: [{ atMs: 25_000, forMs: 5_000, delayMs: 500, dripMs: 1_000, status: 503 }],
    });
  });

  test.each([
    ["connections: []", /^s\.yaml:1:1 project_id: .*string/],
    [`${minimal}speed: 2`, /^s\.yaml:3:8 speed: is no known key$/],
    [
      "project_id: p\nconnections:\n  - id: a\n    kind: basic\n    timeline:\n      - { at: 4, state: X }",
      /^s\.yaml:6:15 connections\.0\.timeline\.0\.at: .*string/,
    ],
    [`${minimal}faults: [{ at: soon }]`, /^s\.yaml:3:16 faults\.0\.at: needs a number and a unit/],
    [`${minimal}faults: [{ status: 99 }]`, /^s\.yaml:3:20 faults\.0\.status: .*200/],
    ["project_id: p\nconnections: [{ id: a, kind: odd }]", /^s\.yaml:2:30 connections\.0\.kind: /],
    ["project_id: p\nproject_id: q\nconnections: []", /^s\.yaml:2:1 .*unique/],
    ["project_id: !odd p\nconnections: []", /^s\.yaml:1:13 .*tag/],
    ["[", /^s\.yaml:1:2 /],
    ["", /^s\.yaml:1:1 scenario: .*object/],
  ])("%j is a mistake that names its place", (text, expected) => {
    expect(() => parseScenario(text, "s.yaml")).toThrow(expected);
    expect(() => parseScenario(text, "s.yaml")).toThrow(UserError);
  });

  test("all its mistakes are told at once", () => {
    expect(() => parseScenario("speed: 2\nconnections: []\npace: 3", "s.yaml")).toThrow(
      /project_id: .*\n.*speed: .*\n.*pace: /,
    );
  });
});
