import type { Outbox } from "../core/dispatch.ts";
import { type AdHocMute, adHocMute, type Mute } from "../core/mute.ts";
import type { Commit, Memories, WithheldRow } from "../store/store.ts";

/** The mutes given by hand and what every mute withholds, as the store has them. */
export interface MuteTable extends Pick<Outbox, "mutes" | "withheld"> {
  /** Ids of the mutes that withheld something. */
  muting(): readonly string[];
  /** Takes over what was committed. */
  apply(change: Pick<Commit, "withheld" | "endedMutes">): void;
  /** Takes over what another process did. */
  replace(mutes: readonly AdHocMute[]): void;
}

/** Starts with what the store remembers. */
export function createMuteTable({
  mutes,
  withheld,
}: Pick<Memories, "mutes" | "withheld">): MuteTable {
  const byMute = new Map(withheld.map((row) => [row.mute, row.withheld]));
  let byHand: readonly Mute[] = mutes.map(adHocMute);
  const remember = ({ mute, withheld: one }: WithheldRow) => byMute.set(mute, one);
  return {
    mutes: () => byHand,
    withheld: (mute) => byMute.get(mute),
    muting: () => [...byMute.keys()],
    apply({ withheld: changed = [], endedMutes = [] }) {
      for (const row of changed) remember(row);
      for (const mute of endedMutes) byMute.delete(mute);
      byHand = byHand.filter(({ id }) => !endedMutes.includes(id));
    },
    replace(next) {
      byHand = next.map(adHocMute);
    },
  };
}
