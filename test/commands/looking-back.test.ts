import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { runCommand } from "../support/command.ts";
import { sampleEvent } from "../support/events.ts";
import { eventsOf, projectOf, startCloud, startRecording } from "../support/installation.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { delivery, storedEvent } from "../support/store-samples.ts";
import { startWatcher, temporaryDirectory, writeConfig } from "../support/watcher.ts";

const reason = "Can't get ready router.";

/** A store in which a daemon has left a failed queue, told on `hook`, refused by `strict`, still waiting for `late`. */
async function leftBehind() {
  const cloud = await startCloud({
    connections: [
      { id: basicId, kind: "basic", queues: { etl: { status: "FAILED", err_msg: reason } } },
      { id: enhancedId, kind: "enhanced" },
    ],
  });
  const hook = await startRecording();
  const strict = await startRecording({ status: 400 });
  const late = await startRecording({ status: 503 });
  const directory = temporaryDirectory();
  const config = writeConfig(directory, {
    timezone: "Asia/Shanghai",
    projects: [
      projectOf(cloud, [
        { id: enhancedId, name: "reports" },
        { id: basicId, name: "orders" },
      ]),
    ],
    notifiers: {
      hook: { type: "webhook", url: hook.origin },
      strict: { type: "webhook", url: strict.origin, fallback: "hook" },
      late: { type: "webhook", url: late.origin },
    },
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
  });
  const watcher = startWatcher("run", "-c", config);
  await Promise.all([hook.arrived(2), strict.arrived(1), late.arrived(1), cloud.asked(2)]);
  watcher.signal("SIGTERM");
  expect(await watcher.ended).toBe(0);
  return {
    hook,
    command: (...args: readonly string[]) => runCommand([...args, "-c", config]),
  };
}

test("what a daemon has left behind can be looked at", async () => {
  const { hook, command } = await leftBehind();
  const [status, statusJson, history, historyJson, ofOther, noTime, noOne, noFile] =
    await Promise.all([
      command("status"),
      command("status", "--json"),
      command("history"),
      command("history", "--json", "--connection", "orders"),
      command("history", "--connection", "reports"),
      command("history", "--since", "yesterday"),
      command("history", "--connection", "ordres"),
      command("history", "--connection", "ordres", "--export", "-"),
    ]);

  expect(status.stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["PROJECT", "CONNECTION", "RESOURCE", "STATE", "FOR", "REASON"],
    ["prod", "orders", "basic", "ACTIVE", expect.any(String)],
    ["prod", "orders", "queue etl", "FAILED", expect.any(String), reason],
    ["prod", "reports", "enhanced", "ACTIVE", expect.any(String)],
    [""],
    [expect.stringMatching(/^Last answer on record: \d+m?s ago\. /)],
    [""],
  ]);
  expect(status.status).toBe(1);
  expect(JSON.parse(statusJson.stdout)).toMatchObject({
    projects: [{ name: "prod", bad: false }],
    connections: [
      { name: "reports", bad: false },
      { name: "orders", bad: true },
    ],
  });
  expect(statusJson.status).toBe(1);

  const [appeared] = eventsOf(hook);
  expect(history.stdout).toMatch(/^TIME \(Asia\/Shanghai\) +SEVERITY +WHAT +REASON\n/);
  expect(history.stdout).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +critical +Queue etl of orders appeared and is FAILED +Can't get ready router\.$/m,
  );
  expect(historyJson.stdout).toBe(`${JSON.stringify(appeared)}\n`);
  expect(ofOther).toEqual({ status: 0, stdout: "Nothing was noticed in this time.\n", stderr: "" });
  expect(noTime).toMatchObject({ status: 2, stdout: "" });
  expect(noOne).toEqual({
    status: 2,
    stdout: "",
    stderr:
      "--connection: none is called ordres; did you mean orders?; dli-watch status shows those that are known\n",
  });
  expect(noFile).toEqual(noOne);
  expect(noTime.stderr).toMatch(/^--since: must be a duration such as 24h or a time/);
});

