import { expect, test } from "vitest";
import type { ConnectionMemory } from "../../src/core/memory.ts";
import type { Snapshot } from "../../src/core/model.ts";
import { type Schedule, unusualIntervalMs } from "../../src/core/schedule.ts";
import { queue, snapshot, withQueues } from "../support/snapshots.ts";

const usual: Schedule = { everyMs: 60_000, jitter: 0 };
const eager: Schedule = { ...usual, whileChangingMs: 15_000 };
const cron: Schedule = { cron: "0 * * * *", timezone: "UTC" };

function memory(seen?: Snapshot, said: Partial<ConnectionMemory> = {}): ConnectionMemory {
  return {
    connection: { since: 0 },
    bindings: {},
    pending: {},
    ...(seen && { snapshot: seen }),
    ...said,
  };
}

const creating = withQueues(queue("etl"), queue("adhoc", { state: "CREATING" }));
const pending = { gone: { change: "gone", polls: 1, firstSight: false } };

test.each<
  [what: string, schedule: Schedule, memory: ConnectionMemory | undefined, ms: number | undefined]
>([
  ["never polled", eager, undefined, undefined],
  ["never seen", eager, memory(), undefined],
  ["all well", eager, memory(snapshot()), undefined],
  ["a binding in creation", eager, memory(creating), 15_000],
  ["the connection in creation", eager, memory(snapshot({ state: "CREATING" })), 15_000],
  ["something to be confirmed", eager, memory(snapshot(), { pending }), 15_000],
  ["in creation, and nothing said of that", usual, memory(creating), undefined],
  ["in creation, by cron", cron, memory(creating), undefined],
  ["gone", usual, memory(snapshot({ state: "DELETED" })), 3_600_000],
  ["gone, by cron", cron, memory(snapshot({ state: "DELETED" })), 3_600_000],
])("%s", (_, schedule, remembered, ms) => {
  expect(unusualIntervalMs(schedule, remembered)).toBe(ms);
});
