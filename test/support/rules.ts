import type { DispatchSettings } from "../../src/core/dispatch.ts";
import type { PolicySettings } from "../../src/core/policy.ts";
import { router } from "../../src/core/route.ts";
import type { Rules } from "../../src/core/rules.ts";

/** The policy as it is without a `policy` in the configuration, but for storms: there are none. */
export const defaultPolicy: PolicySettings = {
  confirm: { other: 1, gone: 2, states: { FAILED: 1 } },
  unreachableAfter: 3,
  firstSight: "failed",
};

/** Without routes, mutes, storms and hints: everything goes to all of these at once. */
export function rulesTo(
  notifiers: readonly string[],
  {
    settings = defaultPolicy,
    ...dispatching
  }: Partial<DispatchSettings & Pick<Rules, "settings">> = {},
): Rules {
  return {
    settings,
    dispatching: {
      router: router({ routes: [], unrouted: "notify", notifiers }),
      notifiers: notifiers.map((name) => ({ name, keyed: false })),
      mutes: [],
      nextTime: () => undefined,
      ...dispatching,
    },
    explain: () => undefined,
  };
}
