import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { silenceOf } from "../../src/core/silence.ts";
import { queue, withQueues } from "../support/snapshots.ts";
import { at, lines, play, seen, type Timeline } from "../support/timeline.ts";

const etl = (state: string, errMsg = "") => seen(withQueues(queue("etl", { state, errMsg })));
const active = etl("ACTIVE");
const first = etl("FAILED", "no router 1");
const second = etl("FAILED", "no quota");

/** Each notice of a timeline, with the silence that is found for it. */
function silences(polls: readonly Timeline["steps"][number][0][]): readonly string[] {
  const announced = play(polls).flat();
  const events = announced.map(({ event }) => event);
  return lines(announced).map(
    (line, index) => `${line}: ${silenceOf(events[index] ?? never(), events.slice(0, index))}`,
  );
}

function never(): never {
  throw new Error("There is an event for each line.");
}

describe("the silence about a notice is found in those before it", () => {
  test("a reason that comes back", () => {
    expect(silences([active, first, second, etl("FAILED", "no router 2")])).toEqual([
      "!!transition etl ACTIVE>FAILED: undefined",
      "!!detail etl FAILED>FAILED: undefined",
      "(!!detail etl FAILED>FAILED): repeated",
    ]);
  });

  test("flapping, until it has settled", () => {
    const changes = [active, first, active, first, active, first, active, first];
    expect(silences([...changes, at("2h", second), at("3h", active)]).slice(5)).toEqual([
      "!!flapping etl FAILED>ACTIVE: undefined",
      "(!!transition etl ACTIVE>FAILED): flapping",
      "(!!detail etl FAILED>FAILED): flapping",
      "!!transition etl FAILED>FAILED: undefined",
      "recovery etl FAILED>ACTIVE: undefined",
    ]);
  });

  test("whatever happens, just where nobody was told", () => {
    const state = fc.constantFrom(
      "ACTIVE",
      "ACTIVE",
      "FAILED",
      "FAILED",
      "FAILED",
      "CREATING",
      "DELETED",
    );
    const reason = fc.constantFrom("", "no router 1", "no router 2", "no quota");
    const observed = fc.oneof(
      { weight: 29, arbitrary: fc.tuple(state, reason).map(([to, why]) => etl(to, why)) },
      { weight: 1, arbitrary: fc.constant(seen(withQueues())) },
    );
    const later = fc.constantFrom(1, 1, 2, 2, 3, 3, 3, 3, 20);
    const poll = fc.tuple(later, observed);
    fc.assert(
      fc.property(fc.array(poll, { minLength: 30, maxLength: 60 }), (polls) => {
        let minutes = 0;
        const steps = polls.map(([later, observation]) => {
          minutes += later;
          return at(`${minutes}m`, observation);
        });
        const announced = play(steps).flat();
        const events = announced.map(({ event }) => event);
        for (const [index, { event, notifiers }] of announced.entries()) {
          const silence = silenceOf(event, events.slice(0, index));
          expect({ event, silent: silence !== undefined }).toEqual({
            event,
            silent: notifiers.length === 0,
          });
        }
      }),
    );
  });
});
