import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/core/model.ts";
import { queue, snapshot, withQueues } from "../support/snapshots.ts";
import {
  absent,
  failed,
  lines,
  play,
  type Step,
  seen,
  type Timeline,
  testTimelines,
} from "../support/timeline.ts";

const active = seen(withQueues(queue("etl")));
const creating = seen(withQueues(queue("etl", { state: "CREATING" })));
const broken = seen(withQueues(queue("etl", { state: "FAILED", errMsg: "no router" })));
const unbound = seen(withQueues());
const noArray = seen(snapshot({ bindings: { queue: null, pool: null } }));
const deleted = seen(snapshot({ state: "DELETED" }));
const connectionIs = (state: string, said: Partial<Snapshot> = {}) =>
  seen(snapshot({ state, ...said }));
const reason = (errMsg: string) => seen(withQueues(queue("etl", { state: "FAILED", errMsg })));

/** Three polls of `a` that fail: by default that is an outage. */
const lost: Timeline["steps"] = [
  [["a", failed()]],
  [["a", failed()]],
  [["a", failed()], "!unreachable prod server"],
];

const timelines: readonly Timeline[] = [
  { name: "a first sight of all well says nothing", steps: [[active], [active]] },
  {
    name: "a first sight of FAILED is told and ends with a recovery",
    steps: [[broken, "!!appeared etl >FAILED"], [broken], [active, "recovery etl FAILED>ACTIVE"]],
  },
  {
    name: "first_sight all tells everything",
    policy: { firstSight: "all" },
    steps: [[active, "appeared connection >ACTIVE", "appeared etl >ACTIVE"]],
  },
  {
    name: "first_sight none is silent, and so is what follows from it",
    policy: { firstSight: "none" },
    steps: [[broken], [active, "transition etl FAILED>ACTIVE"]],
  },
  {
    name: "the sample: created, bound, failed, recovered",
    steps: [
      [connectionIs("CREATING", { process: 0 })],
      [connectionIs("CREATING", { process: 0.5 })],
      [creating, "transition connection CREATING>ACTIVE", "appeared etl >CREATING"],
      [broken, "!!transition etl CREATING>FAILED"],
      [active, "recovery etl FAILED>ACTIVE"],
    ],
  },
  {
    name: "CREATING in between keeps the incident open",
    steps: [
      [active],
      [broken, "!!transition etl ACTIVE>FAILED"],
      [creating, "transition etl FAILED>CREATING"],
      [active, "recovery etl CREATING>ACTIVE"],
      [creating, "transition etl ACTIVE>CREATING"],
    ],
  },
  {
    name: "a basic connection fails with its message",
    steps: [
      [active],
      [
        connectionIs("FAILED", { errMsg: "Can't get ready router." }),
        "!!transition connection ACTIVE>FAILED",
      ],
      [absent],
      [connectionIs("ACTIVE"), "recovery connection FAILED>ACTIVE"],
    ],
    policy: { confirm: { other: 1, gone: 3, states: {} } },
  },
  {
    name: "a new reason inside the incident is told with its severity",
    steps: [
      [active],
      [broken, "!!transition etl ACTIVE>FAILED"],
      [reason("quota"), "!!detail etl FAILED>FAILED"],
    ],
  },
  {
    name: "an unknown state is passed on as a warning",
    steps: [
      [active],
      [
        connectionIs("FROZEN", { bindings: { queue: [queue("etl")], pool: [] } }),
        "!transition connection ACTIVE>FROZEN",
      ],
    ],
  },
  {
    name: "connectivity is a warning, another attribute is not",
    steps: [
      [seen(snapshot({ attributes: { connectivity: "ok", name: "a" } }))],
      [
        seen(snapshot({ attributes: { connectivity: "bad", name: "a" } })),
        "!detail connection ACTIVE>ACTIVE",
      ],
      [
        seen(snapshot({ attributes: { connectivity: "bad", name: "b" } })),
        "detail connection ACTIVE>ACTIVE",
      ],
    ],
  },
  {
    name: "an empty array counts after two polls",
    steps: [[active], [unbound], [unbound, "!disappeared etl ACTIVE>"], [unbound]],
  },
  {
    name: "a missing array counts after one more",
    steps: [
      [active],
      [noArray],
      [noArray],
      [noArray, "!disappeared etl ACTIVE>"],
      [noArray],
      [active, "appeared etl >ACTIVE"],
    ],
  },
  {
    name: "rows that come back in time were never gone",
    steps: [[active], [unbound], [active], [unbound], [active]],
  },
  {
    name: "a failed poll in between does not break an agreement",
    steps: [[active], [unbound], [failed()], [unbound, "!disappeared etl ACTIVE>"]],
  },
  {
    name: "a binding that disappears ends its incident",
    steps: [
      [broken, "!!appeared etl >FAILED"],
      [unbound],
      [unbound, "!disappeared etl FAILED>"],
      [active, "appeared etl >ACTIVE"],
    ],
  },
  {
    name: "confirm FAILED twice",
    policy: { confirm: { other: 1, gone: 2, states: { FAILED: 2 } } },
    steps: [
      [active],
      [broken],
      [active],
      [broken],
      [broken, "!!transition etl ACTIVE>FAILED"],
      [active, "recovery etl FAILED>ACTIVE"],
    ],
  },
  {
    name: "confirm FAILED twice at first sight",
    policy: { confirm: { other: 1, gone: 2, states: { FAILED: 2 } } },
    steps: [[broken], [broken, "!!appeared etl >FAILED"]],
  },
  {
    name: "confirm everything twice at first sight",
    policy: { confirm: { other: 2, gone: 2, states: {} } },
    steps: [
      [broken],
      [broken, "!!appeared etl >FAILED"],
      [active],
      [active, "recovery etl FAILED>ACTIVE"],
    ],
  },
  {
    name: "confirm FAILED twice at a first sight nobody asked for",
    policy: { firstSight: "none", confirm: { other: 1, gone: 2, states: { FAILED: 2 } } },
    steps: [[broken], [broken], [active, "transition etl FAILED>ACTIVE"]],
  },
  {
    name: "DELETED counts after two polls, and once",
    steps: [
      [active],
      [deleted],
      [deleted, "!transition connection ACTIVE>DELETED"],
      [deleted],
      [absent],
      [absent],
    ],
  },
  {
    name: "absent after having been seen is gone",
    steps: [
      [active],
      [absent],
      [absent, "!transition connection ACTIVE>DELETED"],
      [absent],
      [deleted],
    ],
  },
  { name: "absent once is not gone", steps: [[active], [absent], [active], [absent], [active]] },
  {
    name: "a connection that is gone ends the incidents of its bindings",
    steps: [
      [broken, "!!appeared etl >FAILED"],
      [absent],
      [absent, "!transition connection ACTIVE>DELETED", "!disappeared etl FAILED>"],
    ],
  },
  {
    name: "a connection that is gone takes its healthy bindings silently",
    steps: [[active], [deleted], [deleted, "!transition connection ACTIVE>DELETED"]],
  },
  {
    name: "a connection that comes back",
    steps: [
      [active],
      [absent],
      [absent, "!transition connection ACTIVE>DELETED"],
      [active, "transition connection DELETED>ACTIVE", "appeared etl >ACTIVE"],
    ],
  },
  {
    name: "never seen and absent is told once and ends when it is there",
    steps: [
      [absent, "!not_found connection"],
      [absent],
      [failed()],
      [absent],
      [active, "recovery connection >ACTIVE"],
    ],
  },
  { name: "one failed poll is nothing", steps: [[active], [failed()], [failed()], [active]] },
  {
    name: "a project of one connection becomes unreachable and reachable, once each",
    steps: [
      [active],
      [failed()],
      [failed()],
      [failed("network"), "!unreachable prod network"],
      [failed()],
      [failed()],
      [active, "reachable prod"],
      [failed()],
      [failed()],
      [failed(), "!unreachable prod server"],
    ],
  },
  {
    name: "what differs after the gap is told before its end",
    steps: [
      [active],
      [failed()],
      [failed()],
      [failed(), "!unreachable prod server"],
      [broken, "!!transition etl ACTIVE>FAILED", "reachable prod"],
    ],
  },
  {
    name: "a project never reached",
    steps: [
      [failed()],
      [failed()],
      [failed("credentials"), "!unreachable prod credentials"],
      [absent, "!not_found connection", "reachable prod"],
    ],
  },
  {
    name: "one connection fails while its sibling is seen: a notice of its own",
    connections: ["a", "b"],
    steps: [
      [["a", active]],
      [["b", active]],
      [["a", failed()]],
      [["b", active]],
      [["a", failed()]],
      [["b", active]],
      [["a", failed()], "!unreachable connection server"],
      [["b", active]],
      [["a", failed()]],
      [["a", active], "reachable connection"],
    ],
  },
  {
    name: "all fail: one notice, when the first has failed often enough",
    connections: ["a", "b"],
    steps: [
      [["a", active]],
      [["b", active]],
      [["a", failed()]],
      [["b", failed()]],
      [["a", failed()]],
      [["b", failed()]],
      [["a", failed()], "!unreachable prod server"],
      [["b", failed()]],
      [["a", failed()]],
      [["a", active]],
      [["b", failed()], "reachable prod"],
      [["b", active]],
    ],
  },
  {
    name: "all fail, one of them rarely polled: still one notice",
    connections: ["a", "b"],
    steps: [
      [["a", active]],
      [["b", active]],
      ...lost,
      [["b", failed()]],
      [["a", failed()]],
      [["b", failed()]],
      [["b", failed()]],
      [["b", active]],
      [["a", active], "reachable prod"],
    ],
  },
  {
    name: "one alone fails, and later all: a notice for each, with its end",
    connections: ["a", "b"],
    steps: [
      ...[1, 2].flatMap((): Timeline["steps"] => [[["a", failed()]], [["b", active]]]),
      [["a", failed()], "!unreachable connection server"],
      [["b", failed()]],
      [["a", failed()]],
      [["b", failed()]],
      [["b", failed()], "!unreachable prod server"],
      [["a", failed()]],
      [["a", active], "reachable connection"],
      [["b", active], "reachable prod"],
    ],
  },
  {
    name: "a connection never polled yet says nothing about the project",
    connections: ["a", "b"],
    steps: [...lost, [["b", active]], [["a", failed()], "reachable prod"]],
  },
  {
    name: "nobody is waited for who is gone, or longer than five minutes",
    connections: ["a", "b", "c"],
    steps: [
      [["a", active]],
      [["b", active]],
      [["c", absent], "!not_found connection"],
      [["b", absent]],
      [["b", absent], "!transition connection ACTIVE>DELETED"],
      ...lost,
      ...Array(5).fill([["a", active]]),
      [["a", active], "reachable prod"],
      ...lost,
      [["a", active]],
      [["c", active], "recovery connection >ACTIVE", "reachable prod"],
    ],
  },
  {
    name: "a project that is lost again was seen meanwhile, which is told first",
    connections: ["a", "b"],
    steps: [
      [["b", active]],
      ...lost,
      [["a", active]],
      [["a", failed()]],
      [["a", failed()]],
      [["a", failed()], "reachable prod", "!unreachable prod server"],
    ],
  },
  {
    name: "what waits to be confirmed is waited for",
    connections: ["a", "b"],
    steps: [
      [["a", active]],
      [["b", active]],
      ...lost,
      [["a", absent]],
      [["b", active]],
      [["a", absent], "!transition connection ACTIVE>DELETED", "reachable prod"],
    ],
  },
  {
    name: "a sibling that is gone says nothing about the project",
    connections: ["a", "b"],
    steps: [
      [["b", active]],
      [["b", absent]],
      [["b", absent], "!transition connection ACTIVE>DELETED"],
      [["a", active]],
      ...lost,
    ],
  },
];

