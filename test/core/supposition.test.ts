import { describe, expect, test } from "vitest";
import { explainNotice } from "../../src/core/explanation.ts";
import type { ConnectionMemory } from "../../src/core/memory.ts";
import { plannedMute, type Withheld } from "../../src/core/mute.ts";
import type { PolicySettings } from "../../src/core/policy.ts";
import type { ReplayMemory } from "../../src/core/replay.ts";
import type { Route } from "../../src/core/route.ts";
import type { Step } from "../../src/core/steps.ts";
import { supposedSteps } from "../../src/core/supposed-steps.ts";
import { type Present, type Supposition, suppose } from "../../src/core/supposition.ts";
import { lineOf as noticeLine } from "../support/installation.ts";
import { numbering } from "../support/numbering.ts";
import { defaultPolicy, rulesTo } from "../support/rules.ts";
import { queue, snapshot, withQueues } from "../support/snapshots.ts";
import { at, failed, type Step as Poll, playOut, seen } from "../support/timeline.ts";

const minute = 60_000;
const etl = (state: string, errMsg = "") => seen(withQueues(queue("etl", { state, errMsg })));
const active = etl("ACTIVE");
const broken = etl("FAILED", "no router");
const wanted = { type: "queue", name: "etl" } as const;
const all = { patterns: {}, labels: {} };

interface Situation {
  /** What was polled before, a minute apart; in the end it is `now`. */
  readonly polls: readonly Poll[];
  readonly routes?: readonly Route[];
  readonly policy?: Partial<PolicySettings>;
  /** A mute is on that covers all; it has withheld every incident that is open. */
  readonly mute?: true;
  /** It is about the connection itself, not its queue. */
  readonly ofConnection?: true;
  readonly suppose: Partial<Supposition> & Pick<Supposition, "to">;
}

/** What is supposed in a situation, as lines: the steps, and each notice with what `all` is told. */
function supposed({ polls, routes = [], policy, suppose: wish, ...more }: Situation) {
  const settings = { ...defaultPolicy, ...policy };
  const now = polls.length * minute;
  const played = playOut(polls, { routes, policy: settings });
  const memory: ReplayMemory = {
    connections: { prod: played.memories },
    projects: { prod: played.project },
    lanes: {},
    held: [],
    events: {},
    withheld: more.mute ? { patching: withheldIn(played.memories) } : {},
    now,
  };
  const connection = { id: "a", labels: {}, kind: "auto", schedule } as const;
  const project = { name: "prod", project_id: "p", connections: [connection] };
  const cron = { cron: "", timezone: "UTC" };
  const patching = plannedMute({ name: "patching", match: all, cron, forMs: minute }, () => now);
  const rules = rulesTo(["all"], { settings, routes, mutes: more.mute ? [patching] : [] });
  const present: Present = {
    installation: "dli-watch",
    projects: [project],
    memory,
    numbering: numbering(),
    history: played.announced.flat().map(({ event }) => event),
    beforeMs: 5 * minute,
    now,
  };
  const before = JSON.stringify(memory);
  const binding = more.ofConnection ? {} : { binding: wanted };
  const supposition = { project, connection, ...binding, at: now, ...wish };
  const found = suppose(rules, supposition, present);
  expect(JSON.stringify(memory)).toBe(before);

  const show = (time: number) => `${time / minute}m`;
  const routing = { routes, unrouted: "drop", notifiers: ["all"] } as const;
  const notices = found.notices.map((notice) => {
    const { notifiers } = explainNotice(notice, { routing, show });
    const [steps = []] = notifiers.map((one) => one.steps);
    const told = steps.at(-1);
    expect(steps.some(({ step }) => step === "configuration")).toBe(false);
    return `${noticeLine(notice.event)}: ${told?.verdict}, ${told?.why}`;
  });
  return {
    steps: supposedSteps(supposition, found, { settings, show }).slice(1).map(lineOf),
    notices,
  };
}

function withheldIn(memories: Readonly<Record<string, ConnectionMemory>>): Withheld {
  const resources = Object.values(memories).flatMap(({ bindings }) => Object.values(bindings));
  const incidents = resources.flatMap(({ incident }) => incident?.id ?? []);
  return { notifiers: { all: { notices: 1, incidents } } };
}

