import { aboutTelling } from "./event.ts";
import { compileMatcher, type Matcher, type Test } from "./route.ts";
import type { Cron } from "./schedule.ts";

/*
 * While a mute is on, the notices it covers are recorded and told to nobody; only that a told problem is over still is. Of
 * each mute that withheld something it is remembered whom from. When it ends, each of these gets one `mute_summary`: what
 * is bad now of what it was told, or would have been. It is owed the recoveries of that. What another mute still covers
 * is left to that one.
 */

/** A mute of the configuration: on for `forMs` from each time of its expression. */
export interface PlannedMute {
  readonly name: string;
  readonly match: Matcher;
  readonly cron: Cron;
  readonly forMs: number;
}

/** A mute given by hand. Times are epoch milliseconds. */
export interface AdHocMute {
  /** A ULID. */
  readonly id: string;
  readonly match: Matcher;
  readonly why: string;
  readonly createdAt: number;
  readonly until: number;
}

/** Any mute, ready to be asked. */
export interface Mute {
  /** A planned one's name, or the id of one given by hand. */
  readonly id: string;
  /** What people are told it is. */
  readonly name: string;
  readonly covers: Test;
  /** Until when it is on at `now`, in epoch milliseconds; `undefined` where it is off. */
  until(now: number): number | undefined;
}

/** The first time after `after` (epoch milliseconds) at which an expression comes up; `undefined` if it never does. */
export type NextTime = (cron: Cron, after: number) => number | undefined;

/** What one mute withheld since it began, of each notifier. */
export interface Withheld {
  readonly notifiers: Readonly<
    Record<string, { readonly notices: number; readonly incidents: readonly string[] }>
  >;
}

/** Compiles a mute of the configuration. */
export function plannedMute({ name, match, cron, forMs }: PlannedMute, nextTime: NextTime): Mute {
  return {
    id: name,
    name,
    covers: covering(match),
    until(now) {
      const start = nextTime(cron, now - forMs);
      return start !== undefined && start <= now ? start + forMs : undefined;
    },
  };
}

/** Compiles a mute given by hand. */
export function adHocMute({ id, match, why, until }: AdHocMute): Mute {
  return {
    id,
    name: why,
    covers: covering(match),
    until: (now) => (now < until ? until : undefined),
  };
}

/** What is about the telling itself is never muted: nobody would learn that nobody is told. */
function covering(match: Matcher): Test {
  const matches = compileMatcher(match);
  return (event) => !aboutTelling.has(event.type) && matches(event);
}

/** A notice that is withheld; `incident` is empty where it belongs to none. */
interface WithheldNotice {
  readonly notifier: string;
  readonly incident: string;
}

/** What mutes withhold in one decision. */
export interface Withholding {
  withhold(mute: Mute, notice: WithheldNotice): void;
  /** Of each that withheld something: all that it has since it began. */
  withheld(): readonly { readonly mute: string; readonly withheld: Withheld }[];
}

/** Goes on from what each mute has withheld so far. */
export function startWithholding(soFar: (mute: string) => Withheld | undefined): Withholding {
  const changed = new Map<string, Withheld>();
  return {
    withhold({ id }, notice) {
      changed.set(id, withOneMore(changed.get(id) ?? soFar(id) ?? { notifiers: {} }, notice));
    },
    withheld: () => [...changed].map(([mute, withheld]) => ({ mute, withheld })),
  };
}

function withOneMore({ notifiers }: Withheld, { notifier, incident }: WithheldNotice): Withheld {
  const { notices, incidents } = notifiers[notifier] ?? { notices: 0, incidents: [] };
  const own = new Set(incident === "" ? incidents : [...incidents, incident]);
  return {
    notifiers: { ...notifiers, [notifier]: { notices: notices + 1, incidents: [...own] } },
  };
}
