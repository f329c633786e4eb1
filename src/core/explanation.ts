import { aboutTelling, type Event } from "./event.ts";
import type { Delivery } from "./outbox.ts";
import { type Mismatch, mismatchesOf, type Route, type Routing, router } from "./route.ts";
import { type Silence, silenceOf } from "./silence.ts";
import { recordedSteps, routesText, type ShowTime, type Step } from "./steps.ts";
import { isForTold } from "./way.ts";

/*
 * An explanation says of one notice, step by step, why each notifier is told of it or is not. What was done is what is
 * recorded with its deliveries. Why there is none, and what the present routes make of it, is found out from the notice and
 * those before it.
 */

/** A notice, and what is known of it. */
export interface Noticed {
  readonly event: Event;
  readonly deliveries: readonly Delivery[];
  /** The notices of its connection before it, in their order. */
  readonly earlier: readonly Event[];
  /** The digests in which it was told, by notifier. */
  readonly digests: ReadonlyMap<string, Event>;
}

/** Why each notifier is told of one notice, or is not. */
export interface NoticeExplanation {
  readonly event: Event;
  /** Whether the routes are asked; where they are not, it is for those who were told of the problem, those whom it names, or nobody. */
  readonly asked: "routes" | "told" | "named" | Silence;
  /** What the present ones make of it, asked or not. */
  readonly routes: readonly RouteVerdict[];
  /** Those configured in their order, then others that have a delivery. */
  readonly notifiers: readonly NotifierExplanation[];
}

interface RouteVerdict extends Route {
  /** From 1. */
  readonly number: number;
  /** Nothing where it matches. */
  readonly against: readonly Mismatch[];
}

interface NotifierExplanation {
  readonly notifier: string;
  readonly steps: readonly Step[];
  /** Absent where the notice does not concern the notifier. */
  readonly delivery?: Delivery;
}

/** Explains one notice by what is recorded of it and by the present routes. */
export function explainNotice(
  noticed: Noticed,
  { routing, show }: { readonly routing: Routing; readonly show: ShowTime },
): NoticeExplanation {
  const { event, deliveries, digests } = noticed;
  const asked = askedFor(noticed);
  const routes = verdictsOf(routing, event);
  const destinations = asked === "routes" ? router(routing)(event) : [];
  const names = new Set([...routing.notifiers, ...deliveries.map(({ notifier }) => notifier)]);
  const notifiers = [...names].map((notifier): NotifierExplanation => {
    const delivery = deliveries.find((one) => one.notifier === notifier);
    const destination = destinations.find((one) => one.notifier === notifier);
    const present = destination?.routes.map(({ number }) => number);
    const steps = delivery
      ? recordedSteps(delivery, { event, digest: digests.get(notifier), show })
      : untoldSteps({ asked, routes, present });
    const changed = routing.notifiers.includes(notifier)
      ? changedSteps(asked, delivery, present)
      : [changedStep("It is not configured any more.")];
    return { notifier, steps: [...steps, ...changed], ...(delivery && { delivery }) };
  });
  return { event, asked, routes, notifiers };
}

/** These are for those whom they name. */
const naming: ReadonlySet<Event["type"]> = new Set(["dli-watch.reminder", ...aboutTelling]);

function askedFor({ event, earlier }: Noticed): NoticeExplanation["asked"] {
  if (naming.has(event.type)) return "named";
  return isForTold(event) ? "told" : (silenceOf(event, earlier) ?? "routes");
}

function verdictsOf({ routes }: Routing, event: Event): readonly RouteVerdict[] {
  return routes.map((route, index) => ({
    ...route,
    number: index + 1,
    against: mismatchesOf(route.match, event),
  }));
}

/** What the present routes would do otherwise than is recorded; `present` are those that name the notifier, by number. */
function changedSteps(
  asked: NoticeExplanation["asked"],
  delivery: Delivery | undefined,
  present: readonly number[] | undefined,
): readonly Step[] {
  const recorded = delivery?.way;
  const isByRoutes = !delivery || recorded?.by === "routes" || recorded?.by === "everyone";
  if (asked !== "routes" || !isByRoutes || recorded?.routes.join() === present?.join()) return [];
  if (!present) return [changedStep("The present routes do not tell it.")];
  const now = present.length > 0 ? `${routesText(present)} it` : "everyone is told";
  return [changedStep(`By the present routes ${now}.`)];
}

function changedStep(why: string): Step {
  return { step: "configuration", verdict: "changed", why };
}

function untoldSteps(found: Untold): readonly Step[] {
  return [
    { step: "addressed", verdict: "nobody", why: whyNot(found) },
    { step: "outcome", verdict: "not told", why: "There is no delivery." },
  ];
}

interface Untold extends Pick<NoticeExplanation, "asked" | "routes"> {
  readonly present: readonly number[] | undefined;
}

/** Why a notice does not concern a notifier. */
function whyNot({ asked, routes, present }: Untold): string {
  switch (asked) {
    case "told":
      return "It was not told of the problem.";
    case "named":
      return "The notice is for others.";
    case "flapping":
      return "While the state flaps, its changes are recorded and told to nobody.";
    case "repeated":
      return "What it says was told before: it is recorded and told to nobody.";
    case "routes":
      if (present) return "No route told it then.";
      return routes.some(({ against }) => against.length === 0)
        ? "No route that matches names it."
        : "No route matches.";
    default:
      return asked satisfies never;
  }
}
