import { describe, expect, test } from "vitest";
import { dispatcher, type Outbox } from "../../src/core/dispatch.ts";
import type { Event } from "../../src/core/event.ts";
import { explainNotice } from "../../src/core/explanation.ts";
import type { Mute } from "../../src/core/mute.ts";
import { isoTime } from "../../src/core/notice.ts";
import { noticedSteps } from "../../src/core/noticed-steps.ts";
import { type Delivery, restingLane } from "../../src/core/outbox.ts";
import type { Matcher, Route, Routing } from "../../src/core/route.ts";
import type { Step } from "../../src/core/steps.ts";
import { sampleEvent } from "../support/events.ts";
import { defaultPolicy, rulesTo } from "../support/rules.ts";

const now = Date.UTC(2026, 10, 24, 2, 10);
const minute = 60_000;
const matching = (patterns: Matcher["patterns"]): Matcher => ({ patterns, labels: {} });
const to = (notify: readonly string[], more: Partial<Route> = {}): Route => ({
  match: matching({}),
  notify,
  ...more,
});
const routingOf = (routes: readonly Route[], notifiers = ["oncall"]): Routing => ({
  routes,
  unrouted: "drop",
  notifiers,
});

/** A step in a line. */
const lineOf = ({ step, verdict, why }: Step) => `${step} ${verdict}: ${why}`;
const show = (at: number) => isoTime(at).slice(11, 19);

/** How the steps of `oncall` read. */
function explained(
  event: Event,
  {
    routing = routingOf([to(["oncall"])]),
    deliveries = [],
    earlier = [],
    digest,
  }: {
    readonly routing?: Routing;
    readonly deliveries?: readonly Delivery[];
    readonly earlier?: readonly Event[];
    readonly digest?: Event;
  },
): readonly string[] {
  const digests = new Map(digest ? [["oncall", digest]] : []);
  const noticed = { event, deliveries, earlier, digests };
  const { notifiers } = explainNotice(noticed, { routing, show });
  return notifiers.find(({ notifier }) => notifier === "oncall")?.steps.map(lineOf) ?? [];
}

interface Situation {
  readonly routes?: readonly Route[];
  readonly draft?: { readonly tell?: readonly string[]; readonly told?: readonly string[] };
  readonly outbox?: Partial<Outbox>;
  readonly mutes?: readonly Mute[];
}

/** What dispatching makes of a notice for `oncall`. */
function dispatched(event: Event, { routes = [], mutes = [], draft, outbox }: Situation): Delivery {
  const { dispatching } = rulesTo(["oncall"], {
    routes,
    mutes,
    storm: { over: 1, withinMs: minute },
    nextTime: () => now + 8 * 60 * minute,
  });
  const empty: Outbox = {
    lane: () => restingLane,
    waiting: () => [],
    mutes: () => [],
    withheld: () => undefined,
  };
  const world = { now, newId: () => "d1" };
  const desk = dispatcher(dispatching, { ...empty, ...outbox }, world);
  desk.dispatch(event, { routed: true, ...draft });
  const [delivery] = desk.dispatched().deliveries.filter((one) => one.event === event.id);
  if (!delivery) throw new Error("Nothing was dispatched.");
  return delivery;
}

const problem = sampleEvent("transition");
const recovery = sampleEvent("recovery");
const held = (more: Partial<Delivery>): Delivery => ({
  ...dispatched(problem, {}),
  id: "d0",
  event: "e0",
  hold: "delay",
  nextAt: now + minute,
  ...more,
});
const patching: Mute = {
  id: "m1",
  name: "patching",
  covers: () => true,
  until: () => now + minute,
};
const named = "addressed routes: Route 1 names it.";
const goesOn = {
  dropped: "dropped no: It ends no problem that is held back for its delay.",
  muted: "muted no: No mute covers it.",
  joined: "joined no: Nothing of its incident is held back.",
  delayed: "delayed no: Its routes do not delay it.",
  digested: "digested no: Its routes do not collect it.",
  stormed: "stormed no: There are not too many notices.",
};
const { dropped, muted, joined, delayed, digested, stormed } = goesOn;
const atOnce = "outcome waiting: Due at 02:10:00.";

