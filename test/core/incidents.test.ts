import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import type { Observation, Snapshot } from "../../src/core/model.ts";
import type { AddressedEvent } from "../../src/core/notice.ts";
import type { Matcher, Route } from "../../src/core/route.ts";
import { queue, snapshot, withQueues } from "../support/snapshots.ts";
import {
  absent,
  at,
  failed,
  lines,
  type Played,
  play,
  playOut,
  type Step,
  seen,
  type Timeline,
  testTimelines,
} from "../support/timeline.ts";

const minute = 60_000;
const hour = 60 * minute;

const etl = (state: string, errMsg = "") => seen(withQueues(queue("etl", { state, errMsg })));
const active = etl("ACTIVE");
const creating = etl("CREATING");
const broken = etl("FAILED", "no router");
const unbound = seen(withQueues());
const connectionIs = (state: string, said: Partial<Snapshot> = {}) =>
  seen(snapshot({ state, ...said }));

const everything: Matcher = { patterns: {}, labels: {} };
const reminding = (remind: Partial<Route["remind"]>, more: Partial<Route> = {}): Route => ({
  match: everything,
  notify: ["oncall"],
  remind: { firstMs: hour, factor: 1, maxMs: 24 * hour, ...remind },
  ...more,
});
const hourly = [reminding({})];

const never = { stuckAfterMs: {}, flapping: false } as const;

/** ACTIVE, then FAILED and ACTIVE in turn: the sixth change is one too many. */
const tooManyChanges: Timeline["steps"] = [
  [active],
  [broken, "!!transition etl ACTIVE>FAILED"],
  [active, "recovery etl FAILED>ACTIVE"],
  [broken, "!!transition etl ACTIVE>FAILED"],
  [active, "recovery etl FAILED>ACTIVE"],
  [broken, "!!transition etl ACTIVE>FAILED"],
  [active, "!!flapping etl FAILED>ACTIVE"],
];

