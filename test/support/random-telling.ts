import fc from "fast-check";
import type { Observation } from "../../src/core/model.ts";
import { snapshot } from "./snapshots.ts";
import { queues, type Telling } from "./telling.ts";
import { absent, failed, seen } from "./timeline.ts";

const match = fc.constantFrom<object>(
  {},
  { severity: "critical" },
  { severity: ["warning", "critical"] },
  { to: "FAILED" },
  { to: "CREATING" },
  { name: "etl" },
  { resource: "queue" },
  { type: ["stuck", "unreachable"] },
  { "labels.team": "team-of-a" },
  { not: { name: "bi" } },
);

/** A route to platforms that keep incidents themselves collects nothing. */
const route = fc
  .record(
    {
      match,
      notify: fc.subarray(["oncall", "screen", "pager"], { minLength: 1 }),
      delay: fc.constantFrom("2m", "30m"),
      digest: fc.constantFrom("15m", "0 * * * *", "0 9 * * *"),
      remind: fc.constantFrom<unknown>("10m", { first: "5m", factor: 2, max: "1h" }),
    },
    { requiredKeys: ["match", "notify"] },
  )
  .map(({ digest, ...route }) =>
    digest !== undefined && !route.notify.includes("pager") ? { ...route, digest } : route,
  );

/** Each is off at some time of every day. */
const mutes = fc
  .array(
    fc.record({
      match,
      cron: fc.constantFrom("5 2 * * *", "*/20 2 * * *", "0 3,15 * * *"),
      for: fc.constantFrom("3m", "1h", "3h"),
    }),
    { maxLength: 3 },
  )
  .map((all) => all.map((mute, index) => ({ ...mute, name: `mute ${index}` })));

/** What any operator might want to be told, by three notifiers. */
export const anyTelling: fc.Arbitrary<Telling> = fc.record({
  notifiers: fc.constant({
    oncall: { type: "plain" },
    screen: { type: "plain" },
    pager: { type: "pager" },
  } as const),
  routes: fc.array(route, { maxLength: 4 }),
  unrouted: fc.constantFrom("notify", "drop"),
  mutes,
  policy: fc.record({
    storm: fc.constantFrom<unknown>(false, { over: 1, within: "1m" }, { over: 2, within: "5m" }),
    flapping: fc.constantFrom<unknown>(false, { changes: 3, within: "10m" }),
    stuck: fc.constant({ CREATING: "5m" }),
    confirm: fc.constantFrom(1, 2),
  }),
});

/** A poll, so many minutes after the one before. */
export interface LaterPoll {
  readonly connection: "a" | "b";
  readonly observation: Observation;
  readonly minutes: number;
}

/** Polls of two connections with two queues each. */
export const anyPolls: fc.Arbitrary<readonly LaterPoll[]> = fc.array(
  fc.record({
    connection: fc.constantFrom("a", "b"),
    minutes: fc.constantFrom(0, 1, 1, 1, 3, 20, 200),
    observation: fc.constantFrom<Observation>(
      queues({ etl: "ACTIVE", bi: "ACTIVE" }),
      queues({ etl: "FAILED", bi: "ACTIVE" }),
      queues({ etl: "FAILED", bi: "FAILED" }),
      queues({ etl: "CREATING", bi: "FAILED: quota" }),
      queues({ etl: "FROZEN", bi: "CREATING" }),
      queues({ etl: "ACTIVE" }),
      queues({}),
      seen(snapshot({ state: "FAILED" })),
      failed(),
      failed(),
      absent,
    ),
  }),
  { maxLength: 50 },
);