testTimelines(timelines);

test("a reason that differs in ids and numbers alone is recorded and told to nobody", () => {
  const [, first, again] = play([
    active,
    reason("Failed to get subnet 8e3b3f3a-1c1e-4f6e-9a52-0d1c6f2b7a11. Code 404"),
    reason("Failed to get subnet 0f0f0f0f-1c1e-4f6e-9a52-0d1c6f2b7a11. Code 500"),
  ]);
  expect(first?.map(({ notifiers }) => notifiers)).toEqual([["all"]]);
  expect(again?.map(({ event, notifiers }) => [event.type, notifiers])).toEqual([
    ["dli-watch.detail", []],
  ]);
});

test("a recovery goes to whoever was told, whatever the routes say now", () => {
  const critical = play([active, broken, active], {
    routes: [{ match: { patterns: { severity: "critical" }, labels: {} }, notify: ["pager"] }],
  });
  expect(critical.flat().map(({ event, notifiers }) => [event.type, notifiers])).toEqual([
    ["dli-watch.transition", ["pager"]],
    ["dli-watch.recovery", ["pager"]],
  ]);
  const [problem, recovery] = critical.flat().map(({ event }) => event.data.incident);
  expect(problem).toBeDefined();
  expect(recovery).toBe(problem);
});

test("an incident survives a peering made anew", () => {
  const anew = (peerId: string, state: string) => seen(withQueues(queue("etl", { state, peerId })));
  const announced = play([
    anew("a", "ACTIVE"),
    anew("a", "FAILED"),
    anew("b", "FAILED"),
    anew("b", "ACTIVE"),
  ]);
  expect(announced.map(lines)).toEqual([
    [],
    ["!!transition etl ACTIVE>FAILED"],
    [],
    ["recovery etl FAILED>ACTIVE"],
  ]);
});

