import { expect, test } from "vitest";
import type { Verdict } from "../../src/core/outbox.ts";
import { fakeClock } from "../support/clock.ts";
import { recording, startDesk } from "../support/desk.ts";

const minute = 60_000;
const hour = 60 * minute;

const accept: Verdict = { verdict: "accepted" };
const unreachable: Verdict = { verdict: "retry", why: "connection refused" };
const wrongAddress: Verdict = { verdict: "refused", why: "404", fault: "destination" };
const refuse: Verdict = { verdict: "refused", why: "400", fault: "notice" };

/** A platform that forgets within minutes, and another notifier. */
function notifiers(clock: ReturnType<typeof fakeClock>, verdictOf: () => Verdict = () => accept) {
  const forgetful = recording("forgetful", clock, verdictOf, "mail");
  const mail = recording("mail", clock, () => accept);
  const sender = { ...forgetful.sender, refreshEvery: minute };
  return { forgetful, mail, senders: [sender, mail.sender] };
}

const minutesOf = (attempts: readonly { readonly at: number }[]) =>
  attempts.map(({ at }) => at / minute);

test("the last notice of an incident is sent anew while it lasts, and for five minutes after its end", async () => {
  const clock = fakeClock();
  const { forgetful, senders } = notifiers(clock);
  const { fail, remind, recover, notice, states, threads } = await startDesk(clock, senders);
  await fail("etl", ["forgetful"]);
  await notice("other", "ACTIVE", ["forgetful"]);
  await clock.advance(2.5 * minute);
  await remind("etl");
  await clock.advance(2 * minute);
  await recover("etl");
  await clock.advance(hour);
  const titles = forgetful.accepted.map(({ title, at }) => [title, at / minute]);
  expect(titles.filter(([title]) => title !== "Queue other of c1 is ACTIVE")).toEqual([
    ...[0, 1, 2].map((at) => ["Queue etl of c1 is FAILED", at]),
    ...[2.5, 3.5, 4.5].map((at) => ["Queue etl of c1 is still FAILED", at]),
    ...[4.5, 5.5, 6.5, 7.5, 8.5, 9.5].map((at) => ["Queue etl of c1 is ACTIVE again", at]),
  ]);
  expect(titles).toHaveLength(13);
  expect(new Set(forgetful.accepted.map(({ json }) => json)).size).toBe(4);
  expect((await states()).get("accepted")).toHaveLength(4);
  expect(await threads()).toEqual([]);
});

test("goes on after a restart, at the time at which it was due", async () => {
  const clock = fakeClock();
  const { forgetful, senders } = notifiers(clock);
  const before = await startDesk(clock, senders);
  await before.fail("etl", ["forgetful"]);
  await clock.advance(1.5 * minute);
  await before.stop();
  const after = await startDesk(clock, senders, before);
  await clock.advance(1.5 * minute);
  await after.recover("etl");
  await clock.advance(minute);
  await after.stop();
  await startDesk(clock, senders, after);
  await clock.advance(hour);
  expect(forgetful.accepted.length).toBe(4 + 6);
  expect(forgetful.accepted.at(2)?.at).toBe(2 * minute);
});

test("what waits goes first, and both within the pace", async () => {
  const clock = fakeClock();
  const { forgetful, senders } = notifiers(clock);
  const [sender, ...others] = senders;
  if (!sender) throw new Error("two notifiers");
  const paced = { ...sender, pace: [{ notices: 1, perMs: 20_000 }] };
  const { fail, notice } = await startDesk(clock, [paced, ...others]);
  for (const queue of ["a", "b"]) await fail(queue, ["forgetful"]);
  await clock.advance(minute - 1);
  for (const queue of ["c", "d"]) await notice(queue, "ACTIVE", ["forgetful"]);
  await clock.advance(minute + 1);
  expect(forgetful.attempts.map(({ title, at }) => [title, at / 1_000])).toEqual([
    ["Queue a of c1 is FAILED", 0],
    ["Queue b of c1 is FAILED", 20],
    ["Queue c of c1 is ACTIVE", 59.999],
    ["Queue d of c1 is ACTIVE", 79.999],
    ["Queue a of c1 is FAILED", 99.999],
    ["Queue b of c1 is FAILED", 119.999],
  ]);
});

