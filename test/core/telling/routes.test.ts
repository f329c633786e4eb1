import { queues, testTelling } from "../../support/telling.ts";

const [active, broken] = [queues({ etl: "ACTIVE" }), queues({ etl: "FAILED" })];
const notifiers = { oncall: { type: "plain" }, screen: { type: "plain" } } as const;

const story = [
  ["02:00", active],
  ["02:01", broken],
  ["02:02", active],
] as const;

testTelling([
  {
    name: "without routes everything goes to everyone",
    telling: { notifiers },
    steps: story,
    told: [
      "02:01 oncall !!transition etl ACTIVE>FAILED",
      "02:01 screen !!transition etl ACTIVE>FAILED",
      "02:02 oncall recovery etl FAILED>ACTIVE",
      "02:02 screen recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "a notifier that several routes name is told once",
    telling: {
      notifiers,
      routes: [
        { match: { to: "FAILED" }, notify: ["oncall"] },
        { match: { severity: "critical" }, notify: ["oncall", "screen"] },
      ],
    },
    steps: story,
    told: [
      "02:01 oncall !!transition etl ACTIVE>FAILED",
      "02:01 screen !!transition etl ACTIVE>FAILED",
      "02:02 oncall recovery etl FAILED>ACTIVE",
      "02:02 screen recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "a recovery concerns nobody who was not told of the problem, whatever it matches",
    telling: {
      notifiers,
      routes: [
        { match: { to: "FAILED" }, notify: ["oncall"] },
        { match: { to: "ACTIVE" }, notify: ["screen"] },
      ],
    },
    steps: [...story, ["02:03", queues({ etl: "CREATING" })], ["02:04", active]],
    told: [
      "02:01 oncall !!transition etl ACTIVE>FAILED",
      "02:02 oncall recovery etl FAILED>ACTIVE",
      "02:04 screen transition etl CREATING>ACTIVE",
    ],
  },
  {
    name: "nor does a reminder",
    telling: {
      notifiers,
      routes: [
        { match: { to: "FAILED" }, notify: ["oncall"], remind: "1h" },
        { match: { type: "reminder" }, notify: ["screen"] },
      ],
    },
    steps: [
      ["02:00", broken],
      ["03:00", broken],
    ],
    told: ["02:00 oncall !!appeared etl >FAILED", "03:00 oncall !!reminder etl >FAILED"],
  },
  {
    name: "what no route matches goes to everyone, unless it is harmless",
    telling: { notifiers, routes: [{ match: { name: "bi" }, notify: ["oncall"] }] },
    steps: [...story, ["02:03", queues({ etl: "CREATING" })]],
    told: [
      "02:01 oncall !!transition etl ACTIVE>FAILED",
      "02:01 screen !!transition etl ACTIVE>FAILED",
      "02:02 oncall recovery etl FAILED>ACTIVE",
      "02:02 screen recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "or to nobody",
    telling: { unrouted: "drop", routes: [{ match: { name: "bi" }, notify: ["oncall"] }] },
    steps: story,
    told: [],
  },
  {
    name: "a route passes over what it does not mean",
    telling: {
      unrouted: "drop",
      routes: [{ match: { to: "FAILED", not: { name: "test-*" } }, notify: ["oncall"] }],
    },
    steps: [
      ["02:00", queues({ etl: "ACTIVE", "test-1": "ACTIVE" })],
      ["02:01", queues({ etl: "FAILED", "test-1": "FAILED" })],
      ["02:02", queues({ etl: "ACTIVE", "test-1": "ACTIVE" })],
    ],
    told: [
      "02:01 oncall !!transition etl ACTIVE>FAILED",
      "02:02 oncall recovery etl FAILED>ACTIVE",
    ],
  },
  {
    name: "who is told of a step within an incident is told that it is over",
    telling: {
      unrouted: "drop",
      notifiers,
      routes: [
        { match: { severity: "critical" }, notify: ["oncall"] },
        { match: { to: "CREATING" }, notify: ["screen"] },
      ],
    },
    steps: [
      ["02:00", broken],
      ["02:01", queues({ etl: "CREATING" })],
      ["02:02", active],
    ],
    told: [
      "02:00 oncall !!appeared etl >FAILED",
      "02:01 screen transition etl FAILED>CREATING",
      "02:02 oncall recovery etl CREATING>ACTIVE",
      "02:02 screen recovery etl CREATING>ACTIVE",
    ],
  },
  {
    name: "other routes from now on change nothing for who was told",
    telling: { routes: [{ match: { to: "FAILED" }, notify: ["oncall"] }], notifiers },
    steps: [
      ["02:00", broken],
      [
        "02:01",
        active,
        { telling: { routes: [{ match: {}, notify: ["screen"] }], notifiers, unrouted: "drop" } },
      ],
      ["02:02", broken],
    ],
    told: [
      "02:00 oncall !!appeared etl >FAILED",
      "02:01 oncall recovery etl FAILED>ACTIVE",
      "02:02 screen !!transition etl ACTIVE>FAILED",
    ],
  },
]);
