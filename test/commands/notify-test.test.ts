import { readdirSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { adviceOn } from "../../src/commands/notify-advice.ts";
import { runCommand } from "../support/command.ts";
import { eventsOf, projectOf, startRecording } from "../support/installation.ts";
import { identities, serveHttps } from "../support/loopback.ts";
import type { Receiver } from "../support/receiver.ts";
import { basicId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";

let directory: string;
let oncall: Receiver;
let hook: Receiver;
let host: string;

/** `notify test` with a Slack `oncall` and a webhook `hook`. */
async function notifyTest(...args: readonly string[]) {
  const config = writeConfig(directory, {
    name: "lab",
    projects: [projectOf({ url: "http://127.0.0.1:9" }, [basicId])],
    notifiers: {
      oncall: { type: "slack", url: `${oncall.origin}/services/T01SECRET` },
      hook: { type: "webhook", url: `${hook.origin}/SECRETpath` },
    },
    store: "watch.db",
  });
  const ended = await runCommand(["notify", "test", ...args, "-c", config]);
  expect(ended.stdout).not.toContain("SECRET");
  expect(readdirSync(directory)).toEqual(["watch.yaml"]);
  return ended;
}

beforeEach(async () => {
  directory = temporaryDirectory();
  oncall = await startRecording({ body: "ok" });
  hook = await startRecording({ status: 202 });
  host = new URL(hook.origin).host;
});

test("every notifier gets a notice that is marked as a test, and its platform's answer is shown", async () => {
  expect(await notifyTest()).toEqual({
    status: 0,
    stdout: `NOTIFIER  TYPE     VERDICT   ANSWER
oncall    slack    accepted  200 ok
hook      webhook  accepted  202
`,
    stderr: "",
  });
  expect(oncall.requests[0]?.body).toContain("Test notice of dli-watch");
  const [event] = eventsOf(hook);
  expect(event).toMatchObject({
    source: "lab",
    type: "dli-watch.test",
    subject: "notifiers/hook",
    data: { severity: "info", title: "Test notice of dli-watch" },
  });
  expect(event?.data).not.toHaveProperty("project");
});

test("only those that are named are told, and an unknown one is none", async () => {
  const named = await notifyTest("hook", "--json");
  expect(JSON.parse(named.stdout)).toEqual([
    { notifier: "hook", type: "webhook", verdict: "accepted", answer: "202", advice: [] },
  ]);
  expect(await notifyTest("hook", "oncal")).toEqual({
    status: 2,
    stdout: "",
    stderr: "no notifier is called oncal; did you mean oncall?; these are: oncall, hook\n",
  });
  expect([oncall.requests.length, hook.requests.length]).toEqual([0, 1]);
});

test("a refusal is told in the platform's words, with what to do", async () => {
  oncall.answer({ status: 404, body: "no_service" });
  hook.answer({ status: 400, body: "not in /SECRETpath" });
  expect(await notifyTest()).toEqual({
    status: 1,
    stdout: `NOTIFIER  TYPE     VERDICT  ANSWER
oncall    slack    refused  Slack answered 404: no_service; make a new incoming webhook in Slack and configure its address.
hook      webhook  refused  ${host} answered 400: not in ***

oncall: It would refuse every notice: compare address and credentials at notifiers.oncall with what the platform shows.

hook: It does not take what it was sent: see what it says, and whether the type of notifiers.hook fits its address.
`,
    stderr: "",
  });
  expect(JSON.parse((await notifyTest("hook", "--json")).stdout)).toMatchObject([
    { verdict: "refused", fault: "notice", answer: `${host} answered 400: not in ***` },
  ]);
});

test("who cannot take it now is to be tested again", async () => {
  oncall.answer({ status: 429, headers: { "retry-after": "Tue, 24 Nov 2099 02:00:30 GMT" } });
  hook.answer({ fault: "reset" });
  const { status, stdout } = await notifyTest();
  expect(stdout).toMatch(/^oncall +slack +retry +\S+ answered 429\.$/m);
  expect(stdout).toMatch(/^oncall: It asks for patience: test again after 20\S+Z\.$/m);
  expect(stdout).toMatch(/^hook +webhook +retry +.*ECONNRESET/m);
  expect(stdout).toMatch(/^hook: Test again; .* compare the address at notifiers\.hook\.$/m);
  expect(status).toBe(1);
});

describe("what keeps a notice from its platform is named, with the way out", () => {
  async function answerOf(url: string) {
    const config = writeConfig(directory, {
      projects: [projectOf({ url: "http://127.0.0.1:9" }, [basicId])],
      notifiers: { hook: { type: "webhook", url } },
      store: "watch.db",
    });
    const { status, stdout } = await runCommand(["notify", "test", "--json", "-c", config]);
    expect(status).toBe(1);
    expect(stdout).not.toContain("SECRET");
    const [{ verdict, fault, answer, advice }] = JSON.parse(stdout);
    return { verdict: fault ?? verdict, answer, advice };
  }

  const keepTrying = [
    "Test again; a running watcher tries for three days. If it stays so, compare the address at notifiers.hook.",
  ];
  const mend = [
    "It would refuse every notice: compare address and credentials at notifiers.hook with what the platform shows.",
  ];

  test.each([
    [
      "nobody listens",
      "http://127.0.0.1:9",
      "127.0.0.1:9 refuses connections: check host and port, and that the service runs (ECONNREFUSED).",
    ],
    [
      "the name is wrong",
      "https://hook.invalid",
      expect.stringMatching(/^hook\.invalid:443 does not resolve: check the host name/),
    ],
  ])("%s", async (_, origin, answer) => {
    expect(await answerOf(`${origin}/SECRET`)).toEqual({
      verdict: "retry",
      answer,
      advice: keepTrying,
    });
  });

  test("nobody here trusts its certificate", async () => {
    await using server = await serveHttps(identities.elsewhere, (_, response) => response.end());
    expect(await answerOf(`${server.url}/SECRET`)).toEqual({
      verdict: "retry",
      answer: expect.stringContaining("has no certificate that is trusted here"),
      advice: keepTrying,
    });
  });

  test.each([
    [302, "answered 302, and redirects are not followed: configure the final address."],
    [401, "answered 401."],
    [410, "answered 410."],
  ])("it answers %d", async (status, answer) => {
    hook.answer({ status });
    expect(await answerOf(`${hook.origin}/SECRET`)).toEqual({
      verdict: "destination",
      answer: `${host} ${answer}`,
      advice: mend,
    });
  });
});

test("a clock that is wrong is told even where the notice is accepted", async () => {
  hook.answer({ headers: { date: "Tue, 24 Nov 2020 02:00:30 GMT" } });
  const { status, stdout } = await notifyTest("hook");
  expect(stdout).toMatch(
    /^hook: The clock here is \d+d .*ahead of the receiver's: set it \(NTP\)/m,
  );
  expect(status).toBe(0);
});

describe("the clock", () => {
  const now = Date.UTC(2026, 10, 24, 2, 10);
  const onClock = (date: string) =>
    adviceOn({ verdict: { verdict: "accepted" }, path: "notifiers.hook", now, date });

  test.each([
    ["Tue, 24 Nov 2026 02:05:00 GMT"],
    ["Tue, 24 Nov 2026 02:15:00 GMT"],
    ["yesterday"],
    [""],
  ])("is right by %j", (date) => {
    expect(onClock(date)).toEqual([]);
  });

  test.each([
    ["Tue, 24 Nov 2026 02:04:59 GMT", "5m 1s ahead of"],
    ["Tue, 24 Nov 2026 02:20:00 GMT", "10m behind"],
  ])("is wrong by %j", (date, off) => {
    expect(onClock(date)).toEqual([expect.stringContaining(`here is ${off} the receiver's`)]);
  });
});
