import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { affordableIntervalMs } from "../../src/commands/affordable.ts";
import { builtinNotifiers } from "../../src/notify/builtin.ts";
import { runCommand } from "../support/command.ts";
import { basicId, enhancedId, projectId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";

const secret = "Do-Not-Print-Me-4711";

/** The mistakes, each with the column it is found at and what is said of it. */
const twelve: readonly (readonly [line: string, found?: readonly [number, string]])[] = [
  ["nmae: prod", [1, "nmae: is an unknown key; did you mean name?"]],
  ["retention: 90", [12, "retention: must be a duration such as 500ms, 30s, 5m, 2h or 7d"]],
  ["projects:"],
  ["  - name: prod"],
  [
    "    region: cn-noth-4",
    [13, "projects[0].region: is not a known region; did you mean cn-north-4?"],
  ],
  ["    project_id: 48cc", [17, "projects[0].project_id: must be 32 hexadecimal digits"]],
  [
    "    auth:",
    [
      5,
      "projects[0].auth: needs access_key and secret_key (with security_token if they are temporary), or token, or username, password and domain, or metadata: true",
    ],
  ],
  [`      secret_key: ${secret}`],
  [
    `    rate: ${secret}/1m`,
    [11, "projects[0].rate: must be a count in a duration, such as 20/1m"],
  ],
  ["    connections:"],
  [`      - ${basicId}`],
  [`      - ${basicId}`, [9, "projects[0].connections[1]: repeats projects[0].connections[0]"]],
  ["notifiers:"],
  ["  oncall:"],
  [
    `    type: slakc`,
    [
      11,
      `notifiers.oncall.type: must be one of ${[...builtinNotifiers.keys()].join(", ")}, a file such as ./plugins/pager.mjs, or a package installed beside this file; did you mean slack?`,
    ],
  ],
  ["  hook:"],
  ["    type: webhook"],
  [
    `    url: http://user:${secret}@ops.example`,
    [
      10,
      "notifiers.hook.url: must be an https:// address without user and password (http:// only to this machine: localhost, 127.0.0.1 or [::1])",
    ],
  ],
  [
    "    fallback: onacll",
    [15, "notifiers.hook.fallback: names no notifier; did you mean oncall?"],
  ],
  ["routes:"],
  [
    "  - match: { severty: critical }",
    [14, "routes[0].match.severty: is an unknown key; did you mean severity?"],
  ],
  ["    notify: [hook]"],
  [
    `server: { token: "\${NOT_SET_ANYWHERE}" }`,
    [18, "server.token: needs the environment variable NOT_SET_ANYWHERE, which is not set"],
  ],
];

test("twelve mistakes are named at once, each at its line and column, and no secret with them", async () => {
  const file = join(temporaryDirectory(), "watch.yaml");
  writeFileSync(file, twelve.map(([line]) => `${line}\n`).join(""));
  const { status, stdout, stderr } = await runCommand(["check", "-c", file]);
  const expected = twelve.flatMap(([, found], index) =>
    found ? [`${file}:${index + 1}:${found[0]} ${found[1]}`] : [],
  );
  expect(expected).toHaveLength(12);
  expect(stderr.trimEnd().split("\n")).toEqual(expected);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).not.toContain(secret);
});

const project = {
  name: "prod",
  region: "cn-north-4",
  project_id: projectId,
  auth: { token: secret },
  rate: "2/1m",
  connections: [
    { id: basicId, name: "orders", labels: { team: "data" } },
    { id: enhancedId, schedule: "5m" },
    { id: "other", schedule: "*/5 * * * *" },
  ],
};
const screen = { type: "console" };

