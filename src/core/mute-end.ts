import { itemsOf, worstOf } from "./digest.ts";
import type { Outbox } from "./dispatch.ts";
import type { Announce, Draft } from "./draft.ts";
import type { Event } from "./event.ts";
import type { Mute, Withheld } from "./mute.ts";
import type { Problem } from "./problems.ts";
import { type Retelling, retellingOf } from "./retelling.ts";

/** Everything that the end of mutes depends on. */
export interface Muting {
  readonly outbox: Outbox;
  /** Ids of the mutes that withhold something. */
  readonly muting: readonly string[];
  /** All that there are, on or off. */
  readonly mutes: readonly Mute[];
  readonly announce: Announce;
  /** Words what is told within another notice. */
  readonly word: (draft: Draft) => Event;
  /** Everything that is bad now. */
  readonly problems: () => readonly Problem[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What the end of mutes changes. */
export interface EndedMutes {
  /** Ids. */
  readonly endedMutes: readonly string[];
  /** Who was told in a summary what was withheld before. */
  readonly retold: readonly Retelling[];
}

/** Ids of the mutes that are over at `now`: those given by hand, and those that withheld something. */
export function overMutes({
  outbox,
  muting,
  mutes,
  now,
}: Omit<Muting, "announce" | "word" | "problems">) {
  const ids = new Set([...outbox.mutes().map(({ id }) => id), ...muting]);
  return [...ids].filter((id) => mutes.find((mute) => mute.id === id)?.until(now) === undefined);
}

/** Ends the mutes that are over: each tells those from whom it withheld something what is bad now. */
export function endMutes(muting: Muting): EndedMutes {
  const endedMutes = overMutes(muting);
  const retold = endedMutes.flatMap((id) => {
    const withheld = muting.outbox.withheld(id);
    return withheld ? summarize(muting, id, withheld) : [];
  });
  return { endedMutes, retold };
}

function summarize(
  { mutes, problems, announce, word }: Muting,
  id: string,
  { notifiers }: Withheld,
): readonly Retelling[] {
  const mute = mutes.find((one) => one.id === id);
  const withheld = Object.values(notifiers);
  const incidents = new Set(withheld.flatMap((own) => own.incidents));
  const bad = problems()
    .map(({ incident, draft }) => ({ incident: incident.id, event: word(draft) }))
    .filter(({ incident, event }) => incidents.has(incident) || mute?.covers(event));
  const items = bad.map(({ event }) => event);
  announce({
    type: "mute_summary",
    severity: worstOf(items),
    resource: { type: "mute", name: mute?.name ?? id },
    ...itemsOf(items),
    muted: Math.max(...withheld.map(({ notices }) => notices)),
    tell: Object.keys(notifiers),
    routed: false,
  });
  return bad.flatMap(({ incident, event }) => {
    const names = Object.keys(notifiers).filter((name) =>
      notifiers[name]?.incidents.includes(incident),
    );
    return names.length > 0 ? retellingOf(event, names, true) : [];
  });
}
