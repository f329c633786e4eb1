import { queues, testTelling } from "../../support/telling.ts";

const policy = { storm: { over: 2, within: "1m" }, flapping: false };

/** Queues of which as many are FAILED as this says. */
const failed = (count: number) =>
  queues(
    Object.fromEntries(
      [1, 2, 3, 4, 5].map((number) => [`q${number}`, number <= count ? "FAILED" : "ACTIVE"]),
    ),
  );
const fails = (queue: string) => `!!transition ${queue} ACTIVE>FAILED`;
const recovers = (queue: string) => `recovery ${queue} FAILED>ACTIVE`;

testTelling([
  {
    name: "what is over the limit is told in one digest",
    telling: { policy },
    steps: [["02:00", failed(0)], ["02:01", failed(5)], ["03:00"]],
    told: [
      `02:01 oncall ${fails("q1")}`,
      `02:01 oncall ${fails("q2")}`,
      `02:02 oncall !!digest oncall [${["q3", "q4", "q5"].map(fails).join(", ")}]`,
    ],
  },
  {
    name: "without one each is told by itself",
    telling: { policy: { ...policy, storm: false } },
    steps: [
      ["02:00", failed(0)],
      ["02:01", failed(3)],
    ],
    told: ["q1", "q2", "q3"].map((queue) => `02:01 oncall ${fails(queue)}`),
  },
  {
    name: "as many as that in a longer time are no storm",
    telling: { policy },
    steps: [
      ["02:00", failed(0)],
      ["02:01", failed(2)],
      ["02:02", failed(4)],
    ],
    told: [
      ...["q1", "q2"].map((queue) => `02:01 oncall ${fails(queue)}`),
      ...["q3", "q4"].map((queue) => `02:02 oncall ${fails(queue)}`),
    ],
  },
  {
    name: "recoveries go along, also of what was told before",
    telling: { policy },
    steps: [["02:00", failed(0)], ["02:01", failed(3)], ["02:01:30", failed(0)], ["03:00"]],
    told: [
      `02:01 oncall ${fails("q1")}`,
      `02:01 oncall ${fails("q2")}`,
      `02:02 oncall !!digest oncall [${[fails("q3"), ...["q1", "q2", "q3"].map(recovers)].join(", ")}]`,
    ],
  },
  {
    name: "steps of what waits go along",
    telling: { policy },
    steps: [
      ["02:00", failed(0)],
      ["02:01", failed(4)],
      [
        "02:01:30",
        queues({ q1: "FAILED", q2: "FAILED", q3: "CREATING", q4: "FAILED", q5: "ACTIVE" }),
      ],
      ["03:00"],
    ],
    told: [
      `02:01 oncall ${fails("q1")}`,
      `02:01 oncall ${fails("q2")}`,
      `02:02 oncall !!digest oncall [${[fails("q3"), fails("q4"), "transition q3 FAILED>CREATING"].join(", ")}]`,
    ],
  },
  {
    name: "it goes on while as many come, and is over when none do",
    telling: { policy },
    steps: [
      ["02:00", failed(0)],
      ["02:01", failed(5)],
      ["02:02:30", failed(0)],
      ["02:04", failed(2)],
    ],
    told: [
      `02:01 oncall ${fails("q1")}`,
      `02:01 oncall ${fails("q2")}`,
      `02:02 oncall !!digest oncall [${["q3", "q4", "q5"].map(fails).join(", ")}]`,
      `02:03 oncall digest oncall [${["q1", "q2", "q3", "q4", "q5"].map(recovers).join(", ")}]`,
      `02:04 oncall ${fails("q1")}`,
      `02:04 oncall ${fails("q2")}`,
    ],
  },
  {
    name: "it is over when few come",
    telling: { policy },
    steps: [
      ["02:00", failed(0)],
      ["02:01", failed(4)],
      ["02:02:30", failed(5)],
      ["02:02:40", failed(3)],
    ],
    told: [
      `02:01 oncall ${fails("q1")}`,
      `02:01 oncall ${fails("q2")}`,
      `02:02 oncall !!digest oncall [${["q3", "q4"].map(fails).join(", ")}]`,
      `02:02:30 oncall ${fails("q5")}`,
      `02:02:40 oncall ${recovers("q4")}`,
    ],
  },
  {
    name: "one that came alone is told by itself",
    telling: { policy },
    steps: [["02:00", failed(0)], ["02:01", failed(3)], ["02:02"]],
    told: [
      ...["q1", "q2"].map((queue) => `02:01 oncall ${fails(queue)}`),
      `02:02 oncall ${fails("q3")}`,
    ],
  },
  {
    name: "long after a storm another one begins as the first did",
    telling: { policy },
    steps: [["02:00", failed(0)], ["02:01", failed(5)], ["09:00", failed(0)], ["09:05"]],
    told: [
      `02:01 oncall ${fails("q1")}`,
      `02:01 oncall ${fails("q2")}`,
      `02:02 oncall !!digest oncall [${["q3", "q4", "q5"].map(fails).join(", ")}]`,
      `09:00 oncall ${recovers("q1")}`,
      `09:00 oncall ${recovers("q2")}`,
      `09:01 oncall digest oncall [${["q3", "q4", "q5"].map(recovers).join(", ")}]`,
    ],
  },
  {
    name: "what was delayed is counted when its delay is over",
    telling: { policy, routes: [{ match: {}, notify: ["oncall"], delay: "5m" }] },
    steps: [["02:00", failed(0)], ["02:01", failed(5)], ["03:00"]],
    told: [
      `02:06 oncall ${fails("q1")}`,
      `02:06 oncall ${fails("q2")}`,
      `02:07 oncall !!digest oncall [${["q3", "q4", "q5"].map(fails).join(", ")}]`,
    ],
  },
  {
    name: "each notifier has its own, and a platform that keeps incidents itself has none",
    telling: {
      policy,
      notifiers: { oncall: { type: "plain" }, pager: { type: "pager" }, screen: { type: "plain" } },
      routes: [
        { match: {}, notify: ["pager", "oncall"] },
        { match: { name: "q1" }, notify: ["screen"] },
      ],
    },
    steps: [["02:00", failed(0)], ["02:01", failed(4)], ["02:02"]],
    told: [
      `02:01 oncall ${fails("q1")}`,
      `02:01 pager ${fails("q1")}`,
      `02:01 screen ${fails("q1")}`,
      `02:01 oncall ${fails("q2")}`,
      `02:01 pager ${fails("q2")}`,
      `02:01 pager ${fails("q3")}`,
      `02:01 pager ${fails("q4")}`,
      `02:02 oncall !!digest oncall [${["q3", "q4"].map(fails).join(", ")}]`,
    ],
  },
  {
    name: "nor what a platform that keeps incidents itself was delayed",
    telling: {
      policy,
      notifiers: { pager: { type: "pager" } },
      routes: [{ match: {}, notify: ["pager"], delay: "5m" }],
    },
    steps: [["02:01", failed(3)], ["02:06"]],
    told: ["q1", "q2", "q3"].map((queue) => `02:06 pager !!appeared ${queue} >FAILED`),
  },
  {
    name: "a mute that begins meanwhile withholds what is held",
    telling: {
      policy,
      mutes: [{ name: "patching", match: { name: "q4" }, cron: "0 2 * * *", for: "1h" }],
    },
    steps: [["01:58", failed(0)], ["01:59:30", failed(5)], ["03:00"]],
    told: [
      `01:59:30 oncall ${fails("q1")}`,
      `01:59:30 oncall ${fails("q2")}`,
      `02:00:30 oncall !!digest oncall [${["q3", "q5"].map(fails).join(", ")}]`,
      "03:00 oncall !!mute_summary patching [!!reminder q4 >FAILED]",
    ],
  },
  {
    name: "one that is switched off is told when it would have been",
    telling: { policy },
    steps: [
      ["02:00", failed(0)],
      ["02:01", failed(4)],
      ["02:01:30", failed(5), { telling: { policy: { ...policy, storm: false } } }],
      ["02:02"],
    ],
    told: [
      `02:01 oncall ${fails("q1")}`,
      `02:01 oncall ${fails("q2")}`,
      `02:01:30 oncall ${fails("q5")}`,
      `02:02 oncall !!digest oncall [${["q3", "q4"].map(fails).join(", ")}]`,
    ],
  },
]);