test("a configuration in order is printed as a plan: what is watched, how often in truth, who is told what", async () => {
  const directory = temporaryDirectory();
  const file = writeConfig(directory, {
    projects: [project],
    notifiers: {
      oncall: {
        type: "slack",
        url: `https://hooks.slack.com/services/${secret}`,
        fallback: "screen",
      },
      screen,
    },
    routes: [
      {
        match: { severity: ["warning", "critical"], not: { "labels.team": "test" } },
        notify: ["oncall"],
      },
    ],
  });
  const { status, stdout, stderr } = await runCommand(["check", "-c", file]);
  expect(stdout).toBe(`${file} is in order.

PROJECT  CONNECTION                            KIND  SCHEDULE           POLLED
prod     orders                                auto  every 1m           as scheduled
prod     ${enhancedId}  auto  every 5m           as scheduled
prod     other                                 auto  */5 * * * * (UTC)  as scheduled

NOTIFIER  TYPE     FALLBACK
oncall    slack    screen
screen    console

WHAT                                                  IS TOLD TO
severity warning or critical, not (labels.team test)  oncall
warning and critical that no route matches            oncall, screen
info that no route matches                            nobody
a recovery                                            whoever was told of the problem

Name:    dli-watch; times in UTC; log level info
Store:   ${directory}/data/dli-watch.db, history kept 90d
Answers: http://127.0.0.1:8080
`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("what is discovered is in the plan, and routes may match it", async () => {
  const { connections, ...found } = project;
  const file = writeConfig(temporaryDirectory(), {
    projects: [
      { ...found, discover: true },
      { ...project, name: "lab", discover: { kind: "enhanced", name: ["prod-*", "lab-*"] } },
      { ...project, name: "bi", discover: { status: "ACTIVE", tags: { team: "bi", env: "prod" } } },
    ],
    notifiers: { screen, spare: screen },
    routes: [{ match: { project: "prod", connection: "prod-*" }, notify: ["screen", "spare"] }],
  });
  const { stdout, stderr } = await runCommand(["check", "-c", file]);
  expect(stdout).toMatch(/^prod +all others +basic, enhanced +every 1m +as scheduled$/m);
  expect(stdout).toMatch(
    /^lab +others named prod-\* or lab-\* +enhanced +every 1m +as scheduled$/m,
  );
  expect(stdout).toMatch(/^bi +others in state ACTIVE, tagged env=prod,team=bi +enhanced /m);
  expect(stderr).toBe("");
});

test("what is polled more often than the rate affords is polled less often, and the plan says so", async () => {
  const file = writeConfig(temporaryDirectory(), {
    projects: [{ ...project, rate: "1/1m" }],
    notifiers: { screen },
  });
  const { stdout } = await runCommand(["check", "-c", file]);
  expect(stdout).toMatch(/orders +auto +every 1m +every 1m 15s \(rate\)$/m);
  expect(stdout).toMatch(/every 5m +as scheduled$/m);
});

test("what is allowed and hardly meant is warned of", async () => {
  const file = writeConfig(temporaryDirectory(), {
    projects: [project],
    notifiers: { screen, spare: screen },
    routes: [{ match: { connection: "orders" }, notify: ["screen"] }],
    unrouted: "drop",
    server: { listen: "0.0.0.0:8080" },
  });
  const { status, stderr } = await runCommand(["check", "-c", file]);
  expect(stderr.trimEnd().split("\n")).toEqual([
    "warning: server.listen: everybody who reaches 0.0.0.0:8080 can read what is watched; set server.token, or listen on 127.0.0.1",
    "warning: notifiers.spare: is told nothing; name it in a route or as a fallback",
    'warning: routes: nobody is told when project prod cannot be read; let a route match it, or "unrouted: notify"',
    `warning: routes: nobody is told when a queue of ${enhancedId} is FAILED; let a route match it, or "unrouted: notify"`,
    'warning: routes: nobody is told when a queue of other is FAILED; let a route match it, or "unrouted: notify"',
  ]);
  expect(status).toBe(0);
});

test("a route to a project or connection that is not there is warned of", async () => {
  const matches = [
    { project: "prd" },
    { project: ["prd", "pr*"] },
    { connection: "order" },
    { connection: basicId },
    { connection: { not: "orders" } },
    {},
  ];
  const file = writeConfig(temporaryDirectory(), {
    projects: [{ ...project, connections: [{ id: basicId, name: "orders" }] }],
    notifiers: { screen, spare: screen },
    routes: matches.map((match) => ({ match, notify: ["screen", "spare"] })),
  });
  const { stderr } = await runCommand(["check", "-c", file]);
  expect(stderr.trimEnd().split("\n")).toEqual([
    "warning: routes[0].match.project: matches no project that is configured; correct the pattern or remove the route",
    "warning: routes[2].match.connection: matches no connection that is configured; correct the pattern or remove the route",
    "warning: routes[4].match.connection: matches no connection that is configured; correct the pattern or remove the route",
  ]);
});

test("the API's own name of a connection, which nobody knows yet, may be meant", async () => {
  const file = writeConfig(temporaryDirectory(), {
    projects: [project],
    notifiers: { screen, spare: screen },
    routes: [{ match: { connection: "reports" }, notify: ["screen", "spare"] }],
  });
  const { stderr } = await runCommand(["check", "-c", file]);
  expect(stderr).toBe("");
});

test("a single notifier is warned of: nobody would learn that it fails", async () => {
  const file = writeConfig(temporaryDirectory(), { projects: [project], notifiers: { screen } });
  const { stderr } = await runCommand(["check", "-c", file]);
  expect(stderr).toBe(
    "warning: notifiers: nobody is told when screen itself fails; add a second one\n",
  );
});

describe("what a rate affords", () => {
  const schedules = (...everyMs: readonly number[]) =>
    everyMs.map((each) => ({
      id: "a",
      kind: "auto" as const,
      labels: {},
      schedule: { everyMs: each, jitter: 0 },
    }));

  test.each([
    [[60], 0],
    [[3, 3], 6],
    [[1, 1, 1], 9],
    [[1, 1, 12], 8],
    [[1, 30, 30], 3.75],
    [[], 0],
  ])("for schedules of %j seconds at one request in three: %s", (seconds, expected) => {
    const connections = schedules(...seconds.map((each) => each * 1_000));
    const affordable = affordableIntervalMs({
      rate: { count: 20, perMs: 60_000 },
      pollBy: "auto",
      connections,
    });
    expect(affordable).toBeCloseTo(expected * 1_000, 6);
  });

  test.each([
    ["auto", 250, 9_000],
    ["list", 250, 9_000],
    ["show", 250, 750_000],
    ["auto", 1, 3_000],
    ["list", 1, 3_000],
  ] as const)(
    "counts a page of a list as one request: poll_by %s, %d connections",
    (pollBy, count, expected) => {
      const connections = schedules(...Array.from({ length: count }, () => 1_000)).map((one) => ({
        ...one,
        kind: "enhanced" as const,
      }));
      const rate = { count: 20, perMs: 60_000 };
      expect(affordableIntervalMs({ rate, pollBy, connections })).toBeCloseTo(expected, 6);
    },
  );

  test("polls as often as affordable and scheduled keep to the rate, and use it up if they must", () => {
    const everyMs = fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 20 });
    const count = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(everyMs, count, (intervals, requests) => {
        const rate = { count: requests, perMs: 60_000 };
        const affordable = affordableIntervalMs({
          rate,
          pollBy: "auto",
          connections: schedules(...intervals),
        });
        const used = intervals.reduce((sum, each) => sum + 60_000 / Math.max(each, affordable), 0);
        expect(used).toBeLessThanOrEqual(requests * (1 + 1e-9));
        if (affordable > 0) expect(used).toBeCloseTo(requests, 6);
      }),
    );
  });
});
