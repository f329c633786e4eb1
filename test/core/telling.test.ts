import { describe } from "vitest";
import { queue, withQueues } from "../support/snapshots.ts";
import { testTelling } from "../support/telling.ts";
import { failed, seen } from "../support/timeline.ts";

const etl = (state: string, errMsg = "") => seen(withQueues(queue("etl", { state, errMsg })));
const active = etl("ACTIVE");
const creating = etl("CREATING");
const broken = etl("FAILED", "no router");
const otherwise = etl("FAILED", "no subnet");
const manyBroken = (count: number) =>
  seen(
    withQueues(
      ...Array.from({ length: count }, (_, index) =>
        queue(`q${index}`, { state: "FAILED", errMsg: "no" }),
      ),
    ),
  );

const calm = { flapping: false, storm: false } as const;
const two = { oncall: { type: "plain" }, desk: { type: "plain" } } as const;

describe("a delay", () => {
  const telling = {
    policy: calm,
    routes: [{ match: { severity: "critical" }, notify: ["oncall"], delay: "5m" }],
    unrouted: "drop" as const,
  };
  testTelling([
    {
      name: "drops what is over within it, and its end",
      telling,
      steps: [
        ["02:00", active],
        ["02:01", broken],
        ["02:04", active],
        ["03:00", active],
      ],
      told: [],
    },
    {
      name: "tells what lasts when it has passed, and its end at once",
      telling,
      steps: [
        ["02:00", active],
        ["02:01", broken],
        ["02:30", broken],
        ["02:40", active],
      ],
      told: [
        "02:06 oncall !!transition etl ACTIVE>FAILED",
        "02:40 oncall recovery etl FAILED>ACTIVE",
      ],
    },
    {
      name: "keeps a further reason with its problem",
      telling,
      steps: [
        ["02:00", active],
        ["02:01", broken],
        ["02:03", otherwise],
        ["02:30", otherwise],
      ],
      told: [
        "02:06 oncall !!transition etl ACTIVE>FAILED",
        "02:06 oncall !!detail etl FAILED>FAILED",
      ],
    },
    {
      name: "is that of the route that tells first",
      telling: {
        ...telling,
        routes: [...telling.routes, { match: { to: "FAILED" }, notify: ["oncall"] }],
      },
      steps: [
        ["02:00", active],
        ["02:01", broken],
        ["02:02", active],
      ],
      told: [
        "02:01 oncall !!transition etl ACTIVE>FAILED",
        "02:02 oncall recovery etl FAILED>ACTIVE",
      ],
    },
  ]);
});

describe("a digest", () => {
  const daily = { match: {}, notify: ["oncall"], digest: "0 9 * * *" };
  testTelling([
    {
      name: "tells at its time what came before, the worst first",
      telling: { policy: calm, routes: [daily] },
      steps: [
        ["02:00", active],
        ["02:01", creating],
        ["02:05", broken],
        ["10:00", broken],
      ],
      told: [
        "09:00 oncall !!digest oncall [!!transition etl CREATING>FAILED, transition etl ACTIVE>CREATING]",
      ],
    },
    {
      name: "holds a problem and its end, and tells what comes later in the next one",
      telling: { policy: calm, routes: [daily] },
      steps: [
        ["02:00", active],
        ["02:05", broken],
        ["02:30", active],
        ["10:00", broken],
        ["1d 10:00", broken],
      ],
      told: [
        "09:00 oncall !!digest oncall [!!transition etl ACTIVE>FAILED, recovery etl FAILED>ACTIVE]",
        "1d 09:00 oncall !!digest oncall [!!transition etl ACTIVE>FAILED]",
      ],
    },
    {
      name: "of a duration begins with its first notice",
      telling: { policy: calm, routes: [{ match: {}, notify: ["oncall"], digest: "15m" }] },
      steps: [
        ["02:00", active],
        ["02:07", creating],
        ["02:10", broken],
        ["03:00", broken],
      ],
      told: [
        "02:22 oncall !!digest oncall [!!transition etl CREATING>FAILED, transition etl ACTIVE>CREATING]",
      ],
    },
    {
      name: "takes nothing from a notifier that is told at once",
      telling: {
        policy: calm,
        notifiers: two,
        routes: [daily, { match: {}, notify: ["desk"] }],
      },
      steps: [
        ["02:00", active],
        ["02:05", broken],
        ["10:00", broken],
      ],
      told: [
        "02:05 desk !!transition etl ACTIVE>FAILED",
        "09:00 oncall !!digest oncall [!!transition etl ACTIVE>FAILED]",
      ],
    },
  ]);
});

