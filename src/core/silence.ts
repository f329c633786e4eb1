import type { Event } from "./event.ts";
import type { Incident } from "./memory.ts";
import { saysSomethingNew, withReason } from "./reasons.ts";
import { isState } from "./resource.ts";

/** Why a notice is recorded, but nobody is asked whether to be told: its resource flaps, or its reason was told before. */
export type Silence = "flapping" | "repeated";

/**
 * Finds out from the notices before it, in their order, why one was told to nobody; `undefined` where the routes were
 * asked. It is what flapping.ts and reasons.ts decided when it was noticed.
 */
export function silenceOf(event: Event, earlier: readonly Event[]): Silence | undefined {
  const { type, data } = event;
  const { incident } = data;
  const before = earlier.filter((one) => one.data.incident === incident);
  const known = incident === undefined ? undefined : before.reduce(remember, unknown(incident));
  if (known?.flaps && isHushed(event)) return "flapping";
  const isNew = data.changed?.some((change) => saysSomethingNew(change, known?.incident)) ?? false;
  return type === "dli-watch.detail" && !isNew ? "repeated" : undefined;
}

/** What the notices of an incident leave behind. */
interface Known {
  readonly flaps: boolean;
  /** With the reasons that were told in it. */
  readonly incident: Incident;
}

function unknown(id: string): Known {
  return { flaps: false, incident: { id, openedAt: 0, severity: "info", told: [] } };
}

function remember({ flaps, incident }: Known, event: Event): Known {
  if (flaps && isHushed(event)) return { flaps, incident };
  const reason = reasonIn(event);
  return {
    flaps: flapsAfter(event, flaps),
    incident: reason === undefined ? incident : withReason(incident, reason),
  };
}

/** While a resource flaps, its end is told all the same, and so is what it has settled in: that says how often it changed. */
function isHushed({ type, data }: Event): boolean {
  if (type === "dli-watch.detail") return true;
  return type === "dli-watch.transition" && !data.flapping && !isState(data.to, "DELETED");
}

function flapsAfter({ type, data }: Event, flaps: boolean): boolean {
  if (type === "dli-watch.flapping") return true;
  return flaps && (type === "dli-watch.reminder" || !data.flapping);
}

/** The reason that an event tells, empty where it is FAILED without one. */
function reasonIn({ type, data: { to, err_msg = "", changed = [] } }: Event): string | undefined {
  switch (type) {
    case "dli-watch.detail":
      return changed.find(({ field }) => field === "err_msg")?.to;
    case "dli-watch.flapping":
      return err_msg;
    case "dli-watch.transition":
    case "dli-watch.appeared":
      return isState(to, "FAILED") ? err_msg : undefined;
    default:
      return undefined;
  }
}