test("failed polls never cause a transition", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.constant(active), fc.constant(failed()), fc.constant(failed("throttled"))),
      ),
      (steps) => {
        const types = new Set(
          play(steps)
            .flat()
            .map(({ event }) => event.type),
        );
        expect(
          [...types].filter(
            (type) => type !== "dli-watch.unreachable" && type !== "dli-watch.reachable",
          ),
        ).toEqual([]);
      },
    ),
  );
});

test("what was last known is told with what cannot be seen", () => {
  const blind = [failed(), failed(), failed()];
  const lastKnown = (steps: readonly Step[], connections?: readonly string[]) =>
    play(steps, connections ? { connections } : {})
      .flat()
      .map(({ event }) => event.data.last_known)
      .filter(Boolean);
  expect(lastKnown([broken, ...blind])).toEqual(["1 of 1 connections seen, FAILED in op"]);
  expect(lastKnown([active, ...blind], ["a", "b"])).toEqual([
    "1 of 2 connections seen, nothing FAILED",
  ]);
  const alone: Step[] = blind.flatMap((one): Step[] => [
    ["a", one],
    ["b", active],
  ]);
  expect(lastKnown([broken, ...alone, failed()], ["a", "b"])).toEqual(["ACTIVE, queue etl FAILED"]);
});

