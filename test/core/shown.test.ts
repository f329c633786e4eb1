import { expect, test } from "vitest";
import type { Blindness, ConnectionMemory } from "../../src/core/memory.ts";
import { isShownOtherwise } from "../../src/core/shown.ts";

const blindness: Blindness = {
  polls: 3,
  episode: 0,
  since: 1_000,
  begunAt: 2_000,
  cause: "server",
  message: "dli.example.com answered 502 (request id 8f14e45f-ceea-467f-a6f5-0c1a2b3c4d5e)",
};
const memory: ConnectionMemory = {
  connection: { since: 1_000 },
  bindings: {},
  pending: {},
  seenAt: 5_000,
  blindness,
};

test.each<[string, Partial<ConnectionMemory>]>([
  ["it was seen once more", { seenAt: 6_000 }],
  ["one more poll failed", { blindness: { ...blindness, polls: 4 } }],
  [
    "another request failed alike",
    { blindness: { ...blindness, message: blindness.message.replaceAll("8f", "9a") } },
  ],
])("nobody sees that %s", (_, changed) => {
  expect(isShownOtherwise(memory, { ...memory, ...changed })).toBe(false);
});

test.each<[string, Partial<ConnectionMemory>]>([
  ["a state since another time", { connection: { since: 1_001 } }],
  ["a binding", { bindings: { "queue etl": { since: 1_000 } } }],
  ["another cause", { blindness: { ...blindness, cause: "network" } }],
  ["another reason", { blindness: { ...blindness, message: "socket hang up" } }],
  ["another beginning", { blindness: { ...blindness, since: 2_000 } }],
])("people see %s", (_, changed) => {
  expect(isShownOtherwise(memory, { ...memory, ...changed })).toBe(true);
});

test("people see what was not known before, and that it is seen again", () => {
  const { blindness: over, ...seen } = memory;
  expect(isShownOtherwise(undefined, memory)).toBe(true);
  expect(isShownOtherwise(memory, seen)).toBe(true);
});
