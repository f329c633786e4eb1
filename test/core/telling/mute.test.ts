import { queues, testTelling } from "../../support/telling.ts";
import { failed } from "../../support/timeline.ts";

const active = queues({ etl: "ACTIVE" });
const broken = queues({ etl: "FAILED" });

const patching = { name: "patching", match: { project: "prod" }, cron: "0 2 * * *", for: "2h" };
const muted = { mutes: [patching] };
const both = { oncall: { type: "plain" }, screen: { type: "plain" } } as const;

testTelling([
  {
    name: "that a told problem is over is told",
    telling: muted,
    steps: [["01:00", broken], ["02:30", active], ["04:00"]],
    told: ["01:00 oncall !!appeared etl >FAILED", "02:30 oncall recovery etl FAILED>ACTIVE"],
  },
  {
    name: "what begins in it and is still bad at its end is told then, and its recovery after that",
    telling: muted,
    steps: [
      ["01:00", active],
      ["02:00", broken],
      ["02:30", queues({ etl: "FAILED: no router" })],
      ["04:30", queues({ etl: "ACTIVE" })],
    ],
    told: [
      "04:00 oncall !!mute_summary patching [!!reminder etl >FAILED]",
      "04:30 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "what begins and is over in it is not told, but that something was withheld is",
    telling: muted,
    steps: [["01:00", active], ["02:00", broken], ["03:59:59", active], ["05:00"]],
    told: ["04:00 oncall mute_summary patching []"],
  },
  {
    name: "one that withheld nothing ends in silence",
    telling: muted,
    steps: [["01:00", active], ["03:00", active], ["05:00"]],
    told: [],
  },
  {
    name: "it covers only what it matches",
    telling: { mutes: [{ ...patching, match: { name: "etl" } }] },
    steps: [
      ["01:00", queues({ etl: "ACTIVE", bi: "ACTIVE" })],
      ["02:30", queues({ etl: "FAILED", bi: "FAILED" })],
      ["04:00"],
    ],
    told: [
      "02:30 oncall !!transition bi ACTIVE>FAILED",
      "04:00 oncall !!mute_summary patching [!!reminder etl >FAILED]",
    ],
  },
  {
    name: "steps within a told incident are withheld, and its present state is told at the end",
    telling: muted,
    steps: [
      ["01:00", broken],
      ["02:30", queues({ etl: "CREATING" })],
      ["04:00"],
      ["04:30", active],
    ],
    told: [
      "01:00 oncall !!appeared etl >FAILED",
      "04:00 oncall !!mute_summary patching [!!reminder etl >CREATING]",
      "04:30 oncall recovery etl CREATING>ACTIVE",
    ],
  },
  {
    name: "each notifier is told at the end what was withheld from it",
    telling: {
      ...muted,
      notifiers: both,
      routes: [
        { match: { name: "etl" }, notify: ["oncall"] },
        { match: { name: "bi" }, notify: ["screen"] },
      ],
    },
    steps: [
      ["01:00", queues({ etl: "ACTIVE", bi: "ACTIVE" })],
      ["02:30", queues({ etl: "FAILED", bi: "FAILED" })],
      ["04:30", queues({ etl: "ACTIVE", bi: "ACTIVE" })],
    ],
    told: [
      "04:00 screen !!mute_summary patching [!!reminder bi >FAILED]",
      "04:00 oncall !!mute_summary patching [!!reminder etl >FAILED]",
      "04:30 screen recovery bi FAILED>ACTIVE",
      "04:30 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "a delayed problem whose time comes in it is withheld",
    telling: { ...muted, routes: [{ match: {}, notify: ["oncall"], delay: "10m" }] },
    steps: [["01:55", broken], ["02:05"], ["05:00", active]],
    told: [
      "04:00 oncall !!mute_summary patching [!!reminder etl >FAILED]",
      "05:00 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "one that was withheld so is over in silence",
    telling: { ...muted, routes: [{ match: {}, notify: ["oncall"], delay: "10m" }] },
    steps: [["01:55", broken], ["02:30", active], ["05:00"]],
    told: ["04:00 oncall mute_summary patching []"],
  },
  {
    name: "a delayed problem whose time comes after it is told then, and by itself",
    telling: { ...muted, routes: [{ match: {}, notify: ["oncall"], delay: "3h" }] },
    steps: [
      ["01:30", broken],
      ["02:30", queues({ etl: "FAILED: no router" })],
      ["04:10", queues({ etl: "FAILED: no router" })],
      ["04:40", active],
    ],
    told: ["04:30 oncall !!appeared etl >FAILED", "04:40 oncall recovery etl FAILED>ACTIVE"],
  },
  {
    name: "that a queue is gone whose problem waits for its delay is withheld",
    telling: {
      ...muted,
      policy: { confirm: { gone: 1 } },
      routes: [{ match: {}, notify: ["oncall"], delay: "10m" }],
    },
    steps: [["01:55", broken], ["02:01", queues({})], ["05:00"]],
    told: ["04:00 oncall mute_summary patching []"],
  },
  {
    name: "also where that waits for a digest",
    telling: {
      ...muted,
      policy: { confirm: { gone: 1 } },
      routes: [
        { match: { to: "FAILED" }, notify: ["oncall"], delay: "10m" },
        { match: { type: "disappeared" }, notify: ["oncall"], digest: "15m" },
      ],
    },
    steps: [["01:50", broken], ["01:55", queues({})], ["05:00"]],
    told: ["04:00 oncall mute_summary patching []"],
  },
  {
    name: "a digest that is due in it holds what is not covered and the ends of what was told",
    telling: {
      mutes: [{ ...patching, match: { name: "etl" } }],
      routes: [{ match: {}, notify: ["oncall"], digest: "30m" }],
    },
    steps: [
      ["01:00", queues({ etl: "FAILED", bi: "ACTIVE" })],
      ["01:45", queues({ etl: "ACTIVE", bi: "FAILED" })],
      ["01:50", queues({ etl: "FAILED", bi: "FAILED" })],
      ["01:55", queues({ etl: "ACTIVE", bi: "FAILED" })],
      ["05:00"],
    ],
    told: [
      "01:30 oncall !!digest oncall [!!appeared etl >FAILED]",
      "02:15 oncall !!digest oncall [!!transition bi ACTIVE>FAILED, recovery etl FAILED>ACTIVE]",
      "04:00 oncall mute_summary patching []",
    ],
  },
  {
    name: "a digest all of which is covered is not told",
    telling: { ...muted, routes: [{ match: {}, notify: ["oncall"], digest: "30m" }] },
    steps: [["01:45", broken], ["05:00", active], ["06:00"]],
    told: [
      "04:00 oncall !!mute_summary patching [!!reminder etl >FAILED]",
      "05:30 oncall digest oncall [recovery etl FAILED>ACTIVE]",
    ],
  },
  {
    name: "a digest that is due after it is told as ever",
    telling: { ...muted, routes: [{ match: {}, notify: ["oncall"], digest: "3h" }] },
    steps: [["01:45", broken], ["02:30", active], ["05:00"]],
    told: ["04:45 oncall !!digest oncall [!!appeared etl >FAILED, recovery etl FAILED>ACTIVE]"],
  },
  {
    name: "reminders are withheld, and count from the summary",
    telling: { ...muted, routes: [{ match: {}, notify: ["oncall"], remind: "1h" }] },
    steps: [
      ["01:30", broken],
      ["02:30", broken],
      ["03:30", broken],
      ["04:30", broken],
      ["05:00", broken],
    ],
    told: [
      "01:30 oncall !!appeared etl >FAILED",
      "04:00 oncall !!mute_summary patching [!!reminder etl >FAILED]",
      "05:00 oncall !!reminder etl >FAILED",
    ],
  },
  {
    name: "a project that cannot be seen is withheld, and that it can be seen again told after the summary",
    telling: muted,
    steps: [
      ["02:00", active],
      ["02:01", failed()],
      ["02:02", failed()],
      ["02:03", failed()],
      ["04:01", active],
    ],
    told: [
      "04:00 oncall !mute_summary patching [!reminder prod server]",
      "04:01 oncall reachable prod",
    ],
  },
  {
    name: "what goes on being covered by another is left to that one",
    telling: {
      mutes: [patching, { ...patching, name: "moving", cron: "0 3 * * *" }],
    },
    steps: [
      ["02:30", broken],
      ["04:30", broken],
      ["05:30", active],
    ],
    told: [
      "05:00 oncall !!mute_summary moving [!!reminder etl >FAILED]",
      "05:30 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "and what is not is told when its own is over",
    telling: {
      mutes: [patching, { ...patching, name: "moving", cron: "0 3 * * *", match: { name: "bi" } }],
    },
    steps: [
      ["02:30", queues({ etl: "FAILED", bi: "FAILED" })],
      ["04:30", queues({ etl: "ACTIVE", bi: "ACTIVE" })],
      ["06:00"],
    ],
    told: [
      "04:00 oncall !!mute_summary patching [!!reminder etl >FAILED]",
      "04:30 oncall recovery etl FAILED>ACTIVE",
      "05:00 oncall mute_summary moving []",
    ],
  },
  {
    name: "one whose next beginning comes before its end goes on",
    telling: { mutes: [{ ...patching, cron: "0 2,3 * * *" }] },
    steps: [["02:30", broken], ["06:00"]],
    told: ["05:00 oncall !!mute_summary patching [!!reminder etl >FAILED]"],
  },
  {
    name: "one that is configured no more is over",
    telling: muted,
    steps: [["02:30", broken], ["03:00", broken, { telling: {} }], ["03:30", active], ["05:00"]],
    told: [
      "03:00 oncall !!mute_summary patching [!!reminder etl >FAILED]",
      "03:30 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "in the night on which clocks leave the hour of its beginning out, it begins an hour later",
    on: "2026-03-29",
    telling: { mutes: [{ ...patching, cron: "0 2 * * *", for: "1h", timezone: "Europe/Berlin" }] },
    steps: [
      ["00:59", queues({ etl: "ACTIVE", bi: "ACTIVE" })],
      ["00:59:30", queues({ etl: "FAILED", bi: "ACTIVE" })],
      ["01:00", queues({ etl: "FAILED", bi: "FAILED" })],
      ["02:00", queues({ etl: "ACTIVE", bi: "FAILED" })],
    ],
    told: [
      "00:59:30 oncall !!transition etl ACTIVE>FAILED",
      "02:00 oncall !!mute_summary patching [!!reminder etl >FAILED, !!reminder bi >FAILED]",
      "02:00 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "in the night on which the hour of its beginning comes twice, it begins with the first, and once",
    on: "2026-10-25",
    telling: { mutes: [{ ...patching, cron: "0 2 * * *", for: "1h", timezone: "Europe/Berlin" }] },
    steps: [["00:00", broken], ["01:00"], ["01:30", queues({ etl: "FAILED", bi: "FAILED" })]],
    told: [
      "01:00 oncall !!mute_summary patching [!!reminder etl >FAILED]",
      "01:30 oncall !!appeared bi >FAILED",
    ],
  },
  {
    name: "it lasts its time, whatever the clocks do meanwhile",
    on: "2026-10-25",
    telling: { mutes: [{ ...patching, cron: "0 1 * * *", for: "3h", timezone: "Europe/Berlin" }] },
    steps: [["00:00", broken], ["05:00"]],
    told: ["02:00 oncall !!mute_summary patching [!!reminder etl >FAILED]"],
  },
  {
    name: "a first notice that it lets through opens the incident for this notifier",
    telling: { mutes: [{ ...patching, match: { to: "FAILED" } }] },
    steps: [
      ["02:30", broken],
      ["02:40", queues({ etl: "CREATING" })],
      ["02:50", active],
      ["04:00"],
    ],
    told: [
      "02:40 oncall transition etl FAILED>CREATING",
      "02:50 oncall recovery etl CREATING>ACTIVE",
      "04:00 oncall mute_summary patching []",
    ],
  },
]);