describe("stuck", () => {
  testTimelines([
    {
      name: "a queue that stays in CREATING is told once, and that it is not any more",
      steps: [
        [active],
        [creating, "transition etl ACTIVE>CREATING"],
        [at("15m", creating)],
        [at("16m", creating)],
        [at("17m", creating), "!stuck etl >CREATING"],
        [at("18m", creating)],
        [at("5h", creating)],
        [at("6h", active), "unstuck etl CREATING>ACTIVE"],
      ],
    },
    {
      name: "what is there in CREATING at first sight is stuck from then on",
      steps: [
        [creating],
        [at("15m", creating)],
        [at("16m", creating), "!stuck etl >CREATING"],
        [at("17m", unbound)],
        [at("18m", unbound), "!disappeared etl CREATING>"],
      ],
    },
    {
      name: "a state in other letters is the same",
      steps: [[etl("creating")], [at("16m", etl("Creating")), "!stuck etl >Creating"]],
    },
    {
      name: "a stuck queue that fails is the same incident, and recovers",
      steps: [
        [creating],
        [at("16m", creating), "!stuck etl >CREATING"],
        [at("20m", broken), "!!transition etl CREATING>FAILED"],
        [at("21m", active), "recovery etl FAILED>ACTIVE"],
      ],
    },
    {
      name: "a FAILED queue that is bound again and stays in CREATING is stuck inside its incident",
      steps: [
        [broken, "!!appeared etl >FAILED"],
        [creating, "transition etl FAILED>CREATING"],
        [at("17m", creating), "!stuck etl >CREATING"],
        [at("18m", active), "recovery etl CREATING>ACTIVE"],
      ],
    },
    {
      name: "each stay in a state is told",
      steps: [
        [creating],
        [at("16m", creating), "!stuck etl >CREATING"],
        [at("17m", active), "unstuck etl CREATING>ACTIVE"],
        [at("18m", creating), "transition etl ACTIVE>CREATING"],
        [at("32m", creating)],
        [at("33m", creating), "!stuck etl >CREATING"],
      ],
    },
    {
      name: "a connection whose creation makes progress is not stuck, its queue is",
      steps: [
        [connectionIs("CREATING", { process: 0, bindings: { queue: [], pool: [] } })],
        [at("10m", connectionIs("CREATING", { process: 0.2 }))],
        [at("20m", connectionIs("CREATING", { process: 0.3 }))],
        [at("22m", connectionIs("CREATING"))],
        [at("24m", connectionIs("CREATING", { process: 0.3 }))],
        [at("34m", connectionIs("CREATING", { process: 0.3 }))],
        [at("35m", connectionIs("CREATING", { process: 0.3 })), "!stuck connection >CREATING"],
        [at("60m", connectionIs("CREATING", { process: 0.4 }))],
        [at("61m", connectionIs("CREATING"))],
        [at("90m", connectionIs("CREATING", { process: 0.4 }))],
        [at("91m", connectionIs("ACTIVE")), "unstuck connection CREATING>ACTIVE"],
      ],
    },
    {
      name: "progress of the connection is none of its queue",
      steps: [0, 0.1, 0.2, 0.3].map((process, step) => [
        at(
          `${1 + step * 5}m`,
          seen({ ...withQueues(queue("etl", { state: "CREATING" })), process }),
        ),
        ...(step === 3 ? ["!stuck etl >CREATING"] : []),
      ]),
    },
    {
      name: "nothing is stuck while nothing is seen",
      steps: [
        [creating],
        [at("14m", failed())],
        [at("15m", failed())],
        [at("16m", failed()), "!unreachable prod server"],
        [at("40m", failed())],
        [at("50m", creating), "!stuck etl >CREATING", "reachable prod"],
      ],
    },
    {
      name: "what moved on while nothing was seen was not stuck",
      steps: [
        [creating],
        [at("15m", failed())],
        [at("40m", active), "transition etl CREATING>ACTIVE"],
      ],
    },
    {
      name: "a state that waits to be confirmed is not told as stuck",
      policy: { confirm: { other: 2, gone: 2, states: {} } },
      steps: [
        [creating],
        [at("2m", creating)],
        [at("16m", active)],
        [at("17m", active), "transition etl CREATING>ACTIVE"],
      ],
    },
    {
      name: "it counts from the first sight of the state, not from its confirmation",
      policy: { confirm: { other: 3, gone: 2, states: {} } },
      steps: [
        [creating],
        [at("10m", creating)],
        [at("15m", creating)],
        [at("16m", creating), "!stuck etl >CREATING"],
      ],
    },
    {
      name: "a connection that is absent, still to be confirmed, says nothing of its queues",
      steps: [
        [creating],
        [at("16m", absent)],
        [at("17m", absent), "!transition connection ACTIVE>DELETED"],
      ],
    },
    {
      name: "a connection that is gone ends what was stuck in it",
      steps: [
        [creating],
        [at("16m", creating), "!stuck etl >CREATING"],
        [at("17m", absent)],
        [at("18m", absent), "!transition connection ACTIVE>DELETED", "!disappeared etl CREATING>"],
        [at("60m", absent)],
      ],
    },
    {
      name: "other states have times of their own, and without any nothing is stuck",
      policy: { stuckAfterMs: { FROZEN: hour } },
      steps: [
        [creating],
        [at("50m", creating)],
        [at("51m", etl("Frozen")), "!transition etl CREATING>Frozen"],
        [at("110m", etl("Frozen"))],
        [at("111m", etl("Frozen")), "!stuck etl >Frozen"],
      ],
    },
    {
      name: "a policy that changes counts at the next poll, for what is there already",
      policy: { stuckAfterMs: {} },
      steps: [
        [creating],
        [at("40m", creating)],
        [
          at("41m", creating, { policy: { stuckAfterMs: { CREATING: minute } } }),
          "!stuck etl >CREATING",
        ],
      ],
    },
  ]);

  test("says for how long, and what to check", () => {
    const [, [stuck] = []] = play([creating, at("21m", creating)]);
    expect(stuck?.event.data.summary).toBe(
      "Queue etl of op is stuck in CREATING. It has been CREATING for 20m.",
    );
    expect(stuck?.event.data.hint?.cause).toContain("quota");
  });

  test("is the same incident from the warning through the failure to the recovery", () => {
    const told = play([creating, at("16m", creating), broken, active]).flat();
    expect(lines(told)).toEqual([
      "!stuck etl >CREATING",
      "!!transition etl CREATING>FAILED",
      "recovery etl FAILED>ACTIVE",
    ]);
    const [incident] = told.map(({ event }) => event.data.incident);
    expect(incident).toBeDefined();
    expect(told.map(({ event }) => event.data.incident)).toEqual([incident, incident, incident]);
  });
});

