import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { projectOf, startCloud, startRecording } from "../support/installation.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";
import { startWatching } from "../support/watching.ts";

const orders = { id: basicId, name: "orders" };
const reports = { id: enhancedId, name: "reports" };
const unknownId = "00000000-0000-0000-0000-000000000000";
const webhook = { type: "webhook", url: "http://127.0.0.1:9" };

/** A daemon that has seen and told of a failed queue, and a way to rehearse with its store. */
async function startWatched() {
  const queues = { etl: { status: "FAILED", err_msg: "Can't get ready router." } };
  const cloud = await startCloud({
    connections: [
      { id: basicId, kind: "basic", queues },
      { id: enhancedId, kind: "enhanced" },
    ],
  });
  const receiver = await startRecording();
  const projects = [projectOf(cloud, [orders, reports])];
  const config = { projects, notifiers: { hook: { ...webhook, url: receiver.origin } } };
  const watching = await startWatching({ ...config, timezone: "Asia/Shanghai" });
  await Promise.all([receiver.arrived(1), cloud.asked(4)]);
  return {
    ...watching,
    cloud,
    /** With a configuration that differs in this. */
    rehearse(changed: object, ...args: readonly string[]) {
      const next = join(watching.directory, "new.yaml");
      writeFileSync(next, JSON.stringify({ ...config, ...changed }));
      return runCommand(["rehearse", next, "-c", watching.config, ...args]);
    },
  };
}

test("beside a running daemon, people see what another configuration would tell otherwise", async () => {
  const { rehearse, cloud, directory } = await startWatched();
  const next = join(directory, "new.yaml");
  const time = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d";
  const summary = `^\\d+ polls of 2 connections, from ${time} to ${time} \\(Asia/Shanghai\\)\\.\n`;

  const same = await rehearse({});
  expect(same).toMatchObject({ status: 0, stderr: "" });
  expect(same.stdout).toMatch(new RegExp(`${summary}\nNothing is told otherwise\\.\n$`));

  const routes = [
    { match: {}, notify: ["hook"], delay: "1h" },
    { match: { severity: "critical" }, notify: ["mail"] },
  ];
  const delayed = await rehearse({ notifiers: { hook: webhook, mail: webhook }, routes });
  expect(delayed).toMatchObject({ status: 1, stderr: "" });
  expect(delayed.stdout.replaceAll(new RegExp(time, "g"), "TIME").split("\n").slice(1)).toEqual([
    "",
    "NOTIFIER  GAINED  LOST  CHANGED",
    "hook      0       0     1",
    "mail      1       0     0",
    "",
    "   TOLD (Asia/Shanghai)  NOTIFIER  WHAT                                        WHY",
    "+  TIME   mail      Queue etl of orders appeared and is FAILED  route 2",
    "~  TIME   hook      Queue etl of orders appeared and is FAILED  1h later (route 1; delayed 1h)",
    "",
  ]);

  const fewer = await rehearse({ projects: [projectOf(cloud, [reports, unknownId])] });
  expect(fewer).toMatchObject({ status: 1, stderr: "" });
  expect(fewer.stdout.split("\n").slice(1, 3)).toEqual([
    `${next} does not watch orders of prod.`,
    `What ${next} would tell of ${unknownId} of prod is not known: never polled.`,
  ]);
  expect(fewer.stdout).toMatch(/^- .* hook .* appeared and is FAILED +not noticed$/m);
});

test("an exported file gives what the store gives, to programs whole", async () => {
  const { rehearse, cloud, directory, config, signal, ended } = await startWatched();
  signal("SIGTERM");
  expect(await ended).toBe(0);
  const file = join(directory, "history.jsonl");
  expect((await runCommand(["history", "-c", config, "--export", file])).status).toBe(0);

  const changed = { projects: [projectOf(cloud, [orders])], notifiers: { mail: webhook } };
  const stored = await rehearse(changed, "--json");
  const exported = await rehearse(changed, "--json", "--history", file);
  expect(exported).toEqual(stored);
  expect(stored).toMatchObject({ status: 1, stderr: "" });
  const told = {
    told: "alone",
    at: expect.any(String),
    way: "no route matched, so everyone",
    noticed_at: expect.any(String),
    severity: "critical",
    summary: expect.stringContaining("Can't get ready router."),
    hint: expect.any(Object),
  };
  const notice = {
    type: "dli-watch.appeared",
    subject: `connections/${basicId}/queues/etl`,
    project: "prod",
    title: "Queue etl of orders appeared and is FAILED",
    severity: "critical",
    to: "FAILED",
  };
  expect(JSON.parse(stored.stdout)).toEqual({
    before: config,
    after: join(directory, "new.yaml"),
    from: expect.any(String),
    to: expect.any(String),
    polls: expect.any(Number),
    connections: 2,
    only_before: [{ project: "prod", id: enhancedId, name: "reports" }],
    only_after: [],
    never_polled: [],
    notifiers: [
      { name: "mail", gained: 1, lost: 0, changed: 0 },
      { name: "hook", gained: 0, lost: 1, changed: 0 },
    ],
    differences: [
      {
        change: "lost",
        notifier: "hook",
        why: "noticed, but not for hook",
        ...{ notice, before: told, after: null },
      },
      {
        change: "gained",
        notifier: "mail",
        why: "no route matched, so everyone",
        ...{ notice, before: null, after: told },
      },
    ],
  });
});

