import fc from "fast-check";
import type { Observation, Snapshot } from "../../src/core/model.ts";
import type { Mute } from "../../src/core/mute.ts";
import type { Rules } from "../../src/core/rules.ts";
import type { ObservationRun } from "../../src/core/run.ts";
import { defaultPolicy, rulesTo } from "./rules.ts";
import { absent, failed, seen } from "./timeline.ts";

const minute = 60_000;

/** A basic connection with a queue in this state, or without one. */
export function queueIs(queue: string, errMsg = "", state = "ACTIVE"): Observation {
  const row = { type: "queue", name: "etl", peerId: "p", state: queue, errMsg } as const;
  const snapshot: Snapshot = {
    kind: "basic",
    id: "x",
    state,
    errMsg: "",
    attributes: { name: "x" },
    bindings: { queue: queue === "" ? [] : [row], pool: null },
  };
  return seen(snapshot);
}

/** A run of polls of a connection of `prod`, one a minute from `firstAt` (minutes) on. */
export function runOf(
  connection: string,
  observation: Observation,
  { firstAt, polls }: { readonly firstAt: number; readonly polls: number },
): ObservationRun {
  const [from, to] = [firstAt * minute, (firstAt + polls - 1) * minute];
  return { project: "prod", connection, firstAt: from, lastAt: to, polls, observation };
}

const anyObservation = fc.constantFrom(
  queueIs("ACTIVE"),
  queueIs("ACTIVE"),
  queueIs("CREATING"),
  queueIs("FAILED", "no router"),
  queueIs("FAILED", "no subnet"),
  queueIs("", "", "CREATING"),
  queueIs("ACTIVE", "", "FAILED"),
  queueIs("", "", "DELETED"),
  absent,
  failed("server"),
  failed("server"),
  failed("network"),
);

/** What one connection is found to be, for how many polls, and for how long it was not polled then. */
const anyStory = fc.record({
  everyMs: fc.constantFrom(minute, 1.5 * minute, 37_013, 10 * minute),
  startMs: fc.constantFrom(0, 0, 1, 20_000, 20 * minute),
  stays: fc.array(
    fc.record({
      observation: anyObservation,
      polls: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 40 })),
      pauseMs: fc.constantFrom(0, 0, 0, 7 * minute),
    }),
    { minLength: 1, maxLength: 8 },
  ),
});

type Story = typeof anyStory extends fc.Arbitrary<infer Value> ? Value : never;

function runsIn({ everyMs, startMs, stays }: Story, connection: string): readonly ObservationRun[] {
  let next = startMs;
  return stays.map(({ observation, polls, pauseMs }) => {
    const firstAt = next;
    const lastAt = firstAt + (polls - 1) * everyMs;
    next = lastAt + everyMs + pauseMs;
    return { project: "prod", connection, firstAt, lastAt, polls, observation };
  });
}

/** Up to four connections of `prod`, their runs in the order in which they begin. */
export const anyHistory: fc.Arbitrary<readonly ObservationRun[]> = fc
  .array(anyStory, { minLength: 1, maxLength: 4 })
  .map((stories) =>
    stories
      .flatMap((story, index) => runsIn(story, `c${index}`))
      .toSorted((one, other) => one.firstAt - other.firstAt),
  );

/** On for a quarter of every hour. */
const hourly: Mute = {
  id: "hourly",
  name: "hourly",
  covers: ({ data }) => data.resource.type !== "mute" && data.resource.type !== "notifier",
  until(now) {
    const start = now - (now % (60 * minute));
    return now - start < 15 * minute ? start + 15 * minute : undefined;
  },
};

const anyRoute = fc
  .record({
    severity: fc.constantFrom("*", "critical", "{warning,critical}"),
    notify: fc.constantFrom(["a"], ["b"], ["a", "pager"]),
    way: fc.constantFrom(
      {},
      { delayMs: 3 * minute },
      { digest: { afterMs: 9 * minute } },
      { digest: { cron: "every 25 minutes", timezone: "UTC" } },
    ),
    reminding: fc.constantFrom(
      {},
      { remind: { firstMs: 4 * minute, factor: 2, maxMs: 20 * minute } },
      { remind: { firstMs: 11 * minute, factor: 1, maxMs: 11 * minute } },
    ),
  })
  .map(({ severity, notify, way, reminding }) => {
    const match = { patterns: { severity }, labels: {} };
    return { match, notify, ...way, ...reminding };
  });

/** Of three notifiers, one of which is keyed: everything that time brings is brought within minutes. */
export const anyRules: fc.Arbitrary<Rules> = fc
  .record({
    settings: fc.record({
      confirm: fc.constantFrom(defaultPolicy.confirm, { other: 2, gone: 2, states: { FAILED: 3 } }),
      unreachableAfter: fc.constantFrom(1, 2, 3, 3),
      firstSight: fc.constantFrom("failed", "all", "none"),
      stuckAfterMs: fc.constantFrom({ CREATING: 5 * minute }, {}),
      flapping: fc.constantFrom({ changes: 2, withinMs: 20 * minute }, false as const),
    }),
    routes: fc.array(anyRoute, { maxLength: 3 }),
    mutes: fc.constantFrom([], [hourly]),
    storming: fc.constantFrom({}, { storm: { over: 3, withinMs: 5 * minute } }),
  })
  .map(({ storming, ...more }) =>
    rulesTo(["a", "b", "pager"], {
      ...more,
      ...storming,
      notifiers: ["a", "b", "pager"].map((name) => ({ name, keyed: name === "pager" })),
      nextTime: (_, after) => (Math.floor(after / (25 * minute)) + 1) * 25 * minute,
    }),
  );
