import { pollsFor } from "./confirm.ts";
import { formatDuration } from "./duration.ts";
import type { Event } from "./event.ts";
import type { Noticed } from "./explanation.ts";
import type { PolicySettings } from "./policy.ts";
import type { Step } from "./steps.ts";
import { endsIncident } from "./way.ts";

/** Why something was noticed, by the notice itself and the present policy, and what it meant for its incident. */
export function noticedSteps(
  { event, earlier }: Pick<Noticed, "event" | "earlier">,
  settings: PolicySettings,
): readonly Step[] {
  return [...causeSteps(event, settings), ...incidentSteps(event, earlier)];
}

/** So many polls make something count. */
export function confirmedStep(polls: number): Step {
  const agreeing = polls === 1 ? "One poll is" : `${polls} polls that agree are`;
  return { step: "confirmed", verdict: "counts", why: `${agreeing} enough (policy.confirm).` };
}

function causeSteps(event: Event, settings: PolicySettings): readonly Step[] {
  const { type, data } = event;
  const { to, flapping, previous_for_ms: lastedMs = 0 } = data;
  switch (type) {
    case "dli-watch.transition":
    case "dli-watch.recovery":
    case "dli-watch.unstuck":
    case "dli-watch.appeared":
    case "dli-watch.disappeared":
    case "dli-watch.detail": {
      if (flapping) return [{ step: "flapping", verdict: "no", why: "It has settled." }];
      const polls = pollsFor({ type: type.slice("dli-watch.".length), to }, settings.confirm);
      return [confirmedStep(polls)];
    }
    case "dli-watch.flapping": {
      const why = `The state has changed ${flapping?.changes} times since ${flapping?.since} (policy.flapping).`;
      return [{ step: "flapping", verdict: "yes", why }];
    }
    case "dli-watch.stuck": {
      const why = `It has been ${to} for ${formatDuration(lastedMs)} (policy.stuck).`;
      return [{ step: "stuck", verdict: "yes", why }];
    }
    case "dli-watch.unreachable": {
      const why = `So many polls in a row have failed: ${settings.unreachableAfter} (policy.unreachable_after).`;
      return [{ step: "reachable", verdict: "no", why }];
    }
    default:
      return [];
  }
}

function incidentSteps(event: Event, earlier: readonly Event[]): readonly Step[] {
  const { incident } = event.data;
  if (incident === undefined) return [];
  if (endsIncident(event))
    return [{ step: "incident", verdict: "ends", why: `It is the end of ${incident}.` }];
  return earlier.some(({ data }) => data.incident === incident)
    ? [{ step: "incident", verdict: "goes on", why: `It is a part of ${incident}.` }]
    : [{ step: "incident", verdict: "opens", why: `It is the first of ${incident}.` }];
}