const header = {
  format: "dli-watch-history",
  version: 1,
  name: "dli-watch",
  since: "2026-11-01T00:00:00.000Z",
  exported_at: "2026-11-02T00:00:00.000Z",
};

/** Eleven polls of `orders` that said that it does not exist. */
const run = {
  project: "prod",
  connection: basicId,
  first_at: "2026-11-01T00:00:00.000Z",
  last_at: "2026-11-01T00:10:00.000Z",
  polls: 11,
  outcome: "absent",
  message: "DLI.0002",
};

/** A configuration without a store, and others beside it. */
function written() {
  const directory = temporaryDirectory();
  const projects = [projectOf({ url: "http://127.0.0.1:9" }, [orders])];
  const base = { projects, notifiers: { hook: webhook }, store: "watch.db" };
  const config = writeConfig(directory, base);
  const next = join(directory, "new.yaml");
  const history = join(directory, "history.jsonl");
  const rehearse = async (lines: readonly unknown[], changed: object = {}) => {
    writeFileSync(next, JSON.stringify({ ...base, ...changed }));
    writeFileSync(
      history,
      lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"),
    );
    return runCommand(["rehearse", next, "-c", config, "--history", history]);
  };
  return { directory, config, next, history, rehearse };
}

test("more than people can read is counted", async () => {
  const { rehearse } = written();
  const days = Array.from({ length: 60 }, (_, day) => {
    const first_at = new Date(Date.UTC(2026, 10, 1 + day)).toISOString();
    const observation = { ...run, connection: `c${day}`, first_at, last_at: first_at, polls: 1 };
    return { observation };
  });
  const ids = days.map(({ observation }) => observation.connection);
  const projects = [projectOf({ url: "http://127.0.0.1:9" }, ids)];
  const { status, stdout } = await rehearse([header, ...days], { projects });
  expect(status).toBe(1);
  expect(stdout).toMatch(/watch\.yaml does not watch c0 of prod, c1 of prod, .* and 55 more\.\n/);
  expect(stdout.match(/^\+ .*$/gm)).toHaveLength(50);
  expect(stdout).toMatch(/\n\n… and 10 more; --json prints all of them\.\n$/);
});

test.each<readonly [string, readonly unknown[], number, RegExp]>([
  ["is empty", [], 1, /it is no JSON/],
  ["is another file", [{ specversion: "1.0" }], 1, /format: /],
  ["is of a later version", [{ ...header, version: 2 }], 1, /version: /],
  ["ends too early", [header, { observation: run }, '{"observation":{"proj'], 3, /it is no JSON/],
  [
    "has a run of no polls",
    [header, { event: {} }, { observation: { ...run, polls: 0 } }],
    3,
    /observation\.polls: /,
  ],
  [
    "has an unknown outcome",
    [header, { observation: { ...run, outcome: "seen" } }],
    2,
    /observation\.outcome: /,
  ],
  ["has something else", [header, { notice: {} }], 2, /notice/],
  ["has nothing in a line", [header, {}], 2, /must be one observation or event/],
])("a history that %s is refused with its line", async (_, lines, line, why) => {
  const { rehearse, history } = written();
  const { status, stdout, stderr } = await rehearse(lines);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(why);
  expect(
    stderr.startsWith(`${history}:${line} is no line of a history that this version reads: `),
  ).toBe(true);
});

test("what cannot be read at all is named, and so is an empty time", async () => {
  const { directory, config, next, rehearse } = written();
  const nothing = await rehearse([header]);
  const [noStore, noHistory, noFile, both] = await Promise.all([
    runCommand(["rehearse", next, "-c", config]),
    runCommand(["rehearse", next, "-c", config, "--history", join(directory, "none.jsonl")]),
    runCommand(["rehearse", join(directory, "none.yaml"), "-c", config]),
    runCommand(["rehearse", next, "-c", config, "--since", "7d", "--history", "x"]),
  ]);
  expect(nothing).toEqual({
    status: 2,
    stdout: "",
    stderr: `nothing was observed since 2026-11-01T00:00:00.000Z of what ${config} or ${next} watch: name an earlier --since\n`,
  });
  expect(noStore).toMatchObject({ status: 3, stdout: "" });
  expect(noStore.stderr).toContain("no store at");
  expect(noHistory).toMatchObject({ status: 2, stdout: "" });
  expect(noHistory.stderr).toMatch(/none\.jsonl: the history cannot be read \(ENOENT/);
  expect(noFile).toMatchObject({ status: 2, stdout: "" });
  expect(noFile.stderr).toMatch(/none\.yaml: there is no such configuration file/);
  expect(both).toMatchObject({ status: 2, stdout: "" });
  expect(both.stderr).toContain("cannot be used with option '--since <when>'");
});
