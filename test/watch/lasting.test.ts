import { expect, test } from "vitest";
import { openMemoryStore } from "../../src/store/memory.ts";
import { lineOf } from "../support/installation.ts";
import { pollRounds, type Round } from "../support/polled-cloud.ts";

const minute = 60_000;

/** A round a minute, in which a queue is in a state. */
function roundsOf(states: readonly string[]): readonly Round[] {
  return states.map((status) => ({
    connections: [{ id: "e1", kind: "enhanced", queues: { etl: { status } } }],
  }));
}

/** So many rounds of one state. */
const stays = (status: string, rounds: number) => Array.from({ length: rounds }, () => status);

const remind = { first: "10m", factor: 2, max: "1h" };

/** While it flaps. */
const recordedOnly = [
  "02:04 transition queue etl FAILED>ACTIVE",
  "02:05 transition queue etl ACTIVE>FAILED",
  "02:06 transition queue etl FAILED>ACTIVE",
];

/** What a watcher finds from each start to the next. */
const stories = [
  {
    name: "stays in CREATING",
    runs: [stays("CREATING", 10), stays("CREATING", 20), stays("ACTIVE", 2)],
    noticed: ["02:15 stuck queue etl >CREATING", "02:30 unstuck queue etl CREATING>ACTIVE"],
  },
  {
    name: "flaps",
    policy: { flapping: { changes: 3, within: "10m" } },
    runs: [
      ["ACTIVE", "FAILED"],
      ["ACTIVE", "FAILED"],
      ["ACTIVE", "FAILED"],
      ["ACTIVE", ...stays("ACTIVE", 20)],
      stays("ACTIVE", 20),
    ],
    noticed: [
      "02:01 transition queue etl ACTIVE>FAILED",
      "02:02 recovery queue etl FAILED>ACTIVE",
      "02:03 flapping queue etl ACTIVE>FAILED",
      ...recordedOnly,
      "02:15 recovery queue etl ACTIVE>ACTIVE",
    ],
  },
  {
    name: "stays FAILED",
    routes: [{ match: { to: "FAILED" }, notify: ["oncall"], remind }],
    runs: [stays("FAILED", 5), stays("FAILED", 20), stays("FAILED", 20), stays("ACTIVE", 1)],
    noticed: [
      "02:00 appeared queue etl >FAILED",
      "02:10 reminder queue etl >FAILED",
      "02:30 reminder queue etl >FAILED",
      "02:45 recovery queue etl FAILED>ACTIVE",
    ],
  },
];

test.each(
  stories.flatMap((story) => (["list", "show"] as const).map((poll_by) => ({ ...story, poll_by }))),
)(
  "a queue that $name, polled by $poll_by, is noticed in time and not again after a restart",
  async ({ runs, noticed, name, ...watched }) => {
    const store = openMemoryStore();
    const found: string[] = [];
    let startAt = Date.UTC(2026, 10, 24, 2);
    for (const states of runs) {
      const watch = await pollRounds(roundsOf(states), {
        ...watched,
        connections: ["e1"],
        store,
        startAt,
      });
      found.push(
        ...watch.told.flat().map((event) => `${event.time.slice(11, 16)} ${lineOf(event)}`),
      );
      startAt += states.length * minute;
    }
    expect(found).toEqual(noticed);
  },
);