describe("a mute", () => {
  const night = { name: "night", match: {}, cron: "0 2 * * *", for: "2h" };
  const telling = { policy: calm, mutes: [night] };
  testTelling([
    {
      name: "withholds a problem, and tells at its end what is still bad, and later that this is over",
      telling,
      steps: [
        ["01:00", active],
        ["02:30", broken],
        ["05:00", broken],
        ["06:00", active],
      ],
      told: [
        "04:00 oncall !!mute_summary night [!!reminder etl >FAILED]",
        "06:00 oncall recovery etl FAILED>ACTIVE",
      ],
    },
    {
      name: "lets pass that a told problem is over",
      telling,
      steps: [
        ["01:00", active],
        ["01:30", broken],
        ["02:30", active],
        ["05:00", active],
      ],
      told: [
        "01:30 oncall !!transition etl ACTIVE>FAILED",
        "02:30 oncall recovery etl FAILED>ACTIVE",
      ],
    },
    {
      name: "tells of nothing that is bad where it began and ended within",
      telling,
      steps: [
        ["01:00", active],
        ["02:30", broken],
        ["02:40", active],
        ["05:00", active],
      ],
      told: ["04:00 oncall mute_summary night []"],
    },
    {
      name: "says nothing at its end where it withheld nothing",
      telling,
      steps: [
        ["01:00", active],
        ["02:30", active],
        ["05:00", active],
      ],
      told: [],
    },
    {
      name: "covers what was delayed into it",
      telling: {
        ...telling,
        routes: [{ match: {}, notify: ["oncall"], delay: "10m" }],
      },
      steps: [
        ["01:00", active],
        ["01:55", broken],
        ["03:00", broken],
        ["05:00", active],
      ],
      told: [
        "04:00 oncall !!mute_summary night [!!reminder etl >FAILED]",
        "05:00 oncall recovery etl FAILED>ACTIVE",
      ],
    },
    {
      name: "covers the reminders within it, and its summary is one",
      telling: {
        ...telling,
        routes: [{ match: {}, notify: ["oncall"], remind: "1h" }],
      },
      steps: [
        ["01:00", active],
        ["01:30", broken],
        ["02:30", broken],
        ["03:30", broken],
        ["04:30", broken],
        ["05:00", broken],
      ],
      told: [
        "01:30 oncall !!transition etl ACTIVE>FAILED",
        "04:00 oncall !!mute_summary night [!!reminder etl >FAILED]",
        "05:00 oncall !!reminder etl >FAILED",
      ],
    },
    {
      name: "that would begin in the hour that spring leaves out begins at its end",
      on: "2026-03-29",
      telling: {
        policy: calm,
        mutes: [{ ...night, cron: "30 2 * * *", for: "1h", timezone: "Europe/Berlin" }],
      },
      steps: [
        ["00:30", active],
        ["00:59", creating],
        ["01:10", broken],
        ["02:05", broken],
      ],
      told: [
        "00:59 oncall transition etl ACTIVE>CREATING",
        "02:00 oncall !!mute_summary night [!!reminder etl >FAILED]",
      ],
    },
    {
      name: "of the hour that autumn repeats is on the first time alone",
      on: "2026-10-25",
      telling: {
        policy: calm,
        mutes: [{ ...night, cron: "30 2 * * *", for: "30m", timezone: "Europe/Berlin" }],
      },
      steps: [
        ["00:00", active],
        ["00:45", creating],
        ["01:45", broken],
      ],
      told: ["01:00 oncall mute_summary night []", "01:45 oncall !!transition etl CREATING>FAILED"],
    },
  ]);
});

describe("a storm", () => {
  const policy = { flapping: false, storm: { over: 2, within: "1m" } };
  testTelling([
    {
      name: "becomes one digest",
      telling: { policy },
      steps: [
        ["02:00", manyBroken(5)],
        ["02:10", manyBroken(5)],
      ],
      told: [
        "02:00 oncall !!appeared q0 >FAILED",
        "02:00 oncall !!appeared q1 >FAILED",
        "02:01 oncall !!digest oncall [!!appeared q2 >FAILED, !!appeared q3 >FAILED, !!appeared q4 >FAILED]",
      ],
    },
    {
      name: "of a single notice more tells it by itself",
      telling: { policy },
      steps: [
        ["02:00", manyBroken(3)],
        ["02:10", manyBroken(3)],
      ],
      told: [
        "02:00 oncall !!appeared q0 >FAILED",
        "02:00 oncall !!appeared q1 >FAILED",
        "02:01 oncall !!appeared q2 >FAILED",
      ],
    },
    {
      name: "spares a platform that keeps incidents itself",
      telling: { policy, notifiers: { oncall: { type: "pager" } } },
      steps: [["02:00", manyBroken(4)]],
      told: [0, 1, 2, 3].map((index) => `02:00 oncall !!appeared q${index} >FAILED`),
    },
  ]);
});

describe("what cannot be seen", () => {
  testTelling([
    {
      name: "holds back what depends on it: nothing is stuck, nobody is reminded",
      telling: { policy: calm, routes: [{ match: {}, notify: ["oncall"], remind: "30m" }] },
      steps: [
        ["02:00", creating],
        ["02:01", failed()],
        ["02:02", failed()],
        ["02:03", failed()],
        ["02:20", failed()],
        ["02:25", creating],
      ],
      told: [
        "02:03 oncall !unreachable prod server",
        "02:25 oncall !stuck etl >CREATING",
        "02:25 oncall reachable prod",
      ],
    },
  ]);
});