describe("flapping", () => {
  testTimelines([
    {
      name: "the sixth change in half an hour is told as flapping, the next ones are not, its end once",
      steps: [
        ...tooManyChanges,
        [broken, "(!!transition etl ACTIVE>FAILED)"],
        [active, "(transition etl FAILED>ACTIVE)"],
        [at("36m", active)],
        [at("37m", active), "recovery etl FAILED>ACTIVE"],
        [at("38m", active)],
        [at("40m", broken), "!!transition etl ACTIVE>FAILED"],
      ],
    },
    {
      name: "five changes are told one by one",
      steps: [...tooManyChanges.slice(0, -1), [at("60m", active), "recovery etl FAILED>ACTIVE"]],
    },
    {
      name: "six changes in more than half an hour are told one by one",
      steps: [...tooManyChanges.slice(0, -1), [at("32m", active), "recovery etl FAILED>ACTIVE"]],
    },
    {
      name: "what settles in FAILED is told as failed, in the same incident, and recovers",
      steps: [
        ...tooManyChanges,
        [broken, "(!!transition etl ACTIVE>FAILED)"],
        [at("36m", broken), "!!transition etl FAILED>FAILED"],
        [at("37m", broken)],
        [at("60m", active), "recovery etl FAILED>ACTIVE"],
      ],
    },
    {
      name: "what settles in CREATING is told so, may then be stuck, and recovers",
      steps: [
        ...tooManyChanges,
        [creating, "(transition etl ACTIVE>CREATING)"],
        [at("36m", creating), "transition etl FAILED>CREATING"],
        [at("50m", creating)],
        [at("51m", creating), "!stuck etl >CREATING"],
        [at("60m", active), "recovery etl CREATING>ACTIVE"],
      ],
    },
    {
      name: "an incident that was none opens with it",
      steps: [
        [active],
        [creating, "transition etl ACTIVE>CREATING"],
        [active, "transition etl CREATING>ACTIVE"],
        [creating, "transition etl ACTIVE>CREATING"],
        [active, "transition etl CREATING>ACTIVE"],
        [creating, "transition etl ACTIVE>CREATING"],
        [active, "!flapping etl CREATING>ACTIVE"],
        [broken, "(!!transition etl ACTIVE>FAILED)"],
        [at("50m", broken), "!!transition etl CREATING>FAILED"],
        [at("51m", active), "recovery etl FAILED>ACTIVE"],
      ],
    },
    {
      name: "it goes on while half as many changes stand in the time",
      steps: [
        ...tooManyChanges,
        [at("20m", broken), "(!!transition etl ACTIVE>FAILED)"],
        [at("33m", active), "(transition etl FAILED>ACTIVE)"],
        [at("36m", active)],
        [at("37m", active), "recovery etl FAILED>ACTIVE"],
      ],
    },
    {
      name: "reasons are recorded meanwhile, and told to nobody",
      steps: [
        ...tooManyChanges,
        [broken, "(!!transition etl ACTIVE>FAILED)"],
        [etl("FAILED", "quota"), "(!!detail etl FAILED>FAILED)"],
        [at("50m", etl("FAILED", "quota")), "!!transition etl FAILED>FAILED"],
        [at("51m", etl("FAILED", "peering")), "!!detail etl FAILED>FAILED"],
      ],
    },
    {
      name: "one that disappears flaps no more",
      steps: [
        ...tooManyChanges,
        [unbound],
        [unbound, "!disappeared etl ACTIVE>"],
        [active, "appeared etl >ACTIVE"],
        [broken, "!!transition etl ACTIVE>FAILED"],
      ],
    },
    {
      name: "a connection that is gone ends the flapping of its queues",
      steps: [
        ...tooManyChanges,
        [absent],
        [absent, "!transition connection ACTIVE>DELETED", "!disappeared etl ACTIVE>"],
        [at("60m", absent)],
      ],
    },
    {
      name: "a connection that flaps and is gone",
      policy: { flapping: { changes: 2, withinMs: hour } },
      steps: [
        [connectionIs("ACTIVE")],
        [connectionIs("CREATING"), "transition connection ACTIVE>CREATING"],
        [connectionIs("ACTIVE"), "!flapping connection CREATING>ACTIVE"],
        [absent],
        [absent, "!transition connection ACTIVE>DELETED"],
        [absent],
        [connectionIs("ACTIVE"), "transition connection DELETED>ACTIVE"],
      ],
    },
    {
      name: "nothing settles while nothing is seen",
      steps: [
        ...tooManyChanges,
        [at("30m", failed())],
        [at("35m", failed())],
        [at("40m", failed()), "!unreachable prod server"],
        [at("60m", failed())],
        [
          at("90m", broken),
          "(!!transition etl ACTIVE>FAILED)",
          "!!transition etl FAILED>FAILED",
          "reachable prod",
        ],
      ],
    },
    {
      name: "a change that waits to be confirmed settles nothing",
      policy: {
        confirm: { other: 1, gone: 2, states: { FAILED: 2 } },
        flapping: { changes: 2, withinMs: 10 * minute },
      },
      steps: [
        [active],
        [creating, "transition etl ACTIVE>CREATING"],
        [active, "!flapping etl CREATING>ACTIVE"],
        [at("13m", broken)],
        [at("14m", active), "recovery etl CREATING>ACTIVE"],
      ],
    },
    {
      name: "a policy without flapping ends it at the next poll",
      steps: [
        ...tooManyChanges,
        [at("8m", active, { policy: { flapping: false } }), "recovery etl FAILED>ACTIVE"],
        [broken, "!!transition etl ACTIVE>FAILED"],
      ],
    },
    {
      name: "without flapping everything is told one by one",
      policy: { flapping: false },
      steps: [
        ...tooManyChanges.slice(0, -1),
        [active, "recovery etl FAILED>ACTIVE"],
        [broken, "!!transition etl ACTIVE>FAILED"],
      ],
    },
    {
      name: "a stuck queue that begins to flap was more than stuck",
      policy: { flapping: { changes: 2, withinMs: hour } },
      steps: [
        [active],
        [creating, "transition etl ACTIVE>CREATING"],
        [at("17m", creating), "!stuck etl >CREATING"],
        [at("18m", etl("FROZEN")), "!flapping etl CREATING>FROZEN"],
        [at("79m", etl("FROZEN")), "!transition etl CREATING>FROZEN"],
        [at("80m", active), "recovery etl FROZEN>ACTIVE"],
      ],
    },
    {
      name: "queues flap each for itself",
      policy: { flapping: { changes: 2, withinMs: hour } },
      steps: [
        [seen(withQueues(queue("bi"), queue("etl")))],
        [
          seen(withQueues(queue("bi", { state: "CREATING" }), queue("etl"))),
          "transition bi ACTIVE>CREATING",
        ],
        [
          seen(withQueues(queue("bi"), queue("etl", { state: "CREATING" }))),
          "!flapping bi CREATING>ACTIVE",
          "transition etl ACTIVE>CREATING",
        ],
      ],
    },
  ]);

  test("says how often in how long, when it begins and when it is over", () => {
    const told = play([
      ...tooManyChanges.map(([step]) => step),
      broken,
      active,
      at("50m", active),
    ]).flat();
    const [begin, end] = told.filter(({ event }) => event.data.flapping);
    expect(begin?.event.data).toMatchObject({
      flapping: { changes: 6, since: "1970-01-01T00:02:00.000Z" },
      summary:
        "Queue etl of op keeps changing its state. It was FAILED for 1m. It has changed 6 times in 5m. It is ACTIVE now; further changes are told when it has settled.",
    });
    expect(end?.event.data).toMatchObject({
      flapping: { changes: 8, since: "1970-01-01T00:02:00.000Z" },
      summary: "Queue etl of op is ACTIVE again. It has changed 8 times in 7m.",
    });
    expect(end?.event.data).not.toHaveProperty("previous_for_ms");
  });
});