describe("each rule of dispatching is explained, up to the one that applies", () => {
  test.each<[string, Event, Situation, readonly string[]]>([
    [
      "sent at once",
      problem,
      { routes: [to(["oncall"])] },
      [named, dropped, muted, joined, delayed, digested, stormed, atOnce],
    ],
    [
      "delayed",
      problem,
      { routes: [to(["oncall"], { delayMs: 2 * minute })] },
      [
        named,
        ...[dropped, muted, joined],
        "delayed yes: Its route lets problems wait 2m.",
        "outcome held: Until 02:12:00, if its problem is not over by then.",
      ],
    ],
    [
      "collected",
      problem,
      { routes: [to(["oncall"], { digest: { cron: "0 9 * * *", timezone: "UTC" } })] },
      [
        named,
        ...[dropped, muted, joined, delayed],
        "digested yes: Its route collects notices; the digest comes 8h later.",
        "outcome held: For the digest of 10:10:00.",
      ],
    ],
    [
      "in a storm",
      problem,
      {
        routes: [to(["oncall"])],
        outbox: { lane: () => ({ ...restingLane, storm: { recent: [now - 1] } }) },
      },
      [
        named,
        ...[dropped, muted, joined, delayed, digested],
        "stormed yes: Too many notices in too little time; the digest comes 1m later.",
        "outcome held: For the digest of 02:11:00.",
      ],
    ],
    [
      "muted",
      problem,
      { routes: [to(["oncall"])], mutes: [patching] },
      [
        named,
        dropped,
        'muted yes: The mute "patching" covers it.',
        "outcome closed: At 02:10:00: Muted: patching.",
      ],
    ],
    [
      "the end of what was told, muted or not",
      recovery,
      { draft: { tell: ["oncall"] }, mutes: [patching] },
      [
        "addressed told: It was told of the problem, so it is told of its end.",
        dropped,
        "muted no: The end of a problem that was told is never muted.",
        ...[joined, delayed, digested, stormed, atOnce],
      ],
    ],
    [
      "the end of what is held back",
      recovery,
      { draft: { tell: ["oncall"] }, outbox: { waiting: () => [held({ role: "opens" })] } },
      [
        "addressed told: It was told of the problem, so it is told of its end.",
        "dropped yes: The problem that it ends was held back for its delay: neither is told.",
        "outcome closed: At 02:10:00: Its problem was over within its delay.",
      ],
    ],
    [
      "something about what is held back",
      sampleEvent("detail", { incident: problem.data.incident ?? "" }),
      {
        routes: [to(["oncall"], { delayMs: 2 * minute })],
        outbox: { waiting: () => [held({})] },
      },
      [
        named,
        ...[dropped, muted],
        "joined yes: Something of its incident is held back: it goes along with that, 1m later.",
        "outcome held: Until 02:11:00, if its problem is not over by then.",
      ],
    ],
    [
      "something about what is held back that is told at once",
      sampleEvent("detail", { incident: problem.data.incident ?? "" }),
      { routes: [to(["oncall"])], outbox: { waiting: () => [held({})] } },
      [
        named,
        ...[dropped, muted],
        "joined yes: Something of its incident is held back: it goes along with that, at once.",
        "outcome held: Until 02:10:00, if its problem is not over by then.",
      ],
    ],
    [
      "named by the notice",
      sampleEvent("reminder"),
      { draft: { tell: ["oncall"] } },
      ["addressed named: The notice is for it.", ...Object.values(goesOn), atOnce],
    ],
  ])("%s", (_, event, situation, lines) => {
    const deliveries = [dispatched(event, situation)];
    const routing = routingOf(situation.routes ?? []);
    expect(explained(event, { routing, deliveries })).toEqual(lines);
  });

  test("everyone is told where no route matches, two routes where two do", () => {
    const routes = [to(["oncall"]), to(["oncall"])];
    const [everyone] = explained(problem, {
      routing: routingOf([]),
      deliveries: [dispatched(problem, {})],
    });
    const [twice] = explained(problem, {
      routing: routingOf(routes),
      deliveries: [dispatched(problem, { routes })],
    });
    expect(everyone).toBe("addressed everyone: No route matches, so everyone is told.");
    expect(twice).toBe("addressed routes: Routes 1, 2 name it.");
  });
});

describe("what became of a delivery", () => {
  const base = dispatched(problem, { routes: [to(["oncall"])] });
  const settledAt = now + 1_000;
  test.each<[Partial<Delivery>, string]>([
    [{ state: "accepted", attempts: 1, settledAt }, "accepted: After 1 attempt, at 02:10:01."],
    [
      { attempts: 2, lastError: "HTTP 503.", nextAt: settledAt },
      "waiting: 2 attempts: HTTP 503. Due at 02:10:01.",
    ],
    [
      { state: "dead", attempts: 3, lastError: "HTTP 413.", settledAt },
      "dead: Given up after 3 attempts, at 02:10:01: HTTP 413.",
    ],
    [
      { state: "closed", lastError: "Dropped by hand.", settledAt },
      "closed: At 02:10:01: Dropped by hand.",
    ],
  ])("%j", (more, line) => {
    const lines = explained(problem, { deliveries: [{ ...base, ...more }] });
    expect(lines.at(-1)).toBe(`outcome ${line}`);
  });

  test("a digest is named", () => {
    const digest = sampleEvent("digest");
    const lines = explained(problem, { deliveries: [{ ...base, state: "closed" }], digest });
    expect(lines.at(-1)).toBe(`outcome in a digest: Told in ${digest.id}, at 02:10:05.`);
  });

  test("an older version did not say why", () => {
    const { way, ...older } = base;
    expect(explained(problem, { deliveries: [older] })).toEqual([
      "addressed unknown: An older version dispatched it.",
      atOnce,
    ]);
  });
});

