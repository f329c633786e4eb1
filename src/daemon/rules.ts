import type { Config } from "../config/config.ts";
import { explainer } from "../core/hints.ts";
import { type NextTime, plannedMute } from "../core/mute.ts";
import { reminders, router } from "../core/route.ts";
import type { Rules } from "../core/rules.ts";
import type { NotifierTypes } from "../notify/notifier.ts";

/** What a configuration says about what is told, ready to be asked. */
export function rulesOf(
  { routing, notifiers, mutes, policy, hints }: Config,
  types: NotifierTypes,
  nextTime: NextTime,
): Rules {
  return {
    settings: policy,
    dispatching: {
      router: router(routing),
      notifiers: notifiers.map(({ name, type }) => ({
        name,
        keyed: types.get(type)?.keyed === "incident",
      })),
      mutes: mutes.map((mute) => plannedMute(mute, nextTime)),
      ...(policy.storm && { storm: policy.storm }),
      nextTime,
    },
    remindersOf: reminders(routing),
    explain: explainer(hints),
  };
}
