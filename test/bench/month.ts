import type { Observation } from "../../src/core/model.ts";
import type { ObservationRun } from "../../src/core/run.ts";
import { idsOf } from "./connections.ts";

const minute = 60_000;
const day = 24 * 60;
const days = 30;

/** When something is observed from then on, in minutes. */
type Turn = readonly [at: number, observation: Observation];

/**
 * A month of so many basic connections, each polled once a minute: every day one of its two queues is created anew, fails
 * after five minutes, and is mended after three quarters of an hour. Every week nothing can be seen for half an hour.
 */
export function monthOf(connections: number, startAt: number): readonly ObservationRun[] {
  const chance = createChance();
  const at = (start: number) => Math.floor(start * day + chance() * (day - 60));
  const outages = Array.from({ length: 4 }, (_, week) => at(7 * week));
  return idsOf(connections)
    .flatMap((id, index) => {
      const turns = Array.from({ length: days }, (_, date) => at(date)).flatMap(
        (from): readonly Turn[] => [
          [from, seen(id, "CREATING")],
          [from + 5, seen(id, "FAILED", "Can't get ready router.")],
          [from + 50, seen(id, "ACTIVE")],
        ],
      );
      const first: Turn = [0, seen(id, "ACTIVE")];
      return runsOf(id, withOutages([first, ...turns], outages), startAt + index);
    })
    .sort((one, other) => one.firstAt - other.firstAt);
}

function withOutages(turns: readonly Turn[], outages: readonly number[]): readonly Turn[] {
  const lasts = 30;
  const isDown = (at: number) => outages.some((from) => at >= from && at < from + lasts);
  const back = outages.map((from): readonly Turn[] => {
    const last = turns.findLast(([at]) => at < from + lasts);
    return last
      ? [
          [from, failed],
          [from + lasts, last[1]],
        ]
      : [];
  });
  return [...turns.filter(([at]) => !isDown(at)), ...back.flat()].sort(
    ([one], [other]) => one - other,
  );
}

function runsOf(
  connection: string,
  turns: readonly Turn[],
  startAt: number,
): readonly ObservationRun[] {
  return turns.flatMap(([from, observation], index) => {
    const [to = days * day] = turns[index + 1] ?? [];
    if (to === from) return [];
    const [firstAt, lastAt] = [startAt + from * minute, startAt + (to - 1) * minute];
    return [{ project: "prod-0", connection, firstAt, lastAt, polls: to - from, observation }];
  });
}

const failed: Observation = {
  outcome: "failed",
  failure: { cause: "server", message: "dli.cn-north-4.myhuaweicloud.com answered 502" },
};

function seen(id: string, state: string, errMsg = ""): Observation {
  const queue = { type: "queue", errMsg: "" } as const;
  return {
    outcome: "snapshot",
    snapshot: {
      kind: "basic",
      id,
      state: "ACTIVE",
      errMsg: "",
      attributes: { name: id, service: "CloudTable.OPENTSDB", destination: "a:2181" },
      bindings: {
        queue: [
          { ...queue, name: "etl", peerId: `etl-${id}`, state, errMsg },
          { ...queue, name: "logs", peerId: `logs-${id}`, state: "ACTIVE" },
        ],
        pool: null,
      },
    },
  };
}

/** The same numbers in [0, 1) each time. */
function createChance(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
