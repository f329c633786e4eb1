import { expect, test } from "vitest";
import { compareTold } from "../../src/core/difference.ts";
import type { Mute } from "../../src/core/mute.ts";
import { startRehearsal } from "../../src/core/rehearsal.ts";
import type { Route } from "../../src/core/route.ts";
import type { Rules } from "../../src/core/rules.ts";
import type { ObservationRun } from "../../src/core/run.ts";
import { queueIs, runOf } from "../support/histories.ts";
import { defaultPolicy, rulesTo } from "../support/rules.ts";
import { lineOf } from "../support/timeline.ts";

const minute = 60_000;
const all = { patterns: {}, labels: {} };
const problems = { patterns: { severity: ["warning", "critical"] }, labels: {} };

/** Everything goes to `oncall`, but for what is said otherwise. */
function rules(
  changed: Partial<Rules["dispatching"]> & {
    readonly settings?: object;
    readonly routes?: readonly Route[];
  } = {},
): Rules {
  const { settings, ...more } = changed;
  return rulesTo(["oncall", "hook"], {
    routes: [{ match: all, notify: ["oncall"] }],
    ...more,
    settings: { ...defaultPolicy, ...settings },
  });
}

/** A queue of `a` is ACTIVE for ten minutes, FAILED for five, ACTIVE for ten, FAILED for an hour, ACTIVE again. */
const history = [
  runOf("a", queueIs("ACTIVE"), { firstAt: 0, polls: 10 }),
  runOf("a", queueIs("FAILED", "no router"), { firstAt: 10, polls: 5 }),
  runOf("a", queueIs("ACTIVE"), { firstAt: 15, polls: 10 }),
  runOf("a", queueIs("FAILED", "no router"), { firstAt: 25, polls: 60 }),
  runOf("a", queueIs("ACTIVE"), { firstAt: 85, polls: 10 }),
];

/** The differences, a line each: when it is told (in minutes), to whom, how, what, and why. */
function compare(before: Rules, after: Rules, runs: readonly ObservationRun[] = history) {
  const comparison = compareTold();
  const connections = [{ id: "a", labels: {} }];
  const [one, other] = (
    [
      [before, comparison.before],
      [after, comparison.after],
    ] as const
  ).map(([given, listener]) =>
    startRehearsal(given, {
      installation: "test",
      projects: [{ name: "prod", project_id: "0", connections }],
      ...listener,
    }),
  );
  for (const run of runs) {
    one?.take(run);
    other?.take(run);
  }
  one?.end();
  other?.end();
  const signs = { gained: "+", lost: "-", changed: "~" };
  return comparison
    .differences()
    .map(
      ({ change, told: { at, notifier, event }, why }) =>
        `${at / minute} ${signs[change]} ${notifier} ${lineOf(event)}: ${why}`,
    );
}

const muting: Mute = {
  id: "patching",
  name: "patching",
  covers: ({ type }) => type !== "dli-watch.mute_summary",
  until: (now) => (now < 20 * minute ? 20 * minute : undefined),
};

const to = (...notify: readonly string[]) => ({ match: all, notify });