test("what is still to be told can be looked at, tried again and dropped", async () => {
  const { command } = await leftBehind();
  const listed = await command("deliveries", "--json");
  const open: readonly { id: string; notifier: string; state: string }[] = JSON.parse(
    listed.stdout,
  );
  expect(open.map(({ notifier, state }) => `${notifier} ${state}`).sort()).toEqual([
    "late waiting",
    "strict dead",
  ]);
  const [dead = "", waiting = ""] = ["dead", "waiting"].map(
    (wanted) => open.find(({ state }) => state === wanted)?.id,
  );

  const [table, one, accepted, ofStrict, shown] = await Promise.all([
    command("deliveries"),
    command("deliveries", "list", dead.toLowerCase()),
    command("deliveries", "--state", "accepted"),
    command("deliveries", "--notifier", "strict"),
    command("deliveries", "show", dead),
  ]);
  expect(table.stdout).toMatch(
    new RegExp(`^${dead} +strict +dead +Queue etl of orders appeared and is FAILED +\\S.*400`, "m"),
  );
  expect(table.stdout).toMatch(
    new RegExp(`^${waiting} +late +waiting +(in \\d+m?s|now) +Queue`, "m"),
  );
  expect(one.stdout).toBe(ofStrict.stdout);
  expect(accepted.stdout).toMatch(/^\S+ +hook +accepted/m);
  expect(JSON.parse(shown.stdout)).toMatchObject({
    id: dead,
    state: "dead",
    event: { type: "dli-watch.appeared", data: { err_msg: reason } },
  });

  const unknown = "01J00000000000000000000000";
  const refused = await Promise.all([
    command("deliveries", "show", unknown),
    command("deliveries", "drop", dead, unknown),
    command("deliveries", "retry", "--notifier", "strct"),
  ]);
  expect(refused).toEqual([
    {
      status: 1,
      stdout: "",
      stderr: `no delivery has the id ${unknown}; \`dli-watch deliveries\` shows those that are open\n`,
    },
    {
      status: 1,
      stdout: "",
      stderr: `no waiting or dead delivery has the id ${unknown}; \`dli-watch deliveries\` shows those that are open\n`,
    },
    {
      status: 2,
      stdout: "",
      stderr:
        "--notifier: none is called strct; did you mean strict?; these are: hook, strict, late\n",
    },
  ]);

  expect(await command("deliveries", "retry", "--notifier", "strict")).toEqual({
    status: 0,
    stdout: "1 delivery will be tried again.\n",
    stderr: "",
  });
  expect((await command("deliveries", dead)).stdout).toMatch(/ strict +waiting +now /);
  expect((await command("deliveries", "drop", dead, waiting)).stdout).toBe(
    "2 deliveries dropped.\n",
  );
  expect((await command("deliveries")).stdout).toBe("There are none.\n");
  expect((await command("deliveries", "show", dead)).stdout).toContain("Dropped by hand.");
});

test("what waits shows when it can really be tried: not before its lane goes on, nor without a notifier", async () => {
  const directory = temporaryDirectory();
  const config = writeConfig(directory, {
    projects: [projectOf({ url: "http://127.0.0.1:9" }, [basicId])],
    notifiers: { late: { type: "console" }, failing: { type: "console" } },
    store: "watch.db",
  });
  await using store = openSqliteStore({ file: join(directory, "watch.db"), mode: "daemon" });
  const event = storedEvent(1, { json: JSON.stringify(sampleEvent("transition")) });
  const hourMs = 3_600_000;
  const inHours = (hours: number) => systemClock.now() + hours * hourMs + 60_000;
  const lane = { failures: 1, resumeAt: inHours(5) };
  const incident = { id: "i1", openedAt: 0, severity: "warning", told: [] } as const;
  const failing = { ...incident, error: "gone", probes: 1 };
  await store.commit({
    events: [event],
    deliveries: ["late", "failing", "orphan"].map((notifier, index) =>
      delivery(event, { id: `d${index}`, notifier, nextAt: index * inHours(24) }),
    ),
    lanes: [
      { notifier: "late", memory: lane },
      { notifier: "failing", memory: { ...lane, failing } },
    ],
  });
  const { stdout } = await runCommand(["deliveries", "-c", config]);
  const [, ...rows] = stdout.trim().split("\n");
  expect(rows.map((row) => row.split(/ {2,}/).slice(1, 4).join(" | "))).toEqual([
    expect.stringMatching(/^late \| waiting \| in 5h/),
    expect.stringMatching(/^failing \| waiting \| in 5h/),
    expect.stringMatching(/^orphan \(not configured\) \| waiting \| (?!now|in )/),
  ]);

  const [status, json] = await Promise.all([
    runCommand(["status", "-c", config]),
    runCommand(["status", "--json", "-c", config]),
  ]);
  expect(status.stdout).toMatch(
    /^failing: refuses everything for \d+d \d+h, tried again in 5h: gone$/m,
  );
  expect(status.status).toBe(1);
  const resume_at = new Date(lane.resumeAt).toISOString();
  expect(JSON.parse(json.stdout).notifiers).toMatchObject([
    { name: "late", state: "retrying", resume_at, waiting: 1 },
    {
      name: "failing",
      state: "failing",
      failing: { since: "1970-01-01T00:00:00.000Z", error: "gone", incident: "i1" },
      resume_at,
      waiting: 1,
    },
    { name: "orphan", state: "working", waiting: 1 },
  ]);
});

test("before the first run there is no store, and the commands say what to do", async () => {
  const directory = temporaryDirectory();
  const config = writeConfig(directory, {
    projects: [projectOf({ url: "http://127.0.0.1:9" }, [basicId])],
    notifiers: { screen: { type: "console" } },
    store: "watch.db",
  });
  const ended = await Promise.all(
    [["status"], ["history"], ["deliveries"], ["deliveries", "retry", "--notifier", "screen"]].map(
      (args) => runCommand([...args, "-c", config]),
    ),
  );
  for (const { status, stdout, stderr } of ended) {
    expect(stderr).toContain(`no store at ${join(directory, "watch.db")} yet: start the daemon`);
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
  }

  writeFileSync(
    join(directory, "watch.db"),
    "this is no database, whatever its name says".repeat(100),
  );
  const { status, stderr } = await runCommand(["status", "-c", config]);
  expect(stderr).toContain(join(directory, "watch.db"));
  expect(status).toBe(3);
});
