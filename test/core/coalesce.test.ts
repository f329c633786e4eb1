import { expect, test } from "vitest";
import { coalesce } from "../../src/core/coalesce.ts";
import type { Delivery } from "../../src/core/outbox.ts";

const now = Date.UTC(2026, 10, 24);
const minute = 60_000;
const storm = { over: 3, withinMs: minute };

/** Waiting since an hour ago, of the incident and resource that its id names, as in `etl 1 opens`. */
function delivery(id: string, said: Partial<Delivery> = {}): Delivery {
  const [resource = "", incident = "", role = ""] = id.split(" ");
  return {
    id,
    event: id,
    notifier: "oncall",
    orderKey: resource === "-" ? "" : resource,
    sequence: 1,
    state: "waiting",
    attempts: 0,
    lastError: "",
    nextAt: now,
    createdAt: now - 60 * minute,
    incident: incident === "-" ? "" : incident,
    role: role === "opens" || role === "ends" || role === "gone" || role === "state" ? role : "",
    way: { by: "everyone", routes: [], rule: "sent" },
    ...said,
  };
}

const opened = delivery("etl 1 opens");
const step = delivery("etl 1");
const ended = delivery("etl 1 ends");

test.each<{
  what: string;
  waiting: readonly Delivery[];
  /** When what was accepted was noticed, in minutes before; by default just now. */
  acceptedAfter?: number;
  closed?: readonly string[];
  digest?: readonly string[];
}>([
  {
    what: "an incident that began and ended meanwhile is not told",
    waiting: [opened, step, ended],
    closed: [opened.id, step.id, ended.id],
  },
  { what: "one that goes on is", waiting: [opened, step] },
  { what: "one that was told before is, to its end", waiting: [step, ended] },
  {
    what: "that a resource is gone is told, though not that it was FAILED",
    waiting: [opened, delivery("etl 1 gone")],
    closed: [opened.id],
  },
  {
    what: "one whose beginning was attempted may be known: it is told to its end",
    waiting: [{ ...opened, attempts: 1 }, step, ended],
  },
  {
    what: "a state is outdated by the next",
    waiting: [delivery("etl - state 1"), delivery("etl - state 2")],
    closed: ["etl - state 1"],
  },
  {
    what: "a state is outdated by an incident",
    waiting: [delivery("etl - state"), opened],
    closed: ["etl - state"],
  },
  {
    what: "not by that of another resource",
    waiting: [delivery("etl - state"), delivery("bi - state")],
  },
  {
    what: "nor by a detail; and no detail by anything",
    waiting: [delivery("etl - state"), delivery("etl - 1"), delivery("etl - 2")],
  },
  {
    what: "a state that was attempted is told",
    waiting: [delivery("etl - state 1", { attempts: 2 }), delivery("etl - state 2")],
  },
  {
    what: "as many as in a storm become a digest",
    waiting: ["a 1 opens", "b 2 opens", "c 3 opens", "d - state"].map((id) => delivery(id)),
    digest: ["a 1 opens", "b 2 opens", "c 3 opens", "d - state"],
  },
  {
    what: "fewer do not",
    waiting: ["a 1 opens", "b 2 opens", "c 3 opens"].map((id) => delivery(id)),
  },
  {
    what: "they are counted when what no longer matters is closed",
    waiting: [opened, ended, ...["a 2 opens", "b 3 opens", "c 4"].map((id) => delivery(id))],
    closed: [opened.id, ended.id],
  },
  {
    what: "digests are told by themselves",
    waiting: [delivery("- -"), ...["a 1", "b 2", "c 3", "d 4"].map((id) => delivery(id))],
    digest: ["a 1", "b 2", "c 3", "d 4"],
  },
  {
    what: "what is held stays held",
    waiting: [{ ...opened, hold: "delay" }, ended],
  },
  {
    what: "after a short outage everything is told",
    waiting: [opened, step, ended].map((one) => ({ ...one, createdAt: now - 10 * minute + 1 })),
  },
  {
    what: "how long it was shows also in what was accepted",
    waiting: [opened, ended].map((one) => ({ ...one, createdAt: now - minute })),
    acceptedAfter: 10,
    closed: [opened.id, ended.id],
  },
])("$what", ({ waiting, acceptedAfter = 0, closed = [], digest = [] }) => {
  const changed = coalesce(waiting, { since: now - acceptedAfter * minute, now, storm });
  const reasons = changed.filter(({ state }) => state === "closed");
  expect(reasons.map(({ id }) => id)).toEqual(closed);
  for (const { lastError, settledAt } of reasons) {
    expect(lastError).toContain("while the receiver could not be reached");
    expect(settledAt).toBe(now);
  }
  const held = changed.filter(({ state }) => state === "waiting");
  expect(held.map(({ id, hold, nextAt }) => ({ id, hold, nextAt }))).toEqual(
    digest.map((id) => ({ id, hold: "storm", nextAt: now })),
  );
});

test("where each is told by itself nothing becomes a digest", () => {
  const waiting = ["a 1", "b 2", "c 3", "d 4"].map((id) => delivery(id));
  expect(coalesce(waiting, { since: 0, now, storm: undefined })).toEqual([]);
});
