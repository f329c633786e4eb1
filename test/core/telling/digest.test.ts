import { queues, testTelling } from "../../support/telling.ts";

const active = queues({ etl: "ACTIVE" });
const broken = queues({ etl: "FAILED" });

const everyQuarter = { routes: [{ match: {}, notify: ["oncall"], digest: "15m" }] };
const everyMorning = {
  routes: [{ match: {}, notify: ["oncall"], digest: "0 9 * * *" }],
  timezone: "Asia/Shanghai",
};

testTelling([
  {
    name: "notices are told as one so long after the first of them, the worst first",
    telling: everyQuarter,
    steps: [
      ["02:00", queues({ etl: "ACTIVE", bi: "ACTIVE" })],
      ["02:05", queues({ etl: "ACTIVE", bi: "CREATING" })],
      ["02:10", queues({ etl: "FAILED", bi: "CREATING" })],
      ["02:19:59"],
      ["03:00"],
    ],
    told: [
      "02:20 oncall !!digest oncall [!!transition etl ACTIVE>FAILED, transition bi ACTIVE>CREATING]",
    ],
  },
  {
    name: "a problem and its recovery are told in one",
    telling: everyQuarter,
    steps: [["02:00", broken], ["02:05", active], ["03:00"]],
    told: ["02:15 oncall !!digest oncall [!!appeared etl >FAILED, recovery etl FAILED>ACTIVE]"],
  },
  {
    name: "what was told in one counts as told: the recovery goes with the next",
    telling: everyQuarter,
    steps: [["02:00", broken], ["02:20", active], ["03:00"]],
    told: [
      "02:15 oncall !!digest oncall [!!appeared etl >FAILED]",
      "02:35 oncall digest oncall [recovery etl FAILED>ACTIVE]",
    ],
  },
  {
    name: "a recovery that no digest route means is told at once",
    telling: {
      routes: [{ match: { severity: "critical" }, notify: ["oncall"], digest: "15m" }],
    },
    steps: [
      ["02:00", broken],
      ["02:20", active],
    ],
    told: [
      "02:15 oncall !!digest oncall [!!appeared etl >FAILED]",
      "02:20 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "but goes along where its problem is still collected",
    telling: {
      routes: [{ match: { severity: "critical" }, notify: ["oncall"], digest: "15m" }],
    },
    steps: [["02:00", broken], ["02:10", active], ["02:15"]],
    told: ["02:15 oncall !!digest oncall [!!appeared etl >FAILED, recovery etl FAILED>ACTIVE]"],
  },
  {
    name: "at nine in Shanghai, every day on which there is something",
    telling: everyMorning,
    steps: [
      ["00:30", active],
      ["00:31", broken],
      ["01:00"],
      ["01:01", active],
      ["1d 01:00"],
      ["2d 01:00"],
      ["2d 05:00", broken],
      ["3d 01:00"],
    ],
    told: [
      "01:00 oncall !!digest oncall [!!transition etl ACTIVE>FAILED]",
      "1d 01:00 oncall digest oncall [recovery etl FAILED>ACTIVE]",
      "3d 01:00 oncall !!digest oncall [!!transition etl ACTIVE>FAILED]",
    ],
  },
  {
    name: "at two in the night on which clocks leave that hour out, it comes at three",
    on: "2026-03-29",
    telling: {
      routes: [{ match: {}, notify: ["oncall"], digest: "0 2 * * *" }],
      timezone: "Europe/Berlin",
    },
    steps: [["00:30", broken], ["01:30", active], ["1d 00:00"]],
    told: [
      "01:00 oncall !!digest oncall [!!appeared etl >FAILED]",
      "1d 00:00 oncall digest oncall [recovery etl FAILED>ACTIVE]",
    ],
  },
  {
    name: "at half past two in the night on which that hour comes twice, it comes once",
    on: "2026-10-25",
    telling: {
      routes: [{ match: {}, notify: ["oncall"], digest: "30 2 * * *" }],
      timezone: "Europe/Berlin",
    },
    steps: [["00:00", broken], ["01:00", active], ["1d 01:30"]],
    told: [
      "00:30 oncall !!digest oncall [!!appeared etl >FAILED]",
      "1d 01:30 oncall digest oncall [recovery etl FAILED>ACTIVE]",
    ],
  },
  {
    name: "reminders are collected, too",
    telling: {
      routes: [{ match: {}, notify: ["oncall"], digest: "15m", remind: "1h" }],
    },
    steps: [
      ["02:00", broken],
      ["03:00", broken],
      ["03:15"],
      ["04:00", broken],
      ["04:10", active],
      ["05:00"],
    ],
    told: [
      "02:15 oncall !!digest oncall [!!appeared etl >FAILED]",
      "03:15 oncall !!digest oncall [!!reminder etl >FAILED]",
      "04:15 oncall !!digest oncall [!!reminder etl >FAILED, recovery etl FAILED>ACTIVE]",
    ],
  },
  {
    name: "a reminder that no digest route means waits with its problem",
    telling: {
      routes: [
        { match: { type: "appeared" }, notify: ["oncall"], digest: "0 9 * * *", remind: "4h" },
      ],
      unrouted: "drop",
    },
    steps: [
      ["02:00", broken],
      ["06:00", broken],
      ["10:00", broken],
    ],
    told: [
      "09:00 oncall !!digest oncall [!!appeared etl >FAILED, !!reminder etl >FAILED]",
      "10:00 oncall !!reminder etl >FAILED",
    ],
  },
  {
    name: "what has become worse is told at once, where its own route says so",
    telling: {
      routes: [
        { match: { severity: "warning" }, notify: ["oncall"], digest: "0 9 * * *" },
        { match: { severity: "critical" }, notify: ["oncall"] },
      ],
      unrouted: "drop",
    },
    steps: [
      ["02:00", queues({ etl: "CREATING", bi: "CREATING" })],
      ["02:15", queues({ etl: "CREATING", bi: "CREATING" })],
      ["02:20", queues({ etl: "FAILED", bi: "CREATING" })],
      ["02:25", queues({ etl: "ACTIVE", bi: "CREATING" })],
      ["09:00"],
    ],
    told: [
      "02:20 oncall !stuck etl >CREATING",
      "02:20 oncall !!transition etl CREATING>FAILED",
      "02:25 oncall recovery etl FAILED>ACTIVE",
      "09:00 oncall !digest oncall [!stuck bi >CREATING]",
    ],
  },
  {
    name: "of two digests to one notifier the sooner counts",
    telling: {
      routes: [
        { match: {}, notify: ["oncall"], digest: "0 9 * * *" },
        { match: { to: "FAILED" }, notify: ["oncall"], digest: "15m" },
      ],
    },
    steps: [
      ["02:00", queues({ etl: "ACTIVE", bi: "ACTIVE" })],
      ["02:01", queues({ etl: "FAILED", bi: "CREATING" })],
      ["09:00"],
    ],
    told: [
      "02:16 oncall !!digest oncall [!!transition etl ACTIVE>FAILED]",
      "09:00 oncall digest oncall [transition bi ACTIVE>CREATING]",
    ],
  },
  {
    name: "a route without digest beside one with it collects nothing",
    telling: {
      routes: [...everyQuarter.routes, { match: { to: "FAILED" }, notify: ["oncall"] }],
    },
    steps: [["02:00", broken], ["02:01", active], ["02:16"]],
    told: [
      "02:00 oncall !!appeared etl >FAILED",
      "02:16 oncall digest oncall [recovery etl FAILED>ACTIVE]",
    ],
  },
  {
    name: "a platform that keeps incidents itself gets each notice by itself",
    telling: {
      notifiers: { oncall: { type: "plain" }, pager: { type: "pager" } },
      routes: [...everyQuarter.routes, { match: {}, notify: ["pager"] }],
    },
    steps: [["02:00", broken], ["02:01", active], ["02:15"]],
    told: [
      "02:00 pager !!appeared etl >FAILED",
      "02:01 pager recovery etl FAILED>ACTIVE",
      "02:15 oncall !!digest oncall [!!appeared etl >FAILED, recovery etl FAILED>ACTIVE]",
    ],
  },
  {
    name: "also what was collected before it became one",
    telling: everyQuarter,
    steps: [
      ["02:00", queues({ etl: "FAILED", bi: "FAILED" })],
      ["02:01", active, { telling: { notifiers: { oncall: { type: "pager" } } } }],
      ["02:15"],
    ],
    told: [
      "02:15 oncall !!appeared bi >FAILED",
      "02:15 oncall !!appeared etl >FAILED",
      "02:15 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "what was collected when the route is gone is told when it was due",
    telling: everyQuarter,
    steps: [
      ["02:00", broken],
      ["02:01", active, { telling: {} }],
      ["02:02", queues({ etl: "CREATING" })],
      ["02:15"],
    ],
    told: [
      "02:02 oncall transition etl ACTIVE>CREATING",
      "02:15 oncall !!digest oncall [!!appeared etl >FAILED, recovery etl FAILED>ACTIVE]",
    ],
  },
]);
