import { snapshot } from "../../support/snapshots.ts";
import { queues, testTelling } from "../../support/telling.ts";
import { absent, failed, seen } from "../../support/timeline.ts";

const active = queues({ etl: "ACTIVE" });
const creating = queues({ etl: "CREATING" });
const broken = queues({ etl: "FAILED" });

const delayed = { routes: [{ match: {}, notify: ["oncall"], delay: "2m" }] };

testTelling([
  {
    name: "a problem that is over within its delay is not told, nor is that",
    telling: delayed,
    steps: [["02:00", active], ["02:01", broken], ["02:02:59", active], ["03:00"]],
    told: [],
  },
  {
    name: "one that lasts is told when the delay is over, and its recovery at once",
    telling: delayed,
    steps: [["02:00", active], ["02:01", broken], ["02:03"], ["02:10", active]],
    told: [
      "02:03 oncall !!transition etl ACTIVE>FAILED",
      "02:10 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "one that is over in the moment in which the delay is, is told",
    telling: delayed,
    steps: [
      ["02:01", broken],
      ["02:03", active],
    ],
    told: ["02:03 oncall !!appeared etl >FAILED", "02:03 oncall recovery etl FAILED>ACTIVE"],
  },
  {
    name: "what comes of it meanwhile is told with it, in order",
    telling: delayed,
    steps: [
      ["02:00", broken],
      ["02:01", queues({ etl: "FAILED: no router" })],
      ["02:01:30", creating],
      ["02:01:45", broken],
      ["02:02"],
      ["02:05", creating],
      ["02:06", active],
    ],
    told: [
      "02:02 oncall !!appeared etl >FAILED",
      "02:02 oncall !!detail etl FAILED>FAILED",
      "02:02 oncall transition etl FAILED>CREATING",
      "02:02 oncall !!transition etl CREATING>FAILED",
      "02:05 oncall transition etl FAILED>CREATING",
      "02:06 oncall recovery etl CREATING>ACTIVE",
    ],
  },
  {
    name: "what comes of it is dropped with it",
    telling: delayed,
    steps: [
      ["02:00", broken],
      ["02:00:30", queues({ etl: "FAILED: no router" })],
      ["02:01", creating],
      ["02:01:30", active],
      ["03:00"],
    ],
    told: [],
  },
  {
    name: "what is no problem is not delayed",
    telling: delayed,
    steps: [
      ["02:00", active],
      ["02:01", creating],
      ["02:02", active],
    ],
    told: [
      "02:01 oncall transition etl ACTIVE>CREATING",
      "02:02 oncall transition etl CREATING>ACTIVE",
    ],
  },
  {
    name: "the next problem waits anew",
    telling: delayed,
    steps: [["02:00", broken], ["02:01", active], ["02:01:30", broken], ["02:03:30"]],
    told: ["02:03:30 oncall !!transition etl ACTIVE>FAILED"],
  },
  {
    name: "of two routes to one notifier the sooner counts",
    telling: {
      routes: [
        { match: {}, notify: ["oncall"], delay: "10m" },
        { match: { severity: "critical" }, notify: ["oncall"], delay: "2m" },
      ],
    },
    steps: [
      ["02:00", active],
      ["02:01", broken],
      ["02:30", active],
    ],
    told: [
      "02:03 oncall !!transition etl ACTIVE>FAILED",
      "02:30 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "a route without delay beside one with it delays nothing",
    telling: {
      routes: [
        { match: {}, notify: ["oncall"], delay: "10m" },
        { match: { severity: "critical" }, notify: ["oncall"] },
      ],
    },
    steps: [["02:01", broken]],
    told: ["02:01 oncall !!appeared etl >FAILED"],
  },
  {
    name: "what has become worse waits no longer than its own route says",
    telling: {
      routes: [
        { match: { severity: "warning" }, notify: ["oncall"], delay: "1h" },
        { match: { severity: "critical" }, notify: ["oncall"] },
      ],
    },
    steps: [
      ["02:00", creating],
      ["02:15", creating],
      ["02:20", broken],
      ["02:21", active],
    ],
    told: [
      "02:20 oncall !stuck etl >CREATING",
      "02:20 oncall !!transition etl CREATING>FAILED",
      "02:21 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "nor longer than its own delay",
    telling: {
      routes: [
        { match: { severity: "warning" }, notify: ["oncall"], delay: "1h" },
        { match: { severity: "critical" }, notify: ["oncall"], delay: "2m" },
      ],
    },
    steps: [["02:00", creating], ["02:15", creating], ["02:20", broken], ["02:22"]],
    told: ["02:22 oncall !stuck etl >CREATING", "02:22 oncall !!transition etl CREATING>FAILED"],
  },
  {
    name: "another notifier is told at once",
    telling: {
      notifiers: { oncall: { type: "plain" }, screen: { type: "plain" } },
      routes: [...delayed.routes, { match: {}, notify: ["screen"] }],
    },
    steps: [["02:00", broken], ["02:01", active], ["03:00"]],
    told: ["02:00 screen !!appeared etl >FAILED", "02:01 screen recovery etl FAILED>ACTIVE"],
  },
  {
    name: "a queue that disappears within the delay is gone, which is told",
    telling: { ...delayed, policy: { confirm: { gone: 1 } } },
    steps: [["02:00", broken], ["02:01", queues({})], ["03:00"]],
    told: ["02:01 oncall !disappeared etl FAILED>"],
  },
  {
    name: "a connection that is deleted within the delay is gone, which is told",
    telling: { ...delayed, policy: { confirm: { gone: 1 } } },
    steps: [
      ["02:00", seen(snapshot({ state: "FAILED" }))],
      ["02:01", seen(snapshot({ state: "Deleted" }))],
      ["03:00"],
    ],
    told: ["02:01 oncall !transition connection FAILED>Deleted"],
  },
  {
    name: "that it is gone is told to nobody who would not have been told without the problem",
    telling: {
      policy: { confirm: { gone: 1 } },
      unrouted: "drop",
      routes: [{ match: { to: "FAILED" }, notify: ["oncall"], delay: "2m" }],
    },
    steps: [["02:00", broken], ["02:01", queues({})], ["03:00"]],
    told: [],
  },
  {
    name: "a project that can be seen again within the delay is not told of",
    telling: delayed,
    steps: [
      ["02:00", active],
      ["02:01", failed()],
      ["02:02", failed()],
      ["02:03", failed()],
      ["02:04", active],
      ["03:00"],
    ],
    told: [],
  },
  {
    name: "a connection that is found within the delay is not told of",
    telling: delayed,
    steps: [["02:00", absent], ["02:01", active], ["03:00"]],
    told: [],
  },
  {
    name: "a reload during the delay leaves what waits as it is",
    telling: delayed,
    steps: [["02:00", broken], ["02:01", broken, { telling: {} }], ["02:02"], ["02:03", active]],
    told: ["02:02 oncall !!appeared etl >FAILED", "02:03 oncall recovery etl FAILED>ACTIVE"],
  },
  {
    name: "a reload that takes the notifier away leaves it waiting until it is named again",
    telling: delayed,
    steps: [
      ["02:00", broken],
      ["02:01", broken, { telling: { notifiers: { screen: { type: "plain" } } } }],
      ["02:10"],
      ["02:20", broken, { telling: delayed }],
    ],
    told: ["02:20 oncall !!appeared etl >FAILED"],
  },
  {
    name: "reminders count from the beginning",
    telling: { routes: [{ match: {}, notify: ["oncall"], delay: "2m", remind: "1h" }] },
    steps: [
      ["02:00", broken],
      ["02:30", broken],
      ["03:00", broken],
      ["03:01", active],
    ],
    told: [
      "02:02 oncall !!appeared etl >FAILED",
      "03:00 oncall !!reminder etl >FAILED",
      "03:01 oncall recovery etl FAILED>ACTIVE",
    ],
  },
]);
