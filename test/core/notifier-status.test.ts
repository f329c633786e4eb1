import { expect, test } from "vitest";
import type { LaneMemory } from "../../src/core/memory.ts";
import { notifiersOf } from "../../src/core/notifier-status.ts";
import { restingLane } from "../../src/core/outbox.ts";
import { delivery, storedEvent } from "../support/store-samples.ts";

const now = Date.UTC(2026, 10, 24, 12);

test("each says how the telling goes, also one that is configured no more", () => {
  const failing = {
    id: "01KAPXZT4V6Y91",
    openedAt: now - 60_000,
    severity: "warning",
    told: [],
    error: "Slack answered 404: no_service",
    probes: 1,
  } as const;
  const memories = new Map<string, LaneMemory>([
    ["oncall", { failures: 3, resumeAt: now + 60_000, failing }],
    ["hook", { failures: 1, resumeAt: now - 1 }],
  ]);
  const waits = (createdAt: number, hold?: "delay") =>
    delivery(storedEvent(createdAt), { createdAt, ...(hold && { hold }) });
  const waiting = new Map([
    ["oncall", [waits(now - 9_000, "delay"), waits(now - 5_000), waits(now - 1_000)]],
    ["gone", [waits(now)]],
  ]);
  const configured = [
    { name: "oncall", type: "slack", fallback: "hook" },
    { name: "hook", type: "webhook" },
    { name: "screen", type: "console" },
  ];
  const lanes = {
    memory: (name: string) => memories.get(name) ?? restingLane,
    waiting: (name: string) => waiting.get(name) ?? [],
    awaited: () => [...waiting.keys()],
  };
  const deadLetters = new Map([["hook", 2]]);
  const idle = {
    fallback: undefined,
    state: "working",
    failing: undefined,
    resume_at: undefined,
    waiting: 0,
    waiting_since: undefined,
    held: 0,
    dead: 0,
  };
  expect(notifiersOf(configured, { lanes, deadLetters, now })).toEqual([
    {
      name: "oncall",
      type: "slack",
      fallback: "hook",
      state: "failing",
      failing: {
        since: "2026-11-24T11:59:00.000Z",
        incident: failing.id,
        error: failing.error,
      },
      resume_at: "2026-11-24T12:01:00.000Z",
      waiting: 2,
      waiting_since: "2026-11-24T11:59:55.000Z",
      held: 1,
      dead: 0,
    },
    { ...idle, name: "hook", type: "webhook", state: "retrying", dead: 2 },
    { ...idle, name: "screen", type: "console" },
    {
      ...idle,
      name: "gone",
      type: undefined,
      waiting: 1,
      waiting_since: "2026-11-24T12:00:00.000Z",
    },
  ]);
});
