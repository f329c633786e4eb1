import type { DispatchSettings } from "../../src/core/dispatch.ts";
import { explainer } from "../../src/core/hints.ts";
import type { PolicySettings } from "../../src/core/policy.ts";
import { type Route, reminders, router } from "../../src/core/route.ts";
import type { Rules } from "../../src/core/rules.ts";

/** The policy as it is without a `policy` in the configuration, but for storms: there are none. */
export const defaultPolicy: PolicySettings = {
  confirm: { other: 1, gone: 2, states: { FAILED: 1 } },
  unreachableAfter: 3,
  firstSight: "failed",
  stuckAfterMs: { CREATING: 15 * 60_000 },
  flapping: { changes: 6, withinMs: 30 * 60_000 },
};

interface Changed extends Partial<DispatchSettings> {
  readonly settings?: PolicySettings;
  readonly routes?: readonly Route[];
}

/** Without routes, mutes, storms and hints, unless they are given: everything goes to all of these at once. */
export function rulesTo(
  notifiers: readonly string[],
  { settings = defaultPolicy, routes = [], ...dispatching }: Changed = {},
): Rules {
  return {
    settings,
    dispatching: {
      router: router({ routes, unrouted: "drop", notifiers }),
      notifiers: notifiers.map((name) => ({ name, keyed: false })),
      mutes: [],
      nextTime: () => undefined,
      ...dispatching,
    },
    remindersOf: reminders({ routes }),
    explain: explainer([]),
  };
}
