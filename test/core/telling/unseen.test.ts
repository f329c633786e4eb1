import { snapshot } from "../../support/snapshots.ts";
import { queues, testTelling } from "../../support/telling.ts";
import { absent, failed, seen } from "../../support/timeline.ts";

const active = queues({ etl: "ACTIVE" });
const creating = queues({ etl: "CREATING" });
const broken = queues({ etl: "FAILED" });

const hourly = { routes: [{ match: {}, notify: ["oncall"], remind: "1h" }] };
const blackout = [
  ["02:01", failed()],
  ["02:02", failed()],
  ["02:03", failed()],
] as const;

testTelling([
  {
    name: "while a project cannot be seen nothing in it is stuck",
    steps: [["02:00", creating], ...blackout, ["02:20", failed()], ["02:30", creating]],
    told: [
      "02:03 oncall !unreachable prod server",
      "02:30 oncall !stuck etl >CREATING",
      "02:30 oncall reachable prod",
    ],
  },
  {
    name: "nor is anyone reminded of what is in it, but of that",
    telling: hourly,
    steps: [
      ["02:00", broken],
      ...blackout,
      ["03:01", failed()],
      ["03:03", failed()],
      ["03:04", broken],
    ],
    told: [
      "02:00 oncall !!appeared etl >FAILED",
      "02:03 oncall !unreachable prod server",
      "03:03 oncall !reminder prod server",
      "03:04 oncall !!reminder etl >FAILED",
      "03:04 oncall reachable prod",
    ],
  },
  {
    name: "what waits for its delay is told, though nobody knows whether it is still so",
    telling: { routes: [{ match: { resource: "queue" }, notify: ["oncall"], delay: "10m" }] },
    steps: [["02:00", broken], ...blackout, ["02:10"], ["02:20", active]],
    told: [
      "02:03 oncall !unreachable prod server",
      "02:10 oncall !!appeared etl >FAILED",
      "02:20 oncall recovery etl FAILED>ACTIVE",
      "02:20 oncall reachable prod",
    ],
  },
  {
    name: "that it can be seen again waits for the second connection, and is told to nobody from whom that it could not was withheld meanwhile",
    connections: ["a", "b"],
    telling: {
      routes: [{ match: {}, notify: ["oncall"], delay: "2m" }],
      mutes: [{ name: "patching", match: {}, cron: "4 2 * * *", for: "10m" }],
    },
    steps: [
      ["02:00", active],
      ["02:00", active, { connection: "b" }],
      ...blackout,
      ["02:04", active],
      ["02:05"],
      ["02:06", active, { connection: "b" }],
      ["03:00"],
    ],
    told: ["02:14 oncall mute_summary patching []"],
  },
  {
    name: "a connection that is gone ends what was told of its queues",
    telling: { policy: { confirm: { gone: 1 } } },
    steps: [
      ["02:00", broken],
      ["02:01", absent],
    ],
    told: [
      "02:00 oncall !!appeared etl >FAILED",
      "02:01 oncall !transition connection ACTIVE>DELETED",
      "02:01 oncall !disappeared etl FAILED>",
    ],
  },
  {
    name: "and what is delayed of them",
    telling: {
      policy: { confirm: { gone: 1 } },
      routes: [
        { match: { resource: "connection" }, notify: ["oncall"] },
        { match: { to: "FAILED" }, notify: ["oncall"], delay: "10m" },
      ],
      unrouted: "drop",
    },
    steps: [["02:00", broken], ["02:01", absent], ["03:00"]],
    told: ["02:01 oncall !transition connection ACTIVE>DELETED"],
  },
  {
    name: "a connection that alone cannot be seen is told of beside its other problem",
    connections: ["a", "b"],
    telling: {
      routes: [
        { match: { severity: "critical" }, notify: ["oncall"], delay: "1h" },
        { match: { type: ["unreachable", "reachable"] }, notify: ["oncall"] },
      ],
      unrouted: "drop",
    },
    steps: [
      ["02:00", seen(snapshot({ state: "FAILED" }))],
      ...["02:01", "02:02", "02:03"].flatMap(
        (time) =>
          [
            [time, failed()],
            [time, active, { connection: "b" }],
          ] as const,
      ),
      ["02:04", failed()],
      ["02:10", seen(snapshot({ state: "FAILED" }))],
      ["03:00"],
    ],
    told: [
      "02:03 oncall !unreachable connection server",
      "02:10 oncall reachable connection",
      "03:00 oncall !!appeared connection >FAILED",
    ],
  },
]);
