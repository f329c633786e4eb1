import { expect, test } from "vitest";
import type { Verdict } from "../../src/core/outbox.ts";
import { fakeClock } from "../support/clock.ts";
import { recording, startDesk } from "../support/desk.ts";

const minute = 60_000;

/** A platform that gives every message a name, in their order; `isDown` while it takes nothing. */
function platform(clock: ReturnType<typeof fakeClock>, isDown: () => boolean = () => false) {
  const chat = recording("chat", clock, (): Verdict => {
    if (isDown()) return { verdict: "retry", why: "503" };
    return { verdict: "accepted", handle: `m${chat.accepted.length + 1}` };
  });
  return chat;
}

test("later notices of an incident are given what the platform called its first message", async () => {
  const clock = fakeClock();
  const chat = platform(clock);
  const { fail, remind, recover, notice, threads } = await startDesk(clock, [chat.sender]);
  await fail("etl", ["chat"]);
  await fail("logs", ["chat"]);
  await clock.advance(0);
  await remind("etl");
  await notice("other", "ACTIVE", ["chat"]);
  await recover("etl");
  await clock.advance(0);
  expect(chat.accepted.map(({ title, handle }) => [title, handle])).toEqual([
    ["Queue etl of c1 is FAILED", undefined],
    ["Queue logs of c1 is FAILED", undefined],
    ["Queue etl of c1 is still FAILED", "m1"],
    ["Queue other of c1 is ACTIVE", undefined],
    ["Queue etl of c1 is ACTIVE again", "m1"],
  ]);
  expect(await threads()).toMatchObject([{ notifier: "chat", handle: "m2" }]);
});

test("the thread goes on after a restart, and after the platform was down", async () => {
  const clock = fakeClock();
  let isDown = false;
  const chat = platform(clock, () => isDown);
  const before = await startDesk(clock, [chat.sender]);
  await before.fail("etl", ["chat"]);
  await clock.advance(0);
  await before.stop();

  isDown = true;
  const after = await startDesk(clock, [chat.sender], before);
  await after.remind("etl");
  await clock.advance(minute);
  isDown = false;
  await clock.advance(minute);
  await after.recover("etl");
  await clock.advance(0);
  expect(chat.accepted.map(({ handle }) => handle)).toEqual([undefined, "m1", "m1"]);
  expect(await after.threads()).toEqual([]);
});

test("a platform that gives its messages no names has no threads", async () => {
  const clock = fakeClock();
  const hook = recording("hook", clock, () => ({ verdict: "accepted" }));
  const { fail, threads } = await startDesk(clock, [hook.sender]);
  await fail("etl", ["hook"]);
  await clock.advance(0);
  expect(hook.accepted).toHaveLength(1);
  expect(await threads()).toEqual([]);
});
