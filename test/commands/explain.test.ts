import { rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { eventsOf, projectOf, startCloud, startRecording } from "../support/installation.ts";
import type { Receiver } from "../support/receiver.ts";
import { basicId } from "../support/simulator.ts";
import { writeConfig } from "../support/watcher.ts";
import { startWatching, type Watching } from "../support/watching.ts";

let hook: Receiver;
let config: Record<string, unknown>;
let watching: Watching;

/** A daemon that has told a webhook of a failed queue; others wait until it has lasted, or are not told. */
beforeEach(async () => {
  const queues = { etl: { status: "FAILED", err_msg: "no router" }, logs: { status: "ACTIVE" } };
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic", queues }] });
  hook = await startRecording();
  config = {
    timezone: "Asia/Shanghai",
    projects: [projectOf(cloud, [{ id: basicId, name: "orders", labels: { team: "data" } }])],
    notifiers: {
      hook: { type: "webhook", url: `${hook.origin}/SECRETpath`, headers: { "x-pin": "1234" } },
      screen: { type: "console", stream: "stderr" },
      mail: { type: "webhook", url: hook.origin },
    },
    routes: [
      { match: { severity: ["warning", "critical"] }, notify: ["hook"] },
      { match: { to: "FAILED" }, notify: ["screen"], delay: "1h" },
      { match: { "labels.team": "ops", not: { name: "etl" } }, notify: ["mail"] },
    ],
    mutes: [{ name: "sunday", match: { name: "logs" }, cron: "0 2 * * 0", for: "2h" }],
    policy: { confirm: { FAILED: 2 } },
  };
  watching = await startWatching(config);
  await hook.arrived(1);
  await cloud.asked(2);
});

/** `explain`, with IDs, times and addresses that differ from run to run by name. */
async function explain(...args: readonly string[]) {
  const ended = await runCommand(["explain", ...args, "-c", watching.config]);
  expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/SECRET|1234/);
  const stdout = ended.stdout
    .replaceAll(hook.origin, "ORIGIN")
    .replaceAll(/[0-9A-Z]{26}/g, "ID")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "TIME")
    .replaceAll(/webhook-timestamp: \d+/g, "webhook-timestamp: NOW");
  return { ...ended, stdout };
}

const event = () => eventsOf(hook)[0]?.id ?? "";

test("a notice is explained by its id, step by step, with what each notifier is sent", async () => {
  const { status, stdout } = await explain(event());
  const [told = "", payload = ""] = stdout.split("\n\n  {\n");
  expect(told).toBe(`STEP       VERDICT  WHY
confirmed  counts   2 polls that agree are enough (policy.confirm).
incident   opens    It is the first of ID.

Queue etl of orders appeared and is FAILED
critical, dli-watch.appeared, TIME (Asia/Shanghai)
event ID, incident ID

ROUTE  MATCH                            TELLS   VERDICT         WHY
1      severity warning or critical     hook    matches
2      to FAILED                        screen  matches
3      labels.team ops, not (name etl)  mail    does not match  labels.team is data; it is what \`not\` excludes

NOTIFIER  STEP       VERDICT   WHY
hook      addressed  routes    Route 1 names it.
          dropped    no        It ends no problem that is held back for its delay.
          muted      no        No mute covers it.
          joined     no        Nothing of its incident is held back.
          delayed    no        Its routes do not delay it.
          digested   no        Its routes do not collect it.
          stormed    no        There are not too many notices.
          outcome    accepted  After 1 attempt, at TIME.
screen    addressed  routes    Route 2 names it.
          dropped    no        It ends no problem that is held back for its delay.
          muted      no        No mute covers it.
          joined     no        Nothing of its incident is held back.
          delayed    yes       Its route lets problems wait 1h.
          outcome    held      Until TIME, if its problem is not over by then.
mail      addressed  nobody    No route that matches names it.
          outcome    not told  There is no delivery.

hook (webhook) is sent:
  POST ORIGIN/***
  x-pin: ***
  content-type: application/cloudevents+json; charset=utf-8
  webhook-id: ID
  webhook-timestamp: NOW`);
  expect(payload).toMatch(/^ {4}"specversion": "1\.0",$/m);
  expect(payload).toMatch(
    /^screen \(console\) is sent:\n {2}CRITICAL Queue etl .*\n {4}> no router$/m,
  );
  expect(status).toBe(0);
});

