import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Verdict } from "../../src/core/outbox.ts";
import { createHttp } from "../../src/http.ts";
import { builtinNotifiers } from "../../src/notify/builtin.ts";
import { teller } from "../../src/notify/http.ts";
import type { Sender } from "../../src/watch/lane.ts";
import { asAnyone } from "../support/as-anyone.ts";
import { fakeClock } from "../support/clock.ts";
import { startDesk } from "../support/desk.ts";
import { sampleEvent, stored } from "../support/events.ts";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import { type PlatformName, startRobot } from "../support/robots.ts";
import { basicId } from "../support/simulator.ts";
import { startWatching } from "../support/watching.ts";

const minute = 60_000;
const signing: ReadonlySet<PlatformName> = new Set(["feishu", "dingtalk"]);

/** One notifier's lane, in virtual time, to a robot in a group. */
async function startLane(type: PlatformName) {
  const clock = fakeClock();
  const secured = signing.has(type) ? { secret: "SECRET-of-the-robot", keyword: "告警" } : {};
  const robot = await startRobot(type, { clock, ...secured });
  const notifier = builtinNotifiers.get(type);
  if (!notifier) throw new Error(`no ${type}`);
  const parsed = notifier.options.parse({ url: robot.url, ...secured });
  const http = createHttp({ clock });
  const tell = teller({ http, exchangeAs: asAnyone(http), clock });
  const verdicts: { readonly at: number; readonly verdict: Verdict }[] = [];
  let changed = Promise.withResolvers<void>();
  const sender: Sender = {
    name: "duty",
    ...(notifier.pace && { pace: notifier.pace }),
    async send(event, attempt) {
      const verdict = await tell(notifier, { event, options: parsed, ...attempt });
      verdicts.push({ at: clock.monotonic(), verdict });
      changed.resolve();
      changed = Promise.withResolvers();
      return verdict;
    },
  };
  const desk = await startDesk(clock, [sender]);
  onTestFinished(() => http[Symbol.asyncDispose]());
  return {
    clock,
    robot,
    verdicts,
    fail: (queue: string) => desk.fail(queue, ["duty"]),
    async answered(count: number) {
      while (verdicts.length < count) await changed.promise;
      await clock.advance(0);
    },
  };
}

test.each([
  ["dingtalk", 20, 10 * minute, "the robot is muted for 10 minutes"],
  ["wecom", 20, minute, "a robot may send 20 messages a minute"],
  ["feishu", 100, minute, "a bot may send 100 messages a minute"],
] as const)(
  "%s, where others have sent %d messages, is left alone for %d ms, then told in order",
  async (type, others, pauseMs, why) => {
    const { clock, robot, verdicts, fail, answered } = await startLane(type);
    robot.crowd(others);
    await fail("etl");
    await fail("bi");
    await answered(1);
    expect(verdicts[0]).toMatchObject({
      at: 0,
      verdict: {
        verdict: "retry",
        why: expect.stringContaining(why),
        notBefore: clock.now() + pauseMs,
      },
    });
    await clock.advance(pauseMs - 1);
    expect(verdicts).toHaveLength(1);
    expect(robot.shown).toEqual([]);
    await clock.advance(1);
    await answered(3);
    expect(verdicts.slice(1)).toEqual(
      Array(2).fill({ at: pauseMs, verdict: { verdict: "accepted" } }),
    );
    expect(robot.shown).toEqual([
      expect.stringContaining("Queue etl of c1 is FAILED"),
      expect.stringContaining("Queue bi of c1 is FAILED"),
    ]);
  },
);

test("a workflow of Teams shows what it has taken", async () => {
  const { robot, verdicts, fail, answered } = await startLane("teams");
  await fail("etl");
  await answered(1);
  expect(verdicts).toEqual([{ at: 0, verdict: { verdict: "accepted" } }]);
  expect(robot.shown).toEqual([expect.stringContaining("Queue etl of c1 is FAILED")]);
});

test.each([
  ["feishu", "Feishu answered 200: 19021 sign match fail or timestamp is not within one hour"],
  ["dingtalk", "DingTalk answered 200: 310000 sign not match"],
] as const)("a signature that %s refuses is told through the fallback", async (type, said) => {
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic", queues: {} }] });
  const robot = await startRobot(type, { clock: systemClock, secret: "the-right-secret" });
  const fallback = await startRecording();
  const seen = cloud.asked(2);
  await startWatching({
    projects: [projectOf(cloud, [{ id: basicId, kind: "basic" }])],
    notifiers: {
      duty: { type, url: robot.url, secret: "the-wrong-secret", fallback: "hook" },
      hook: { type: "webhook", url: fallback.origin },
    },
    routes: [{ match: { project: "prod" }, notify: ["duty"] }],
  });
  await seen;
  cloud.set(basicId, { queues: { etl: { status: "FAILED", err_msg: "no router" } } });
  await fallback.arrived(1);
  const [failing] = eventsOf(fallback);
  expect(failing && lineOf(failing)).toBe("notifier_failing notifier duty");
  expect(failing?.data.notifier?.error).toContain(said);
  expect(failing?.data.notifier?.error).toContain("wrong signature: compare `secret`");
  expect(JSON.stringify(failing)).not.toContain("SECRET");
  expect(robot.shown).toEqual([]);
});

test("a clock that is off is named where a signature is refused", async () => {
  const clock = { now: () => systemClock.now() - 2 * 60 * minute };
  const robot = await startRobot("dingtalk", { clock, secret: "SECRET-of-the-robot" });
  const http = createHttp({ clock: systemClock });
  onTestFinished(() => http[Symbol.asyncDispose]());
  const dingtalk = builtinNotifiers.get("dingtalk");
  const given = dingtalk?.options.parse({ url: robot.url, secret: "SECRET-of-the-robot" });
  const notice = sampleEvent("test");
  const verdict =
    dingtalk &&
    (await teller({ http, exchangeAs: asAnyone(http), clock: systemClock })(dingtalk, {
      event: stored(notice),
      options: given,
      number: 1,
    }));
  expect(verdict).toMatchObject({
    verdict: "refused",
    fault: "destination",
    why: expect.stringMatching(/invalid timestamp – .*; the clock is off by 720[01] s\.$/),
  });
});
