import type { DispatchSettings } from "../../src/core/dispatch.ts";
import { router } from "../../src/core/route.ts";

/** Without routes, mutes and storms: everything goes to all of these at once. */
export function dispatchingTo(...notifiers: readonly string[]): DispatchSettings {
  return {
    router: router({ routes: [], unrouted: "notify", notifiers }),
    notifiers: notifiers.map((name) => ({ name, keyed: false })),
    mutes: [],
    nextTime: () => undefined,
  };
}