describe("reasons", () => {
  const because = (errMsg: string) => etl("FAILED", errMsg);
  testTimelines([
    {
      name: "two that alternate are told once each",
      steps: [
        [active],
        [because("A"), "!!transition etl ACTIVE>FAILED"],
        [because("B"), "!!detail etl FAILED>FAILED"],
        [because("A"), "(!!detail etl FAILED>FAILED)"],
        [because("B"), "(!!detail etl FAILED>FAILED)"],
        [because("C 17"), "!!detail etl FAILED>FAILED"],
        [because("C 18"), "(!!detail etl FAILED>FAILED)"],
      ],
    },
    {
      name: "FAILED again after CREATING is told with the same reason",
      steps: [
        [active],
        [because("A"), "!!transition etl ACTIVE>FAILED"],
        [creating, "transition etl FAILED>CREATING"],
        [because("A"), "!!transition etl CREATING>FAILED"],
        [because("B"), "!!detail etl FAILED>FAILED"],
        [because("A"), "(!!detail etl FAILED>FAILED)"],
      ],
    },
    {
      name: "the next incident tells them anew",
      steps: [
        [because("A"), "!!appeared etl >FAILED"],
        [because("B"), "!!detail etl FAILED>FAILED"],
        [active, "recovery etl FAILED>ACTIVE"],
        [because("A"), "!!transition etl ACTIVE>FAILED"],
        [because("B"), "!!detail etl FAILED>FAILED"],
      ],
    },
    {
      name: "without an incident each that differs from the one before is told",
      policy: { firstSight: "none" },
      steps: [
        [because("A")],
        [because("B"), "detail etl FAILED>FAILED"],
        [because("A"), "detail etl FAILED>FAILED"],
      ],
    },
  ]);

  test("are remembered shortly, twenty at most", () => {
    const steps = Array.from({ length: 40 }, (_, index) => because("x".repeat(index)));
    const { memories } = playOut(steps);
    const [etlMemory] = Object.values(memories["a"]?.bindings ?? {});
    expect(JSON.stringify(etlMemory?.incident?.reasons).length).toBeLessThan(300);
  });
});

