import type { Config } from "../config/config.ts";
import type { DispatchSettings } from "../core/dispatch.ts";
import { type NextTime, plannedMute } from "../core/mute.ts";
import { router } from "../core/route.ts";
import type { NotifierTypes } from "../notify/notifier.ts";

/** What a configuration says about whom notices go to, and when. */
export function dispatchingOf(
  { routing, notifiers, mutes, policy: { storm } }: Config,
  types: NotifierTypes,
  nextTime: NextTime,
): DispatchSettings {
  return {
    router: router(routing),
    notifiers: notifiers.map(({ name, type }) => ({
      name,
      keyed: types.get(type)?.keyed === "incident",
    })),
    mutes: mutes.map((mute) => plannedMute(mute, nextTime)),
    ...(storm && { storm }),
    nextTime,
  };
}
