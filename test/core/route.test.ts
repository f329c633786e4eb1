import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { type Matcher, type Route, router } from "../../src/core/route.ts";
import { sampleEvent } from "../support/events.ts";

const alert = sampleEvent("transition");
const blackout = sampleEvent("unreachable");
const matching = (patterns: Matcher["patterns"], more: Partial<Matcher> = {}): Matcher => ({
  patterns,
  labels: {},
  ...more,
});

/** Whether a route with this matcher sends an event. */
function matches(match: Matcher, event: Event): boolean {
  const route = router({ routes: [{ match, notify: ["a"] }], unrouted: "drop", notifiers: ["a"] });
  return route(event).length > 0;
}

describe("a matcher", () => {
  const { connection } = alert.data;
  test.each<[what: string, match: Matcher, sends: boolean]>([
    ["nothing said", matching({}), true],
    ["a glob", matching({ connection: "orders-*" }), true],
    ["the id of a connection", matching({ connection: connection?.id ?? "" }), true],
    ["another name", matching({ connection: "billing-*" }), false],
    ["one of a list", matching({ severity: ["warning", "critical"] }), true],
    ["none of a list", matching({ severity: ["info", "warning"] }), false],
    ["a state in other letters", matching({ to: "failed" }), true],
    ["a name in other letters", matching({ name: "ETL" }), false],
    ["not a state", matching({ to: { not: "FAILED" } }), false],
    ["not any of a list", matching({ to: { not: ["ACTIVE", "CREATING"] } }), true],
    [
      "all keys",
      matching({
        project: "prod",
        kind: "basic",
        resource: "queue",
        type: "transition",
        from: "CREATING",
      }),
      true,
    ],
    ["one key that differs", matching({ project: "prod", kind: "enhanced" }), false],
    ["a label", matching({}, { labels: { team: "data" } }), true],
    ["another label", matching({}, { labels: { team: "web" } }), false],
    ["a label nobody has", matching({}, { labels: { owner: "*" } }), false],
    ["not another matcher", matching({}, { not: matching({ name: "test-*" }) }), true],
    ["not this matcher", matching({}, { not: matching({ name: "et*" }) }), false],
  ])("%s", (_, match, sends) => {
    expect(matches(match, alert)).toBe(sends);
  });

  test("of a field that the notice has not does not match, whatever it says", () => {
    expect(matches(matching({ connection: "*" }), blackout)).toBe(false);
    expect(matches(matching({ connection: { not: "x" } }), blackout)).toBe(false);
    expect(matches(matching({}, { labels: { team: "*" } }), blackout)).toBe(false);
    expect(matches(matching({}, { not: matching({ connection: "*" }) }), blackout)).toBe(true);
  });
});

describe("a router", () => {
  const notifiers = ["a", "b", "c"];
  const to = (notify: readonly string[], patterns: Matcher["patterns"] = {}): Route => ({
    match: matching(patterns),
    notify,
  });

  test.each<
    [
      what: string,
      routes: readonly Route[],
      unrouted: "notify" | "drop",
      event: Event,
      told: readonly string[],
    ]
  >([
    ["without routes: all to all", [], "drop", alert, notifiers],
    [
      "every route that matches, each notifier once, in their order",
      [to(["c", "a"]), to(["a"], { to: "FAILED" })],
      "drop",
      alert,
      ["a", "c"],
    ],
    ["unrouted and critical", [to(["a"], { to: "ACTIVE" })], "notify", alert, notifiers],
    ["unrouted and critical, dropped", [to(["a"], { to: "ACTIVE" })], "drop", alert, []],
    ["unrouted and info", [to(["a"], { to: "FAILED" })], "notify", sampleEvent("recovery"), []],
  ])("%s", (_, routes, unrouted, event, told) => {
    const destinations = router({ routes, unrouted, notifiers })(event);
    expect(destinations.map(({ notifier }) => notifier)).toEqual(told);
  });
});