describe("reminders", () => {
  testTimelines([
    {
      name: "come for as long as the incident is open, and never twice at a time",
      routes: hourly,
      steps: [
        [broken, "!!appeared etl >FAILED"],
        [at("60m", broken)],
        [at("61m", broken), "!!reminder etl >FAILED"],
        [at("62m", broken)],
        [at("125m", broken), "!!reminder etl >FAILED"],
        [at("184m", broken)],
        [at("185m", broken), "!!reminder etl >FAILED"],
        [at("250m", active), "recovery etl FAILED>ACTIVE"],
        [at("400m", active)],
      ],
    },
    {
      name: "never come without a route that wants them",
      steps: [[broken, "!!appeared etl >FAILED"], [at("1000h", broken)]],
    },
    {
      name: "grow rarer, up to a limit",
      routes: [reminding({ firstMs: hour, factor: 2, maxMs: 3 * hour })],
      steps: [
        [at("0h", broken), "!!appeared etl >FAILED"],
        [at("1h", broken), "!!reminder etl >FAILED"],
        [at("2h", broken)],
        [at("3h", broken), "!!reminder etl >FAILED"],
        [at("5h", broken)],
        [at("6h", broken), "!!reminder etl >FAILED"],
        [at("8h", broken)],
        [at("9h", broken), "!!reminder etl >FAILED"],
      ],
    },
    {
      name: "count from what was last told of the problem",
      routes: hourly,
      steps: [
        [broken, "!!appeared etl >FAILED"],
        [at("50m", etl("FAILED", "quota")), "!!detail etl FAILED>FAILED"],
        [at("109m", etl("FAILED", "quota"))],
        [at("110m", etl("FAILED", "quota")), "!!reminder etl >FAILED"],
      ],
    },
    {
      name: "tell the present state, with the severity of the incident",
      routes: hourly,
      policy: never,
      steps: [
        [broken, "!!appeared etl >FAILED"],
        [creating, "transition etl FAILED>CREATING"],
        [at("62m", creating), "!!reminder etl >CREATING"],
      ],
    },
    {
      name: "are for stuck, flapping and what does not exist, too",
      routes: hourly,
      connections: ["a", "b", "c"],
      steps: [
        [at("0m", creating)],
        [at("0m", absent, { connection: "b" }), "!not_found connection"],
        [at("15m", creating), "!stuck etl >CREATING"],
        [at("60m", absent, { connection: "b" }), "!reminder connection"],
        [at("75m", creating), "!reminder etl >CREATING"],
        [at("76m", active), "unstuck etl CREATING>ACTIVE"],
        [at("200m", active)],
      ],
    },
    {
      name: "come while it flaps",
      routes: hourly,
      policy: { flapping: { changes: 2, withinMs: 3 * hour } },
      steps: [
        [active],
        [creating, "transition etl ACTIVE>CREATING"],
        [active, "!flapping etl CREATING>ACTIVE"],
        [at("63m", active), "!reminder etl >ACTIVE"],
        [at("100m", creating), "(transition etl ACTIVE>CREATING)"],
        [at("122m", creating)],
        [at("123m", creating), "!reminder etl >CREATING"],
      ],
    },
    {
      name: "are not sent blindly: a project that cannot be read is all there is to be reminded of",
      routes: hourly,
      steps: [
        [broken, "!!appeared etl >FAILED"],
        [failed()],
        [failed()],
        [failed(), "!unreachable prod server"],
        [at("62m", failed())],
        [at("64m", failed("network")), "!reminder prod network"],
        [at("65m", failed("network"))],
        [at("70m", broken), "!!reminder etl >FAILED", "reachable prod"],
      ],
    },
    {
      name: "of a connection that alone cannot be read",
      routes: hourly,
      connections: ["a", "b"],
      steps: [
        ...[1, 2].flatMap((): Timeline["steps"] => [[["a", failed()]], [["b", active]]]),
        [["a", failed()], "!unreachable connection server"],
        [at("64m", active, { connection: "b" })],
        [at("65m", failed()), "!reminder connection server"],
        [at("66m", active), "reachable connection"],
      ],
    },
    {
      name: "of a change that waits to be confirmed there are none",
      routes: hourly,
      policy: { confirm: { other: 2, gone: 2, states: { FAILED: 1 } } },
      steps: [
        [broken, "!!appeared etl >FAILED"],
        [at("62m", active)],
        [at("63m", active), "recovery etl FAILED>ACTIVE"],
      ],
    },
    {
      name: "follow the present routes",
      routes: [reminding({ firstMs: 10 * hour })],
      steps: [
        [broken, "!!appeared etl >FAILED"],
        [at("5h", broken)],
        [at("5h 1m", broken, { routes: hourly }), "!!reminder etl >FAILED"],
        [
          at("7h", broken, {
            routes: [reminding({}, { match: { ...everything, patterns: { to: "ACTIVE" } } })],
          }),
        ],
      ],
    },
    {
      name: "are for the problem that it has become",
      routes: [
        { match: everything, notify: ["oncall"] },
        reminding({}, { match: { ...everything, patterns: { to: "FAILED" } } }),
      ],
      steps: [
        [creating],
        [at("16m", creating), "!stuck etl >CREATING"],
        [at("100m", creating)],
        [at("101m", broken), "!!transition etl CREATING>FAILED"],
        [at("161m", broken), "!!reminder etl >FAILED"],
      ],
    },
    {
      name: "are for what flapping has settled in",
      routes: [
        { match: everything, notify: ["oncall"] },
        reminding({}, { match: { ...everything, patterns: { to: "FAILED" } } }),
      ],
      policy: { flapping: { changes: 2, withinMs: 10 * minute } },
      steps: [
        [active],
        [creating, "transition etl ACTIVE>CREATING"],
        [active, "!flapping etl CREATING>ACTIVE"],
        [broken, "(!!transition etl ACTIVE>FAILED)"],
        [at("14m", broken), "!!transition etl CREATING>FAILED"],
        [at("74m", broken), "!!reminder etl >FAILED"],
      ],
    },
  ]);

  test("go in one notice to all who are due, by the soonest of their routes, and to nobody who was not told", () => {
    const told = play(
      [
        at("0h", broken),
        at("1h", broken),
        at("2h", broken, {
          routes: [reminding({ firstMs: hour }, { notify: ["oncall", "late", "screen"] })],
        }),
      ],
      {
        routes: [
          reminding({ firstMs: 2 * hour }, { notify: ["oncall", "screen"] }),
          reminding({ firstMs: hour }, { notify: ["screen"] }),
        ],
      },
    );
    expect(told.map((step) => step.map(({ notifiers }) => notifiers))).toEqual([
      [["oncall", "screen"]],
      [["screen"]],
      [["oncall", "screen"]],
    ]);
  });

  test("of what an older version remembers count from its beginning", () => {
    const { memories } = playOut([active, broken], { routes: hourly });
    const older = JSON.parse(
      JSON.stringify(memories, (key, value) =>
        ["problem", "reasons", "reminders", "changes"].includes(key) ? undefined : value,
      ),
    );
    expect(JSON.stringify(older)).not.toContain("problem");
    const told = play(
      [at("62m", broken), at("63m", broken), at("64m", etl("FAILED", "quota")), at("65m", active)],
      { memories: older, routes: hourly },
    );
    expect(told.map(lines)).toEqual([
      ["!!reminder etl >FAILED"],
      [],
      ["!!detail etl FAILED>FAILED"],
      ["recovery etl FAILED>ACTIVE"],
    ]);
  });

  test("say how long it has been going on, why, and what to do", () => {
    const [, [reminder] = []] = play(
      [
        etl("FAILED", "Can't get ready router."),
        at("4h 1m", etl("FAILED", "Can't get ready router.")),
      ],
      { routes: hourly },
    );
    expect(reminder?.event.data.summary).toBe(
      "Queue etl of op is still FAILED. This has been going on for 4h. Reason: Can't get ready router.",
    );
    expect(reminder?.event.data.hint?.action).toContain("VPC");
    const [, [gone] = []] = play([absent, at("2h", absent)], { routes: hourly });
    expect(gone?.event.data.title).toBe("Connection a still does not exist");
    const [blackout] =
      play([failed(), failed(), failed(), at("3h", failed())], { routes: hourly }).at(-1) ?? [];
    expect(blackout?.event.data.title).toBe("Project prod still cannot be seen (server)");
  });
});