const schedule = { everyMs: minute, jitter: 0 };
const lineOf = ({ step, verdict, why }: Step) => `${step} ${verdict}: ${why}`;
const reachable = "reachable yes: It can be read.";
const once = "confirmed counts: One poll is enough (policy.confirm).";
const flaps = (changes: number) =>
  `flapping no: ${changes} of 6 changes within 30m (policy.flapping).`;
const opens = "incident opens: It is a problem.";
const changing = [active, broken, active, broken, active, broken];

describe("what would be told", () => {
  test.each<[string, Situation, ReturnType<typeof supposed>]>([
    [
      "a queue that fails",
      { polls: [active], suppose: { to: "FAILED" } },
      {
        steps: [reachable, "recorded yes: ACTIVE since 1m.", once, flaps(1), opens],
        notices: ["transition queue etl ACTIVE>FAILED: waiting, Due at 1m."],
      },
    ],
    [
      "several polls must agree",
      {
        polls: [active],
        policy: { confirm: { other: 1, gone: 2, states: { FAILED: 3 } } },
        suppose: { to: "FAILED" },
      },
      {
        steps: [
          reachable,
          "recorded yes: ACTIVE since 1m.",
          "confirmed counts: 3 polls that agree are enough (policy.confirm).",
          ...[flaps(1), opens],
        ],
        notices: ["transition queue etl ACTIVE>FAILED: waiting, Due at 1m."],
      },
    ],
    [
      "what is so already",
      { polls: [active, broken], suppose: { to: "failed" } },
      {
        steps: [
          reachable,
          "recorded yes: FAILED since 2m.",
          "confirmed nothing: It is FAILED already.",
        ],
        notices: [],
      },
    ],
    [
      "the end of an open incident, muted",
      { polls: [active, broken], mute: true, suppose: { to: "ACTIVE" } },
      {
        steps: [
          reachable,
          "recorded yes: FAILED since 2m.",
          ...[once, flaps(2)],
          expect.stringMatching(/^incident ends: Incident \S+, since 2m; told: all\.$/),
        ],
        notices: ["recovery queue etl FAILED>ACTIVE: waiting, Due at 2m."],
      },
    ],
    [
      "the end of what a mute has withheld",
      {
        polls: [active, broken],
        routes: [{ match: { patterns: { to: "DELETED" }, labels: {} }, notify: ["all"] }],
        mute: true,
        suppose: { to: "ACTIVE" },
      },
      {
        steps: [
          reachable,
          "recorded yes: FAILED since 2m.",
          ...[once, flaps(2)],
          expect.stringMatching(/^incident ends: Incident \S+, since 2m; told: nobody\.$/),
        ],
        notices: ["recovery queue etl FAILED>ACTIVE: not told, There is no delivery."],
      },
    ],
    [
      "a problem, muted",
      { polls: [active], mute: true, suppose: { to: "FAILED" } },
      {
        steps: [reachable, "recorded yes: ACTIVE since 1m.", once, flaps(1), opens],
        notices: ["transition queue etl ACTIVE>FAILED: closed, At 1m: Muted: patching."],
      },
    ],
    [
      "once too often",
      { polls: changing, suppose: { to: "ACTIVE" } },
      {
        steps: [
          reachable,
          "recorded yes: FAILED since 6m.",
          once,
          "flapping yes: The state has changed 6 times since 2m.",
          expect.stringMatching(/^incident goes on: Incident \S+, since 6m; told: all\.$/),
        ],
        notices: ["flapping queue etl FAILED>ACTIVE: waiting, Due at 6m."],
      },
    ],
    [
      "within flapping",
      { polls: [...changing, active], suppose: { to: "FAILED" } },
      {
        steps: [
          reachable,
          "recorded yes: ACTIVE since 7m.",
          once,
          "flapping yes: The state has changed 7 times since 2m.",
          expect.stringMatching(/^incident goes on/),
        ],
        notices: ["transition queue etl ACTIVE>FAILED: not told, There is no delivery."],
      },
    ],
    [
      "when flapping is over",
      { polls: [...changing, active], suppose: { to: "FAILED", at: 120 * minute } },
      {
        steps: [reachable, "recorded yes: ACTIVE since 7m.", once, flaps(1), opens],
        notices: ["transition queue etl ACTIVE>FAILED: waiting, Due at 120m."],
      },
    ],
    [
      "a connection never seen",
      { polls: [], suppose: { to: "FAILED" } },
      {
        steps: [
          reachable,
          "recorded nothing: It is not on record.",
          "first sight counts: policy.first_sight is failed.",
          once,
          "flapping no: 0 of 6 changes within 30m (policy.flapping).",
          opens,
        ],
        notices: ["appeared queue etl >FAILED: waiting, Due at 0m."],
      },
    ],
    [
      "a connection never seen, of which nothing is to be told",
      { polls: [], policy: { firstSight: "none", flapping: false }, suppose: { to: "FAILED" } },
      {
        steps: [
          reachable,
          "recorded nothing: It is not on record.",
          "first sight nothing: policy.first_sight is none.",
          once,
          "flapping no: policy.flapping is false.",
          "incident nothing: It is no problem.",
        ],
        notices: [],
      },
    ],
    [
      "while the project cannot be reached",
      { polls: [active, failed(), failed(), failed()], suppose: { to: "FAILED" } },
      {
        steps: [
          "reachable no: The project has been unreachable since 4m: nothing is seen until it can be reached. What follows holds then.",
          "recorded yes: ACTIVE since 1m.",
          ...[once, flaps(1), opens],
        ],
        notices: ["transition queue etl ACTIVE>FAILED: waiting, Due at 4m."],
      },
    ],
    [
      "from another state than that on record, its delay over",
      {
        polls: [active],
        routes: [{ match: all, notify: ["all"], delayMs: 5 * minute }],
        suppose: { from: "FAILED", to: "ACTIVE" },
      },
      {
        steps: [
          reachable,
          "recorded yes: FAILED since -4m.",
          ...[once, flaps(2)],
          expect.stringMatching(/^incident ends: Incident \S+, since -4m; told: all\.$/),
        ],
        notices: ["recovery queue etl FAILED>ACTIVE: waiting, Due at 1m."],
      },
    ],
    [
      "a queue that is bound anew",
      { polls: [active], suppose: { binding: { type: "queue", name: "new" }, to: "CREATING" } },
      {
        steps: [
          reachable,
          "recorded nothing: It is not on record.",
          ...[once, "flapping no: 0 of 6 changes within 30m (policy.flapping)."],
          "incident nothing: It is no problem.",
        ],
        notices: ["appeared queue new >CREATING: waiting, Due at 1m."],
      },
    ],
    [
      "a queue that is bound no more",
      { polls: [active], suppose: { to: "GONE" } },
      {
        steps: [
          reachable,
          "recorded yes: ACTIVE since 1m.",
          "confirmed counts: 2 polls that agree are enough (policy.confirm).",
          "flapping no: 0 of 6 changes within 30m (policy.flapping).",
          "incident nothing: It is no problem.",
        ],
        notices: ["disappeared queue etl ACTIVE>: waiting, Due at 1m."],
      },
    ],
  ])("%s", (_, situation, expected) => {
    expect(supposed(situation)).toEqual(expected);
  });

  test("a connection that is gone takes the incidents of its bindings with it", () => {
    const { notices } = supposed({
      polls: [active, broken],
      ofConnection: true,
      suppose: { to: "gone" },
    });
    expect(notices).toEqual([
      "transition connection op ACTIVE>DELETED: waiting, Due at 2m.",
      "disappeared queue etl FAILED>: waiting, Due at 2m.",
    ]);
  });

  test("what is due by then is told before", () => {
    const polls = [at("1m", seen(snapshot({ state: "CREATING" })))];
    const { notices } = supposed({ polls, suppose: { to: "FAILED", at: 60 * minute } });
    expect(notices).toEqual(["appeared queue etl >FAILED: waiting, Due at 60m."]);
  });
});