describe("who is not told, and why", () => {
  const incident = problem.data.incident ?? "";
  test.each<[string, Event, Parameters<typeof explained>[1], string]>([
    ["a recovery", recovery, {}, "It was not told of the problem."],
    ["a reminder of others", sampleEvent("reminder"), {}, "The notice is for others."],
    [
      "within flapping",
      problem,
      { earlier: [sampleEvent("flapping", { incident })] },
      "While the state flaps, its changes are recorded and told to nobody.",
    ],
    [
      "a reason again",
      sampleEvent("detail", {
        incident,
        changed: [{ field: "err_msg", from: "", to: problem.data.err_msg ?? "" }],
      }),
      { earlier: [problem] },
      "What it says was told before: it is recorded and told to nobody.",
    ],
    [
      "a route for others",
      problem,
      { routing: routingOf([to(["mail"])], ["oncall", "mail"]) },
      "No route that matches names it.",
    ],
    [
      "a route that does not match",
      problem,
      { routing: routingOf([to(["oncall"], { match: matching({ to: "ACTIVE" }) })]) },
      "No route matches.",
    ],
  ])("%s", (_, event, known, why) => {
    expect(explained(event, known)).toEqual([
      `addressed nobody: ${why}`,
      "outcome not told: There is no delivery.",
    ]);
  });
});

describe("a configuration that has changed since", () => {
  const routes = [to(["mail"]), to(["oncall"])];
  const recorded = dispatched(problem, { routes: [to(["oncall"])] });
  test.each<[string, Routing, readonly Delivery[], string | undefined]>([
    ["the same routes", routingOf([to(["oncall"])]), [recorded], undefined],
    ["another number", routingOf(routes), [recorded], "By the present routes Route 2 names it."],
    ["now to nobody", routingOf([to(["mail"])]), [recorded], "The present routes do not tell it."],
    ["now to everyone", routingOf([]), [recorded], "By the present routes everyone is told."],
    ["was not told", routingOf([to(["oncall"])]), [], "By the present routes Route 1 names it."],
    ["gone", routingOf([], ["mail"]), [recorded], "It is not configured any more."],
  ])("%s", (_, routing, deliveries, why) => {
    const last = explained(problem, { routing, deliveries }).at(-1);
    if (why === undefined) expect(last).toBe(atOnce);
    else expect(last).toBe(`configuration changed: ${why}`);
  });
});

test("every route says what speaks against a notice", () => {
  const match = { patterns: { to: "ACTIVE", kind: "basic" }, labels: { team: "ops", owner: "*" } };
  const not = matching({ name: "etl" });
  const routes = [to(["oncall"]), to(["oncall"], { match: { ...match, not } })];
  const noticed = { event: problem, deliveries: [], earlier: [], digests: new Map() };
  const { routes: verdicts } = explainNotice(noticed, { routing: routingOf(routes), show });
  expect(verdicts.map(({ number, against }) => [number, against])).toEqual([
    [1, []],
    [
      2,
      [
        { key: "to", values: ["FAILED"] },
        { key: "labels.team", values: ["data"] },
        { key: "labels.owner", values: [] },
        { key: "not", values: [] },
      ],
    ],
  ]);
});

describe("why it was noticed", () => {
  const settings = { ...defaultPolicy, confirm: { other: 1, gone: 2, states: { FAILED: 3 } } };
  const once = "confirmed counts: One poll is enough (policy.confirm).";
  const { incident } = problem.data;
  test.each<[Event, readonly Event[], readonly string[]]>([
    [
      problem,
      [],
      [
        "confirmed counts: 3 polls that agree are enough (policy.confirm).",
        `incident opens: It is the first of ${incident}.`,
      ],
    ],
    [recovery, [problem], [once, `incident ends: It is the end of ${incident}.`]],
    [
      sampleEvent("disappeared"),
      [],
      ["confirmed counts: 2 polls that agree are enough (policy.confirm)."],
    ],
    [sampleEvent("detail"), [], [once]],
    [
      sampleEvent("stuck"),
      [],
      [
        "stuck yes: It has been CREATING for 15m (policy.stuck).",
        `incident opens: It is the first of ${incident}.`,
      ],
    ],
    [
      sampleEvent("flapping"),
      [problem],
      [
        "flapping yes: The state has changed 6 times since 2026-11-24T01:46:05.120Z (policy.flapping).",
        `incident goes on: It is a part of ${incident}.`,
      ],
    ],
    [
      sampleEvent("transition", sampleEvent("flapping").data),
      [problem],
      ["flapping no: It has settled.", `incident goes on: It is a part of ${incident}.`],
    ],
    [
      sampleEvent("unreachable"),
      [],
      [
        "reachable no: So many polls in a row have failed: 3 (policy.unreachable_after).",
        `incident opens: It is the first of ${incident}.`,
      ],
    ],
    [sampleEvent("test"), [], []],
  ])("%#", (event, earlier, lines) => {
    expect(noticedSteps({ event, earlier }, settings).map(lineOf)).toEqual(lines);
  });
});