test("a destination that refuses them is told of, probed with them, and told of when it is back", async () => {
  const clock = fakeClock();
  let verdict: Verdict = accept;
  const { forgetful, mail, senders } = notifiers(clock, () => verdict);
  const { fail } = await startDesk(clock, senders);
  await fail("etl", ["forgetful"]);
  await clock.advance(0);
  verdict = wrongAddress;
  await clock.advance(6 * minute);
  expect(minutesOf(forgetful.attempts)).toEqual([0, 1, 2, 4]);
  expect(mail.accepted.map(({ title }) => title)).toEqual([
    "Notifier forgetful refuses everything",
  ]);
  verdict = accept;
  await clock.advance(4 * minute);
  expect(minutesOf(forgetful.attempts)).toEqual([0, 1, 2, 4, 8, 9, 10]);
  expect(mail.accepted.at(-1)?.title).toBe("Notifier forgetful accepts again");
});

test("a receiver that is down is asked rarely; what it has not taken for three days is given up, and told", async () => {
  const clock = fakeClock();
  let verdict: Verdict = accept;
  const { forgetful, mail, senders } = notifiers(clock, () => verdict);
  const { fail, threads } = await startDesk(clock, senders);
  await fail("etl", ["forgetful"]);
  await clock.advance(0);
  verdict = unreachable;
  await clock.advance(74 * hour);
  expect(forgetful.attempts.length).toBeLessThan(74 * 12);
  expect(mail.accepted.map(({ title }) => title)).toEqual([
    "Not delivered to forgetful: Queue etl of c1 is FAILED",
  ]);
  expect(await threads()).toEqual([]);
});

test("one that is refused for itself is given up, and told", async () => {
  const clock = fakeClock();
  let verdict: Verdict = accept;
  const { forgetful, mail, senders } = notifiers(clock, () => verdict);
  const { fail, states } = await startDesk(clock, senders);
  await fail("etl", ["forgetful"]);
  await clock.advance(0);
  verdict = refuse;
  await clock.advance(hour);
  expect(minutesOf(forgetful.attempts)).toEqual([0, 1]);
  expect(mail.accepted).toHaveLength(1);
  expect((await states()).get("dead")).toBeUndefined();
});

test("that another notifier fails is told anew until it is back", async () => {
  const clock = fakeClock();
  const { forgetful, senders } = notifiers(clock);
  const isMoved = () => clock.monotonic() < 2.5 * minute;
  const moved = recording("moved", clock, () => (isMoved() ? wrongAddress : accept), "forgetful");
  const { notice } = await startDesk(clock, [moved.sender, ...senders]);
  await notice("etl", "ACTIVE", ["moved"]);
  await clock.advance(hour);
  expect(forgetful.accepted.map(({ title, at }) => [title, at / minute])).toEqual([
    ...[0, 1, 2].map((at) => ["Notifier moved refuses everything", at]),
    ...[3, 4, 5, 6, 7, 8].map((at) => ["Notifier moved accepts again", at]),
  ]);
});

test("an incident of what is watched no more is not told anew", async () => {
  const clock = fakeClock();
  const { forgetful, senders } = notifiers(clock);
  const isWatched = () => clock.monotonic() < 2.5 * minute;
  const { fail, threads } = await startDesk(clock, senders, { isWatched });
  await fail("etl", ["forgetful"]);
  await clock.advance(hour);
  expect(minutesOf(forgetful.attempts)).toEqual([0, 1, 2]);
  expect(await threads()).toEqual([]);
});

test("an incident whose end was dropped is not told anew", async () => {
  const clock = fakeClock();
  let verdict: Verdict = accept;
  const { forgetful, senders } = notifiers(clock, () => verdict);
  const { fail, recover, states, store, threads } = await startDesk(clock, senders);
  await fail("etl", ["forgetful"]);
  await clock.advance(0);
  verdict = unreachable;
  await recover("etl");
  await clock.advance(minute / 2);
  const [end] = (await states()).get("waiting") ?? [];
  if (!end) throw new Error("nothing waits");
  store.changedElsewhere = async () => true;
  await store.commit({ amendments: [{ ...end, state: "closed", lastError: "Dropped by hand." }] });
  await clock.advance(2_000);
  verdict = accept;
  await clock.advance(hour);
  expect(forgetful.accepted).toHaveLength(1);
  expect(await threads()).toEqual([]);
});