/** Any story of two connections, told by changing routes to changing notifiers. */
const story: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.record(
      {
        connection: fc.constantFrom("a", "b"),
        observation: fc.constantFrom<Observation>(
          ...[active, creating, broken, etl("FAILED", "quota"), etl("FROZEN"), unbound],
          ...[absent, failed(), connectionIs("FAILED"), connectionIs("CREATING")],
          seen(withQueues(queue("etl"), queue("bi", { state: "CREATING" }))),
        ),
        minutes: fc.constantFrom(0, 1, 1, 1, 3, 20, 200),
        routes: fc.constantFrom<readonly Route[]>(
          hourly,
          [reminding({}, { notify: ["oncall", "screen"] })],
          [reminding({}, { match: { ...everything, patterns: { to: "FAILED" } } })],
          [{ match: { ...everything, patterns: { severity: "info" } }, notify: ["screen"] }],
        ),
      },
      { requiredKeys: ["connection", "observation", "minutes"] },
    ),
    { maxLength: 80 },
  )
  .map((polls) => {
    let minutes = 0;
    return polls.map(({ minutes: later, observation, ...poll }) => {
      minutes += later;
      return at(`${minutes}m`, observation, poll);
    });
  });

const storyOptions = {
  connections: ["a", "b"],
  policy: { flapping: { changes: 3, withinMs: 10 * minute } },
} as const;

