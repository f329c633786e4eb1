import { expect, test } from "vitest";
import { listMutes } from "../../src/core/mute-list.ts";

const now = Date.UTC(2026, 10, 24, 12);
const hour = 3_600_000;
const match = { patterns: { project: "prod" }, labels: {} } as const;
const cron = { cron: "0 0 * * *", timezone: "UTC" };

test("those given by hand that are on come first, then the planned ones, on or not", () => {
  const byHand = [
    { id: "m1", match, why: "moving the VPC", createdAt: now - hour, until: now + hour },
    { id: "m2", match, why: "over", createdAt: now - hour, until: now },
  ];
  const planned = ["on", "off", "never"].map((name) => ({
    name,
    match: { patterns: {}, labels: {} },
    cron: { ...cron, cron: name },
    forMs: hour,
  }));
  const starts = new Map([
    ["on", now - hour / 2],
    ["off", now + hour],
  ]);
  const nextTime = ({ cron: name }: { readonly cron: string }, after: number) => {
    const at = starts.get(name);
    return at !== undefined && at > after ? at : undefined;
  };
  const common = { id: undefined, match: "", on: false, until: undefined, from: undefined };
  expect(listMutes({ byHand, planned, nextTime, now })).toEqual([
    {
      ...common,
      id: "m1",
      name: "moving the VPC",
      match: "project prod",
      on: true,
      until: "2026-11-24T13:00:00.000Z",
    },
    { ...common, name: "on", on: true, until: "2026-11-24T12:30:00.000Z" },
    { ...common, name: "off", from: "2026-11-24T13:00:00.000Z" },
    { ...common, name: "never" },
  ]);
});
