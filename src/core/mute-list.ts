import { matcherText } from "./matcher-text.ts";
import { type AdHocMute, adHocMute, type NextTime, type PlannedMute, plannedMute } from "./mute.ts";
import { isoTime } from "./notice.ts";

/** A mute as people see it. Times are ISO 8601. */
export interface ListedMute {
  /** Absent for one of the configuration. */
  readonly id: string | undefined;
  readonly name: string;
  /** What it covers, in words; empty for everything. */
  readonly match: string;
  readonly on: boolean;
  /** When it ends, if it is on. */
  readonly until: string | undefined;
  /** When it begins next, if it is off and ever does. */
  readonly from: string | undefined;
}

/** Those given by hand that are on at `now` (epoch milliseconds), then those of the configuration. */
export function listMutes({
  byHand,
  planned,
  nextTime,
  now,
}: {
  readonly byHand: readonly AdHocMute[];
  readonly planned: readonly PlannedMute[];
  readonly nextTime: NextTime;
  readonly now: number;
}): readonly ListedMute[] {
  return [
    ...byHand.flatMap((mute) => {
      const until = adHocMute(mute).until(now);
      return until === undefined ? [] : [{ ...listed(mute.why, mute, until), id: mute.id }];
    }),
    ...planned.map((mute) => {
      const until = plannedMute(mute, nextTime).until(now);
      const from = until === undefined ? nextTime(mute.cron, now) : undefined;
      return { ...listed(mute.name, mute, until), from: from === undefined ? from : isoTime(from) };
    }),
  ];
}

function listed(
  name: string,
  { match }: Pick<AdHocMute, "match">,
  until: number | undefined,
): ListedMute {
  return {
    id: undefined,
    name,
    match: matcherText(match),
    on: until !== undefined,
    until: until === undefined ? until : isoTime(until),
    from: undefined,
  };
}