const wordOf = ({ type }: Event) => type.slice("dli-watch.".length);
const isOpening = (event: Event) =>
  event.data.to === "FAILED" ||
  ["stuck", "flapping", "not_found", "unreachable"].includes(wordOf(event));
const isEnd = (event: Event) =>
  event.data.to === "DELETED" ||
  ["recovery", "unstuck", "reachable", "disappeared"].includes(wordOf(event));

/** The notices of each incident, in order. */
function incidentsIn(announced: readonly AddressedEvent[]) {
  const told = announced.filter(({ event }) => event.data.incident !== undefined);
  return [...Map.groupBy(told, ({ event }) => event.data.incident)].map(([id, notices]) => {
    const events = notices.map(({ event }) => event);
    const [first, last] = [events.at(0), events.at(-1)];
    if (!first || !last) throw new Error("an incident without notices");
    return { id, notices, events, first, last };
  });
}

/** Ids of the incidents that are open in memory. */
function openIn({ memories, project }: Played): readonly string[] {
  const resources = Object.values(memories).flatMap((memory) => [
    { incident: memory.unreachable },
    memory.connection,
    ...Object.values(memory.bindings),
  ]);
  const { unreachable, returning } = project;
  return [{ incident: unreachable ?? returning?.incident }, ...resources].flatMap(
    ({ incident }) => incident?.id ?? [],
  );
}

