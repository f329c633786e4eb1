import fc from "fast-check";
import { expect, test } from "vitest";
import type { Told } from "../../../src/core/desk.ts";
import type { Event } from "../../../src/core/event.ts";
import type { ReplayMemory } from "../../../src/core/replay.ts";
import type { Rules } from "../../../src/core/rules.ts";
import { anyPolls, anyTelling, type LaterPoll } from "../../support/random-telling.ts";
import { beginning, projectWith, rulesFor } from "../../support/telling.ts";

const start = Date.parse("2026-11-24T02:00:00Z");
const [minute, day] = [60_000, 24 * 60 * 60_000];
const project = projectWith(["a", "b"]);

/** Replays the polls and two days more; restarted before each poll for which `restarts` says so. */
function replayed(
  rules: Rules,
  polls: readonly LaterPoll[],
  restarts: (poll: number) => boolean = () => false,
): { readonly told: readonly Told[]; readonly memory: ReplayMemory } {
  const told: Told[] = [];
  const begin = beginning(project, told);
  let replay = begin(rules);
  let at = start;
  for (const [index, { connection: name, observation, minutes }] of polls.entries()) {
    at += minutes * minute;
    if (restarts(index)) replay = begin(rules, replay.memory());
    const connection = project.connections.find(({ id }) => id === name);
    if (connection) replay.observe({ project, connection, observation, at });
  }
  replay.advance(at + 2 * day);
  return { told, memory: replay.memory() };
}

/** What a message tells: itself, or each that it lists, in the order in which they came. */
const eventsIn = ({ event }: Told): readonly Event[] =>
  (event.data.items ?? [event]).toSorted((one, other) => one.data.sequence - other.data.sequence);

const wordOf = ({ type }: Event) => type.slice("dli-watch.".length);
const isOver = (event: Event) => ["recovery", "unstuck", "reachable"].includes(wordOf(event));
const isEnd = (event: Event) =>
  isOver(event) || wordOf(event) === "disappeared" || event.data.to === "DELETED";

/** Holds for what each notifier is told, whatever happens and however it is configured. */
function always(
  what: string,
  holds: (
    told: readonly Told[],
    all: { readonly notifier: string; readonly rules: Rules; readonly memory: ReplayMemory },
  ) => void,
): void {
  test(what, () => {
    fc.assert(
      fc.property(anyTelling, anyPolls, (telling, polls) => {
        const rules = rulesFor(telling);
        const { told, memory } = replayed(rules, polls);
        for (const { name: notifier } of rules.dispatching.notifiers) {
          const own = told.filter(({ delivery }) => delivery.notifier === notifier);
          holds(own, { notifier, rules, memory });
        }
      }),
      { numRuns: 100 },
    );
  });
}

always("never that a problem lasts or is over without the problem", (told) => {
  const problems = new Set<string>();
  for (const one of told) {
    const isSummary = wordOf(one.event) === "mute_summary";
    for (const event of eventsIn(one)) {
      const { incident = event.id } = event.data;
      const lasts = wordOf(event) === "reminder" && !isSummary;
      if (lasts || isOver(event)) expect(problems).toContain(incident);
      else if (!isEnd(event)) problems.add(incident);
    }
  }
});

always(
  "never twice the same, nor an opening of what was told before, nor anything after its end",
  (told) => {
    const ids = new Set<string>();
    const begun = new Set<string>();
    const over = new Set<string>();
    for (const one of told) {
      if (one.delivery.role === "opens") expect(begun).not.toContain(one.delivery.incident);
      for (const event of eventsIn(one)) {
        expect(ids).not.toContain(event.id);
        ids.add(event.id);
        const { incident } = event.data;
        if (incident === undefined) continue;
        expect(over).not.toContain(incident);
        begun.add(incident);
        if (isEnd(event)) over.add(incident);
      }
    }
  },
);

always(
  "every incident ends, or is open now and its end will be told",
  (told, { notifier, memory }) => {
    const open = new Set<string>();
    for (const event of told.flatMap(eventsIn)) {
      const { incident } = event.data;
      if (incident === undefined) continue;
      if (isEnd(event)) open.delete(incident);
      else open.add(incident);
    }
    expect([...openIn(memory, notifier)]).toEqual(expect.arrayContaining([...open]));
  },
);

/** Ids of the open incidents that a notifier was told of. */
function openIn({ connections, projects }: ReplayMemory, notifier: string): readonly string[] {
  const incidents = [
    ...Object.values(projects).flatMap(({ unreachable, returning }) => [
      unreachable,
      returning?.incident,
    ]),
    ...Object.values(connections)
      .flatMap((ofProject) => Object.values(ofProject))
      .flatMap(({ connection, bindings, unreachable }) => [
        unreachable,
        connection.incident,
        ...Object.values(bindings).map(({ incident }) => incident),
      ]),
  ];
  return incidents.flatMap((one) => (one?.told.includes(notifier) ? [one.id] : []));
}

always("within a mute nothing that it covers, but the ends of what was told", (told, { rules }) => {
  const problems = new Set<string>();
  for (const one of told) {
    const on = rules.dispatching.mutes.filter(({ until }) => until(one.at) !== undefined);
    for (const event of eventsIn(one)) {
      const { incident = event.id } = event.data;
      if (!isEnd(event) || !problems.has(incident))
        expect(on.filter(({ covers }) => covers(event))).toEqual([]);
      problems.add(incident);
    }
  }
});

always("each in the order of its incident", (told) => {
  const last = new Map<string, number>();
  for (const one of told) {
    if (wordOf(one.event) === "mute_summary") continue;
    const own = Map.groupBy(eventsIn(one), ({ data }) => data.incident ?? "");
    own.delete("");
    for (const [incident, events] of own) {
      const sequences = events.map(({ data }) => data.sequence);
      expect(Math.min(...sequences)).toBeGreaterThan(last.get(incident) ?? 0);
      last.set(incident, Math.max(...sequences));
    }
  }
});

always(
  "no more at a time than a storm allows, and no digest where incidents are kept",
  (told, { notifier, rules }) => {
    const digests = told.filter(({ event }) => wordOf(event) === "digest");
    if (notifier === "pager") {
      expect(digests).toEqual([]);
      return;
    }
    const { storm } = rules.dispatching;
    if (!storm) return;
    const alone = told.filter(({ event }) => event.data.items === undefined);
    for (const { at } of alone) {
      const lately = alone.filter((one) => one.at <= at && at - one.at < storm.withinMs);
      // One that came alone in a storm is told by itself.
      expect(lately.length).toBeLessThanOrEqual(storm.over + 1);
    }
  },
);

always("nothing is held for ever", (_, { memory: { held, events, withheld } }) => {
  expect({ held, events, withheld }).toEqual({ held: [], events: {}, withheld: {} });
});

test("a restart at any time changes nothing", () => {
  fc.assert(
    fc.property(anyTelling, anyPolls, fc.infiniteStream(fc.boolean()), (telling, polls, chance) => {
      const rules = rulesFor(telling);
      const restarts = () => chance.next().value;
      expect(replayed(rules, polls, restarts)).toEqual(replayed(rules, polls));
    }),
    { numRuns: 100 },
  );
});