test("the end of its id, and the id of a delivery, mean the same notice", async () => {
  const whole = await explain(event());
  const deliveries = await runCommand(["deliveries", "--json", "-c", watching.config]);
  const [{ id }]: [{ id: string }] = JSON.parse(deliveries.stdout);
  expect(await explain(event().slice(-8).toLowerCase())).toEqual(whole);
  expect(await explain(id)).toEqual(whole);
  expect(await explain("01J00000000000000000000000")).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "no notice and no delivery has the id 01J00000000000000000000000; `dli-watch history --json` and `dli-watch deliveries` show those that are kept\n",
  });
});

test("a configuration that has changed since says so", async () => {
  const routes = [{ match: { severity: "critical" }, notify: ["mail"] }];
  const notifiers = { mail: { type: "webhook", url: hook.origin }, hook: { type: "console" } };
  const file = { store: "watch.db", ...config, routes, notifiers };
  writeConfig(watching.directory, file);
  const { stdout } = await explain(event());
  expect(stdout).toMatch(/^mail +addressed +nobody +No route told it then\.$/m);
  expect(stdout).toMatch(/^ +configuration +changed +By the present routes Route 1 names it\.$/m);
  expect(stdout).toMatch(/^ +configuration +changed +The present routes do not tell it\.$/m);
  expect(stdout).toMatch(/^ +configuration +changed +It is not configured any more\.$/m);
});

test("what might happen is explained by the state on record, and nothing is sent", async () => {
  const { status, stdout } = await explain(
    ...["--connection", "orders", "--resource", "queue:logs", "--to", "failed"],
  );
  expect(stdout).toContain(`STEP       VERDICT  WHY
watched    yes      It is named in project prod.
reachable  yes      It can be read.
recorded   yes      ACTIVE since TIME.
confirmed  counts   2 polls that agree are enough (policy.confirm).
flapping   no       1 of 6 changes within 30m (policy.flapping).
incident   opens    It is a problem.

Queue logs of orders is FAILED
`);
  expect(stdout).toMatch(/^ +outcome +waiting +Due at TIME\.$/m);
  expect(stdout).toMatch(/^3 .*does not match +labels\.team is data$/m);
  expect(status).toBe(0);
  const recovery = await explain(
    ...["--connection", basicId, "--resource", "queue:etl", "--to", "ACTIVE"],
  );
  expect(recovery.stdout).toContain(
    "No route is asked: it is for those who were told of the problem.",
  );
  expect(recovery.stdout).toMatch(/^screen +addressed +told .*\n +dropped +yes /m);
  const gone = await explain("--connection", "orders", "--resource", "pool:none", "--to", "gone");
  expect(gone.stdout).toMatch(
    /^confirmed +nothing +It is not there\.\n\nNothing would be told\.$/m,
  );
  expect(hook.requests.length).toBe(1);
});

test("what might happen at another time meets the mutes of then", async () => {
  const logs = ["--connection", "orders", "--resource", "queue:logs", "--to", "FAILED"];
  const { stdout } = await explain(...logs, "--at", "2026-11-29T03:00+08:00", "--json");
  const { notices } = JSON.parse(stdout);
  expect(notices[0].event.time).toBe("2026-11-28T19:00:00.000Z");
  expect(notices[0].notifiers[0].steps).toContainEqual({
    step: "muted",
    verdict: "yes",
    why: 'The mute "sunday" covers it.',
  });
  expect(notices[0].notifiers[0]).toMatchObject({
    delivery: { state: "closed", last_error: "Muted: sunday." },
    payload: null,
  });
});

test("a mistake on the command line, or in the store, is answered with the way out", async () => {
  const unknown = await explain("--connection", "ordres", "--to", "FAILED");
  expect(unknown).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "--connection: none that is watched is called ordres; did you mean orders?; dli-watch status shows those that are\n",
  });
  const [neither, both, resource, time] = await Promise.all([
    explain("--to", "FAILED"),
    explain(event(), "--connection", "orders", "--to", "FAILED"),
    explain("--connection", "orders", "--resource", "etl", "--to", "FAILED"),
    explain("--connection", "orders", "--to", "FAILED", "--at", "noon"),
  ]);
  const way = "name a notice by its id, or say what might happen by --connection and --to\n";
  expect([neither, both]).toEqual([1, 2].map(() => ({ status: 2, stdout: "", stderr: way })));
  expect(resource.stderr).toMatch(/^error: .* It must be queue:NAME or pool:NAME\./);
  expect(time.stderr).toMatch(/^error: .* It must be a time such as 2026-11-24T02:00Z\./);
  expect([resource.status, time.status]).toEqual([2, 2]);

  watching.signal("SIGTERM");
  await watching.ended;
  rmSync(join(watching.directory, "watch.db"));
  expect(await explain("01J00000000000000000000000")).toMatchObject({ status: 3, stdout: "" });
});
