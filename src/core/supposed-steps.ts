import { formatDuration } from "./duration.ts";
import { confirmedStep } from "./noticed-steps.ts";
import type { PolicySettings } from "./policy.ts";
import type { ShowTime, Step } from "./steps.ts";
import type { KnownResource, Supposed, Supposition } from "./supposition.ts";

/** Why what is supposed would be noticed at all, and as what. */
export function supposedSteps(
  { project, connection }: Supposition,
  supposed: Supposed,
  { settings, show }: { readonly settings: PolicySettings; readonly show: ShowTime },
): readonly Step[] {
  const { before, after, polls } = supposed;
  const watched = connection.discovered ? "It was discovered in" : "It is named in";
  const begun: readonly Step[] = [
    { step: "watched", verdict: "yes", why: `${watched} project ${project.name}.` },
    reachableStep(supposed, show),
    recordedStep(before, show),
  ];
  if (before.state === after.state) {
    const why = before.state === undefined ? "It is not there." : `It is ${before.state} already.`;
    return [...begun, { step: "confirmed", verdict: "nothing", why }];
  }
  return [
    ...begun,
    ...firstSightSteps(supposed, settings),
    confirmedStep(polls),
    flappingStep(after, settings, show),
    incidentStep(supposed, show),
  ];
}

function reachableStep({ projectMemory, connectionMemory }: Supposed, show: ShowTime): Step {
  const unseen = projectMemory.unreachable ?? connectionMemory?.unreachable;
  if (!unseen) return { step: "reachable", verdict: "yes", why: "It can be read." };
  const what = projectMemory.unreachable ? "The project" : "The connection";
  const why = `${what} has been unreachable since ${show(unseen.openedAt)}: nothing is seen until it can be reached. What follows holds then.`;
  return { step: "reachable", verdict: "no", why };
}

function recordedStep({ state, memory }: KnownResource, show: ShowTime): Step {
  if (state === undefined)
    return { step: "recorded", verdict: "nothing", why: "It is not on record." };
  const since = memory ? ` since ${show(memory.since)}` : "";
  return { step: "recorded", verdict: "yes", why: `${state}${since}.` };
}

/** Only what stands in the first answer about a connection is seen for the first time. */
function firstSightSteps(
  { connectionMemory, notices }: Supposed,
  { firstSight }: PolicySettings,
): readonly Step[] {
  if (connectionMemory?.snapshot) return [];
  const verdict = notices.length > 0 ? "counts" : "nothing";
  return [{ step: "first sight", verdict, why: `policy.first_sight is ${firstSight}.` }];
}

function flappingStep(
  { memory }: KnownResource,
  { flapping }: PolicySettings,
  show: ShowTime,
): Step {
  if (memory?.flapping) {
    const { changes, since } = memory.flapping;
    const why = `The state has changed ${changes} times since ${show(since)}.`;
    return { step: "flapping", verdict: "yes", why };
  }
  if (!flapping) return { step: "flapping", verdict: "no", why: "policy.flapping is false." };
  const counted = memory?.changes?.length ?? 0;
  const limit = `${flapping.changes} changes within ${formatDuration(flapping.withinMs)}`;
  const why = `${counted} of ${limit} (policy.flapping).`;
  return { step: "flapping", verdict: "no", why };
}

function incidentStep({ before, after }: Supposed, show: ShowTime): Step {
  const open = before.memory?.incident;
  if (open) {
    const told = open.told.length > 0 ? open.told.join(", ") : "nobody";
    const why = `Incident ${open.id}, since ${show(open.openedAt)}; told: ${told}.`;
    return { step: "incident", verdict: after.memory?.incident ? "goes on" : "ends", why };
  }
  return after.memory?.incident
    ? { step: "incident", verdict: "opens", why: "It is a problem." }
    : { step: "incident", verdict: "nothing", why: "It is no problem." };
}