test.each<readonly [string, Rules, readonly string[]]>([
  ["the same rules", rules(), []],
  [
    "another notifier",
    rules({ routes: [{ match: problems, notify: ["hook"] }] }),
    [
      "10 - oncall !!transition etl ACTIVE>FAILED: noticed, but not for oncall",
      "10 + hook !!transition etl ACTIVE>FAILED: route 1",
      "15 - oncall recovery etl FAILED>ACTIVE: noticed, but not for oncall",
      "15 + hook recovery etl FAILED>ACTIVE: was told of the problem",
      "25 - oncall !!transition etl ACTIVE>FAILED: noticed, but not for oncall",
      "25 + hook !!transition etl ACTIVE>FAILED: route 1",
      "85 - oncall recovery etl FAILED>ACTIVE: noticed, but not for oncall",
      "85 + hook recovery etl FAILED>ACTIVE: was told of the problem",
    ],
  ],
  [
    "a delay",
    rules({ routes: [{ ...to("oncall"), delayMs: 7 * minute }] }),
    [
      "10 - oncall !!transition etl ACTIVE>FAILED: Over within its delay.",
      "15 - oncall recovery etl FAILED>ACTIVE: Its problem was over within its delay.",
      "32 ~ oncall !!transition etl ACTIVE>FAILED: 7m later (route 1; delayed 7m)",
    ],
  ],
  [
    "a digest",
    rules({ routes: [{ ...to("oncall"), digest: { afterMs: 30 * minute } }] }),
    [
      "40 ~ oncall !!transition etl ACTIVE>FAILED: 30m later, in a digest (route 1; digest in 30m)",
      "40 ~ oncall recovery etl FAILED>ACTIVE: 25m later, in a digest (route 1; with what waits of its incident, in 25m)",
      "40 ~ oncall !!transition etl ACTIVE>FAILED: 15m later, in a digest (route 1; digest in 15m)",
      "115 ~ oncall recovery etl FAILED>ACTIVE: 30m later, in a digest (route 1; digest in 30m)",
    ],
  ],
  [
    "a mute",
    rules({ mutes: [muting] }),
    [
      "10 - oncall !!transition etl ACTIVE>FAILED: Muted: patching.",
      "15 - oncall recovery etl FAILED>ACTIVE: noticed, but not for oncall",
      "20 + oncall mute_summary patching []: named by the notice; not noticed before",
    ],
  ],
  [
    "a confirmation",
    rules({ settings: { confirm: { other: 1, gone: 2, states: { FAILED: 6 } } } }),
    [
      "10 - oncall !!transition etl ACTIVE>FAILED: not noticed",
      "15 - oncall recovery etl FAILED>ACTIVE: not noticed",
      "30 ~ oncall !!transition etl ACTIVE>FAILED: 5m later, in other words",
    ],
  ],
  [
    "a hint",
    {
      ...rules(),
      explain: ({ to }) => (to === "FAILED" ? { cause: "c", action: "a" } : undefined),
    },
    [
      "10 ~ oncall !!transition etl ACTIVE>FAILED: with another hint",
      "25 ~ oncall !!transition etl ACTIVE>FAILED: with another hint",
    ],
  ],
  [
    "reminders",
    rules({
      routes: [{ ...to("oncall"), remind: { firstMs: 25 * minute, factor: 1, maxMs: 1e9 } }],
    }),
    [
      "50 + oncall !!reminder etl >FAILED: route 1; not noticed before",
      "75 + oncall !!reminder etl >FAILED: route 1; not noticed before",
    ],
  ],
  [
    "flapping",
    rules({ settings: { flapping: { changes: 3, withinMs: 60 * minute } } }),
    [
      "25 + oncall !flapping etl ACTIVE>FAILED: route 1; not noticed before",
      "75 ~ oncall !!transition etl ACTIVE>FAILED: 50m later, in other words",
    ],
  ],
])("told by %s", (_, after, differences) => {
  expect(compare(rules(), after)).toEqual(differences);
  const turned = compare(after, rules());
  expect(turned).toHaveLength(differences.length);
});

test("what a mute withheld before is gained", () => {
  expect(compare(rules({ mutes: [muting] }), rules())).toEqual([
    "10 + oncall !!transition etl ACTIVE>FAILED: route 1; before: Muted: patching.",
    "15 + oncall recovery etl FAILED>ACTIVE: route 1",
    "20 - oncall mute_summary patching []: not noticed",
  ]);
});

test("notices of the same that are more than a day apart are two", () => {
  const long = [
    runOf("a", queueIs("ACTIVE"), { firstAt: 0, polls: 10 }),
    runOf("a", queueIs("FAILED"), { firstAt: 10, polls: 3_000 }),
  ];
  const confirming = (polls: number) =>
    rules({ settings: { confirm: { other: 1, gone: 2, states: { FAILED: polls } } } });
  expect(compare(rules(), confirming(1_441), long)).toEqual([
    "1450 ~ oncall !!transition etl ACTIVE>FAILED: 1d later",
  ]);
  expect(compare(rules(), confirming(1_442), long)).toEqual([
    "10 - oncall !!transition etl ACTIVE>FAILED: not noticed",
    "1451 + oncall !!transition etl ACTIVE>FAILED: route 1; not noticed before",
  ]);
});