test("the request id, which the cloud's support asks for, is told with the reason", () => {
  const failure = { cause: "server", message: "503", requestId: "r7" } as const;
  const told = play(Array(3).fill({ outcome: "failed", failure })).flat();
  expect(told.map(({ event }) => event.data.err_msg)).toEqual(["503 (request id r7)"]);
});

describe("what changed meanwhile is told when it can be seen again", () => {
  const blind = [failed(), failed(), failed()];
  const ends = (steps: readonly Step[], connections = ["a"]) =>
    play(steps, { connections })
      .flat()
      .filter(({ event }) => event.type === "dli-watch.reachable")
      .map(({ event: { data } }) => [data.summary, data.meanwhile]);

  test("of a project", () => {
    expect(ends([active, ...blind, broken])).toEqual([
      [
        "Project prod can be seen again. Nothing was seen for 4m. Meanwhile: Queue etl of op is FAILED.",
        {
          count: 1,
          titles: ["Queue etl of op is FAILED"],
          titles_zh: ["op 的队列 etl 变为 FAILED"],
        },
      ],
    ]);
    expect(ends([active, ...blind, active])).toEqual([
      [
        "Project prod can be seen again. Nothing was seen for 4m. Meanwhile: nothing has changed.",
        { count: 0, titles: [], titles_zh: [] },
      ],
    ]);
  });

  test("of a project whose connections come back one by one", () => {
    const all = ["a", "b"].map((id): Step => [id, active]);
    const back: Step[] = [
      ["a", broken],
      ["a", active],
      ["b", unbound],
      ["b", unbound],
    ];
    const told = ends([...all, ...blind, ...back], ["a", "b"]);
    expect(told.map(([, meanwhile]) => meanwhile)).toEqual([
      {
        count: 3,
        titles: [
          "Queue etl of op is FAILED",
          "Queue etl of op is ACTIVE again",
          "Queue etl of op is gone",
        ],
        titles_zh: [
          "op 的队列 etl 变为 FAILED",
          "op 的队列 etl 恢复为 ACTIVE",
          "op 的队列 etl 已不存在",
        ],
      },
    ]);
  });

  test("of a project of which not all was seen again in time", () => {
    const all = ["a", "b"].map((id): Step => [id, active]);
    const [end] = ends([...all, ...blind, ...Array(6).fill(broken)], ["a", "b"]);
    expect(end?.[0]).toMatch(/is FAILED; connections not seen again yet: 1\.$/);
    expect(end?.[1]).toMatchObject({ count: 1, unseen: 1 });
  });

  test("of a project of which one connection fails on", () => {
    const all = ["a", "b"].map((id): Step => [id, active]);
    const [end] = ends([...all, ...blind, active, ["b", failed()]], ["a", "b"]);
    expect(end?.[1]).toEqual({ count: 0, titles: [], titles_zh: [], unseen: 1 });
  });

  test("of a project that is lost again", () => {
    const all = ["a", "b"].map((id): Step => [id, active]);
    const [end] = ends([...all, ...blind, broken, ...blind], ["a", "b"]);
    expect(end?.[1]).toMatchObject({ count: 1, unseen: 1 });
  });

  test("of one connection", () => {
    const alone = blind.flatMap((one): Step[] => [
      ["a", one],
      ["b", active],
    ]);
    const [end] = ends([active, ["b", active], ...alone, broken], ["a", "b"]);
    expect(end).toEqual([
      "Connection op can be seen again. Nothing was seen for 8m. Meanwhile: Queue etl of op is FAILED.",
      {
        count: 1,
        titles: ["Queue etl of op is FAILED"],
        titles_zh: ["op 的队列 etl 变为 FAILED"],
      },
    ]);
  });

  test("in as much as fits a message", () => {
    const names = Array.from({ length: 40 }, (_, index) => `${"x".repeat(1_000)}${index}`);
    const queues = (state: string) =>
      seen(withQueues(...names.map((name) => queue(name, { state }))));
    const [end] = ends([queues("ACTIVE"), ...blind, queues("FAILED")]);
    expect(end?.[1]).toMatchObject({ count: 40 });
    expect(end?.[0]).toMatch(/; and 30 more\.$/);
    expect(JSON.stringify(end).length).toBeLessThan(9_000);
  });
});

test("a reason of a megabyte is cut in the event, and still compared exactly", () => {
  const long = "x".repeat(1_000_000);
  const [, problem, , detail] = play([active, reason(long), reason(long), reason(`${long}y`)]);
  expect(JSON.stringify(problem?.[0]?.event).length).toBeLessThan(100_000);
  expect(problem?.[0]?.event.data.err_msg).toMatch(/^x+… \(cut\)$/);
  expect(lines(detail ?? [])).toEqual(["!!detail etl FAILED>FAILED"]);
});
