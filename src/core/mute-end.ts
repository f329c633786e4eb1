import { itemsOf, worstOf } from "./digest.ts";
import type { Outbox } from "./dispatch.ts";
import type { Announce, Draft } from "./draft.ts";
import type { Event } from "./event.ts";
import type { Mute, Withheld, Withholding } from "./mute.ts";
import type { Problem } from "./problems.ts";
import { type Retelling, retellingOf } from "./retelling.ts";

/** Everything that tells which mutes are over. */
export interface MutesInUse {
  readonly outbox: Outbox;
  /** Ids of the mutes that withhold something. */
  readonly muting: readonly string[];
  /** All that there are, on or off. */
  readonly mutes: readonly Mute[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Everything that the end of mutes depends on. */
export interface Muting extends MutesInUse {
  readonly announce: Announce;
  /** Words what is told within another notice. */
  readonly word: (draft: Draft) => Event;
  /** Everything that is bad now. */
  readonly problems: () => readonly Problem[];
}

/** What the end of mutes changes. */
export interface EndedMutes {
  /** Ids. */
  readonly endedMutes: readonly string[];
  /** Who was told in a summary what was withheld before. */
  readonly retold: readonly Retelling[];
}

/** When the first of the mutes is over that were given by hand or withheld something, in epoch milliseconds; `now` if it is. */
export function mutesOverAt(inUse: MutesInUse): number {
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...endsOf(inUse).map(({ until }) => until ?? inUse.now),
  );
}

/** Ends the mutes that are over: each tells those from whom it withheld something what is bad now. */
export function endMutes(muting: Muting, withholding: Pick<Withholding, "withhold">): EndedMutes {
  const over = endsOf(muting).filter(({ until }) => until === undefined);
  const retold = over.flatMap(({ id, mute }) => {
    const { notifiers = {} } = muting.outbox.withheld(id) ?? {};
    return Object.entries(notifiers).flatMap(([notifier, withheld]) =>
      summarize(muting, { id, mute, notifier, withheld, ...withholding }),
    );
  });
  return { endedMutes: over.map(({ id }) => id), retold };
}

function endsOf({ outbox, muting, mutes, now }: MutesInUse) {
  const ids = new Set([...outbox.mutes().map(({ id }) => id), ...muting]);
  return [...ids].map((id) => {
    const mute = mutes.find((one) => one.id === id);
    return { id, mute, until: mute?.until(now) };
  });
}

/** What a mute that is over withheld from one notifier. */
interface Owed extends Pick<Withholding, "withhold"> {
  readonly id: string;
  /** Absent where it is configured no more. */
  readonly mute: Mute | undefined;
  readonly notifier: string;
  readonly withheld: Withheld["notifiers"][string];
}

function summarize(muting: Muting, owed: Owed): readonly Retelling[] {
  const { id, mute, notifier, withheld, withhold } = owed;
  const bad = concerning(muting, owed);
  const on = muting.mutes.filter(({ until }) => until(muting.now) !== undefined);
  const items = bad.flatMap(({ incident, event, isHeld }) => {
    if (isHeld) return [];
    const other = on.find(({ covers }) => covers(event));
    if (!other) return [event];
    withhold(other, { notifier, incident });
    return [];
  });
  if (items.length === 0 && bad.length > 0) return [];
  const names = muting.announce({
    type: "mute_summary",
    severity: worstOf(items),
    resource: { type: "mute", name: mute?.name ?? id },
    ...itemsOf(items),
    muted: withheld.notices,
    tell: [notifier],
    routed: false,
  });
  return items.flatMap((event) => retellingOf(event, names, true));
}

/** What is bad of what was withheld from the notifier, or was told to it before the mute; what is held for it is told by itself. */
function concerning({ outbox, problems, word }: Muting, { mute, notifier, withheld }: Owed) {
  const held = outbox.waiting(notifier).filter(({ hold }) => hold);
  return problems().flatMap(({ incident: { id, told }, draft }) => {
    const event = word(draft);
    const isWithheld = withheld.incidents.includes(id);
    if (!isWithheld && !(told.includes(notifier) && mute?.covers(event))) return [];
    return [{ incident: id, event, isHeld: held.some(({ incident }) => incident === id) }];
  });
}
