import { dispatchRules, type Way } from "./dispatch-rules.ts";
import { formatDuration } from "./duration.ts";
import type { Event } from "./event.ts";
import type { Delivery } from "./outbox.ts";
import { endsIncident } from "./way.ts";

/** A question on the way of a notice, the answer, and why, in a sentence or two. */
export interface Step {
  readonly step: StepName;
  readonly verdict: Verdict;
  readonly why: string;
}

type StepName =
  | ("watched" | "reachable" | "recorded" | "first sight" | "confirmed")
  | ("stuck" | "flapping" | "incident")
  | ("addressed" | Exclude<Way["rule"], "sent"> | "outcome" | "configuration");

type Verdict =
  | ("yes" | "no" | "counts" | "nothing" | "opens" | "goes on" | "ends")
  | (Way["by"] | "nobody" | "unknown" | "changed")
  | (Delivery["state"] | "held" | "in a digest" | "not told");

/** How times (epoch milliseconds) are written. */
export type ShowTime = (at: number) => string;

/** What is recorded of a delivery: why it concerns its notifier, every rule up to the one that applied, and what became of it. */
export function recordedSteps(
  delivery: Delivery,
  {
    event,
    digest,
    show,
  }: {
    readonly event: Event;
    /** The one in which it was told, if it was. */
    readonly digest: Event | undefined;
    readonly show: ShowTime;
  },
): readonly Step[] {
  const { way } = delivery;
  const outcome = digest
    ? ({
        verdict: "in a digest",
        why: `Told in ${digest.id}, at ${showTime(digest, show)}.`,
      } as const)
    : outcomeOf(delivery, show);
  const before: readonly Step[] = way
    ? [addressedStep(way), ...ruleSteps(way, event)]
    : [{ step: "addressed", verdict: "unknown", why: "An older version dispatched it." }];
  return [...before, { step: "outcome", ...outcome }];
}

function showTime({ time }: Event, show: ShowTime): string {
  return show(Date.parse(time));
}

function addressedStep({ by, routes }: Way): Step {
  const also = routes.length > 0 ? ` ${routesText(routes)} it, too.` : "";
  const whys = {
    routes: `${routesText(routes)} it.`,
    everyone: "No route matches, so everyone is told.",
    told: `It was told of the problem, so it is told of its end.${also}`,
    named: "The notice is for it.",
  };
  return { step: "addressed", verdict: by, why: whys[by] };
}

/** Which routes do what follows, such as "Routes 1, 2 name". */
export function routesText(numbers: readonly number[]): string {
  return numbers.length === 1 ? `Route ${numbers[0]} names` : `Routes ${numbers.join(", ")} name`;
}

function ruleSteps(way: Way, event: Event): readonly Step[] {
  const asked = dispatchRules.slice(0, dispatchRules.indexOf(way.rule) + 1);
  return asked.flatMap((step): readonly Step[] => {
    if (step === "sent") return [];
    return step === way.rule
      ? [{ step, verdict: "yes", why: appliedText(step, way) }]
      : [{ step, verdict: "no", why: passedText(step, way, event) }];
  });
}

type Rule = Exclude<Way["rule"], "sent">;

function appliedText(rule: Rule, { mute, heldMs = 0 }: Way): string {
  const wait = formatDuration(heldMs);
  const when = heldMs === 0 ? "at once" : `${wait} later`;
  const texts = {
    dropped: "The problem that it ends was held back for its delay: neither is told.",
    muted: `The mute "${mute}" covers it.`,
    joined: `Something of its incident is held back: it goes along with that, ${when}.`,
    delayed: `Its route lets problems wait ${wait}.`,
    digested: `Its route collects notices; the digest comes ${wait} later.`,
    stormed: `Too many notices in too little time; the digest comes ${wait} later.`,
  };
  return texts[rule];
}

function passedText(rule: Rule, { by }: Way, event: Event): string {
  const isOwed = by === "told" && endsIncident(event);
  const texts = {
    dropped: "It ends no problem that is held back for its delay.",
    muted: isOwed ? "The end of a problem that was told is never muted." : "No mute covers it.",
    joined: "Nothing of its incident is held back.",
    delayed: "Its routes do not delay it.",
    digested: "Its routes do not collect it.",
    stormed: "There are not too many notices.",
  };
  return texts[rule];
}

function outcomeOf(
  { state, hold, attempts, lastError, nextAt, settledAt = nextAt }: Delivery,
  show: ShowTime,
): Pick<Step, "verdict" | "why"> {
  const times = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  switch (state) {
    case "accepted":
      return { verdict: state, why: `After ${times}, at ${show(settledAt)}.` };
    case "dead":
      return {
        verdict: state,
        why: `Given up after ${times}, at ${show(settledAt)}: ${lastError}`,
      };
    case "closed":
      return { verdict: state, why: `At ${show(settledAt)}: ${lastError}` };
    case "waiting": {
      const due = show(nextAt);
      if (hold === "delay")
        return { verdict: "held", why: `Until ${due}, if its problem is not over by then.` };
      if (hold) return { verdict: "held", why: `For the digest of ${due}.` };
      const tried = attempts > 0 ? `${times}: ${lastError} ` : "";
      return { verdict: state, why: `${tried}Due at ${due}.` };
    }
    default:
      return state satisfies never;
  }
}