test("every incident has one opening, and one end or is open in memory", () => {
  fc.assert(
    fc.property(story, (steps) => {
      const played = playOut(steps, storyOptions);
      const incidents = incidentsIn(played.announced.flat());
      for (const { events, first } of incidents) {
        expect(first).toSatisfy(isOpening);
        expect(events.slice(0, -1).filter(isEnd)).toEqual([]);
      }
      const open = incidents.filter(({ last }) => !isEnd(last)).map(({ id }) => id);
      expect(open.toSorted()).toEqual(openIn(played).toSorted());
    }),
    { numRuns: 1_000 },
  );
});

test("nothing is in two incidents at a time, but for the sight of it", () => {
  fc.assert(
    fc.property(story, (steps) => {
      const incidents = incidentsIn(play(steps, storyOptions).flat());
      const places = Map.groupBy(
        incidents,
        ({ first }) => `${first.subject} ${wordOf(first) === "unreachable"}`,
      );
      for (const ofOne of places.values()) {
        for (const [index, { last }] of ofOne.slice(0, -1).entries()) {
          expect(last).toSatisfy(isEnd);
          expect(ofOne[index + 1]?.first.data.sequence).toBeGreaterThan(last.data.sequence);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("only who was told of a problem is told that it lasts or is over", () => {
  fc.assert(
    fc.property(story, (steps) => {
      for (const { notices } of incidentsIn(play(steps, storyOptions).flat())) {
        const told = new Set<string>();
        for (const { event, notifiers } of notices) {
          if (["recovery", "unstuck", "reminder"].includes(wordOf(event)))
            expect(notifiers.filter((name) => !told.has(name))).toEqual([]);
          for (const name of notifiers) told.add(name);
        }
      }
    }),
    { numRuns: 500 },
  );
});

function isBlind(step: Step | undefined): boolean {
  return step !== undefined && "observation" in step && step.observation.outcome === "failed";
}

test("a poll that cannot be read tells of no problem but that", () => {
  fc.assert(
    fc.property(story, (steps) => {
      const blind = play(steps, storyOptions).filter((_, index) => isBlind(steps[index]));
      for (const { event } of blind.flat())
        expect(["unreachable", "reachable", "reminder"]).toContain(wordOf(event));
    }),
    { numRuns: 300 },
  );
});

test("a restart between any two polls changes nothing", () => {
  fc.assert(
    fc.property(story, (steps) => {
      const restarted = play(steps, { ...storyOptions, restart: true });
      expect(restarted).toEqual(play(steps, storyOptions));
    }),
    { numRuns: 300 },
  );
});
