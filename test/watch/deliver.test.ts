import { expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import type { Verdict } from "../../src/core/outbox.ts";
import type { Sender } from "../../src/watch/lane.ts";
import { fakeClock } from "../support/clock.ts";
import { recording, startDesk } from "../support/desk.ts";
import { mostWithin } from "../support/pace.ts";

const minute = 60_000;
const hour = 60 * minute;

const accept: Verdict = { verdict: "accepted" };
const unreachable: Verdict = { verdict: "retry", why: "connection refused" };
const refuse: Verdict = { verdict: "refused", why: "400", fault: "notice" };
const wrongAddress: Verdict = { verdict: "refused", why: "404", fault: "destination" };

test("an outage of six hours with 500 waiting: asked rarely, then told in order what still matters, nothing lost or told twice", async () => {
  const clock = fakeClock();
  const hook = recording("hook", clock, ({ at }) => (at < 6 * hour ? unreachable : accept));
  const { notice, states } = await startDesk(clock, [hook.sender]);
  for (let index = 0; index < 500; index += 1)
    await notice(`q${index % 50}`, `S${index}`, ["hook"]);
  await clock.advance(6 * hour);
  expect(hook.accepted).toEqual([]);
  expect(hook.attempts.length).toBeLessThan(100);
  await clock.advance(hour);
  const sent = hook.accepted.map(({ title }) => title);
  const latest = Array.from(
    { length: 50 },
    (_, queue) => `Queue q${queue} of c1 is S${450 + queue}`,
  );
  expect(sent.slice(-50)).toEqual(latest);
  const tried = new Set(hook.attempts.slice(0, -50).map(({ title }) => title));
  expect(new Set(sent.slice(0, -50))).toEqual(tried);
  const { closed = [], ...others } = Object.fromEntries(await states());
  expect(Object.keys(others)).toEqual(["accepted"]);
  expect(closed.length + sent.length).toBe(500);
  expect(new Set(closed.map(({ lastError }) => lastError))).toEqual(
    new Set(["Outdated by a later notice while the receiver could not be reached."]),
  );
});

test("whatever becomes of its attempts, a lane makes no more of them than its pace allows", async () => {
  const clock = fakeClock();
  const verdicts = [accept, unreachable, accept, refuse, wrongAddress, accept];
  const hook = recording("hook", clock, () => verdicts[hook.attempts.length % 6] ?? accept);
  const pace = [{ notices: 4, perMs: minute }];
  const { notice } = await startDesk(clock, [{ ...hook.sender, pace }]);
  for (let index = 0; index < 40; index += 1) await notice(`q${index}`, "FAILED", ["hook"]);
  await clock.advance(2 * hour);
  const times = hook.attempts.map(({ at }) => at);
  expect(mostWithin(times, minute)).toBeGreaterThan(2);
  expect(mostWithin(times, minute)).toBeLessThanOrEqual(4);
  expect(hook.accepted.length).toBeGreaterThan(25);
});

test("a notifier that is throttled pauses until the time it was told; another goes on", async () => {
  const clock = fakeClock();
  const notBefore = clock.now() + 90 * minute;
  const slow = recording("slow", clock, () =>
    clock.now() < notBefore ? { verdict: "retry", why: "429", notBefore } : accept,
  );
  const fine = recording("fine", clock, () => accept);
  const { notice } = await startDesk(clock, [slow.sender, fine.sender]);
  for (const queue of ["a", "b", "c"]) await notice(queue, "FAILED", ["slow", "fine"]);
  await clock.advance(0);
  expect(fine.accepted).toHaveLength(3);
  await clock.advance(2 * hour);
  expect(slow.attempts.map(({ at }) => at)).toEqual([0, 90 * minute, 90 * minute, 90 * minute]);
  expect(slow.accepted.map(({ title }) => title)).toEqual(fine.accepted.map(({ title }) => title));
});

test("a refused notice is dead at once and told through the fallback; the next is sent", async () => {
  const clock = fakeClock();
  const picky = recording(
    "picky",
    clock,
    ({ title }) =>
      title.includes("bad")
        ? { verdict: "refused", why: "413 too large", fault: "notice" }
        : accept,
    "mail",
  );
  const mail = recording("mail", clock, () => accept);
  const { notice, states } = await startDesk(clock, [picky.sender, mail.sender]);
  await notice("bad", "FAILED", ["picky"]);
  await notice("good", "FAILED", ["picky"]);
  await clock.advance(0);
  expect(picky.accepted.map(({ title }) => title)).toEqual(["Queue good of c1 is FAILED"]);
  expect(mail.accepted.map(({ title }) => title)).toEqual([
    "Not delivered to picky: Queue bad of c1 is FAILED",
  ]);
  const told: Event = JSON.parse(mail.accepted[0]?.json ?? "");
  expect(told).toMatchObject({
    type: "dli-watch.undelivered",
    data: {
      severity: "critical",
      undelivered: { notifiers: ["picky"], error: "413 too large" },
      project: { name: "prod" },
    },
  });
  expect((await states()).get("dead")).toMatchObject([
    { notifier: "picky", lastError: "413 too large", attempts: 1 },
  ]);
});

test("a destination that refuses is told of at once, probed from every minute to every hour, and told of when it is back", async () => {
  const clock = fakeClock();
  const moved = recording(
    "moved",
    clock,
    ({ at }) => (at < 5 * hour ? wrongAddress : accept),
    "mail",
  );
  const mail = recording("mail", clock, () => accept);
  const { notice } = await startDesk(clock, [moved.sender, mail.sender]);
  for (const queue of ["a", "b", "c"]) await notice(queue, "FAILED", ["moved"]);
  await clock.advance(0);
  expect(mail.accepted.map(({ title }) => title)).toEqual(["Notifier moved refuses everything"]);
  await clock.advance(8 * hour);
  const minutes = moved.attempts.map(({ at }) => at / minute);
  expect(minutes).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 303, 303]);
  expect(moved.accepted.map(({ title }) => title)).toEqual(
    ["a", "b", "c"].map((queue) => `Queue ${queue} of c1 is FAILED`),
  );
  expect(mail.accepted.map(({ title }) => title)).toEqual([
    "Notifier moved refuses everything",
    "Notifier moved accepts again",
  ]);
});

test("what a destination has refused for three days is given up and told, each notice once", async () => {
  const clock = fakeClock();
  const moved = recording("moved", clock, () => wrongAddress, "mail");
  const mail = recording("mail", clock, () => accept);
  const { notice, states } = await startDesk(clock, [moved.sender, mail.sender]);
  for (const queue of ["a", "b", "c"]) await notice(queue, "FAILED", ["moved"]);
  await clock.advance(74 * hour);
  expect(
    mail.accepted
      .map(({ title }) => title)
      .slice(1)
      .sort(),
  ).toEqual(
    ["a", "b", "c"].map((queue) => `Not delivered to moved: Queue ${queue} of c1 is FAILED`),
  );
  expect((await states()).get("dead")).toHaveLength(3);
  expect((await states()).get("waiting")).toBeUndefined();
});

test("a notice that nobody takes is offered to each notifier once and then left as a dead letter", async () => {
  const clock = fakeClock();
  const senders = ["a", "b", "c"].map((name) => recording(name, clock, () => refuse));
  const { notice, states } = await startDesk(
    clock,
    senders.map(({ sender }) => sender),
  );
  await notice("q", "FAILED", ["b"]);
  await clock.advance(0);
  expect(senders.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
  expect((await states()).get("dead")).toHaveLength(3);
});

test("every attempt carries the same id and the same bytes", async () => {
  const clock = fakeClock();
  const flaky = recording("flaky", clock, ({ at }) => (at < minute ? unreachable : accept));
  const { notice } = await startDesk(clock, [flaky.sender]);
  await notice("q", "FAILED", ["flaky"]);
  await clock.advance(hour);
  expect(flaky.attempts.length).toBeGreaterThan(2);
  expect(new Set(flaky.attempts.map(({ id, json }) => `${id} ${json}`)).size).toBe(1);
});

test("what waits for a notifier that is gone stays, and is sent when it is back", async () => {
  const clock = fakeClock();
  const hook = recording("hook", clock, () => accept);
  const { notice, replace, states } = await startDesk(clock, [hook.sender]);
  replace([]);
  await notice("q", "FAILED", ["hook"]);
  await clock.advance(hour);
  expect(hook.attempts).toEqual([]);
  expect((await states()).get("waiting")).toHaveLength(1);
  replace([hook.sender]);
  await clock.advance(0);
  expect(hook.accepted).toHaveLength(1);
});

test.each([
  ["not accepted stays dropped", unreachable, "closed"],
  ["accepted is accepted", accept, "accepted"],
] as const)("what is dropped while it is under way and %s", async (_, verdict, state) => {
  const clock = fakeClock();
  const answer = Promise.withResolvers<Verdict>();
  const hook: Sender = { name: "hook", send: () => answer.promise };
  const { notice, states, store } = await startDesk(clock, [hook]);
  await notice("q", "FAILED", ["hook"]);
  await clock.advance(0);
  const [sent] = await store.deliveries({ limit: 1 });
  if (!sent) throw new Error("nothing was sent");
  store.changedElsewhere = async () => true;
  await store.commit({ amendments: [{ ...sent, state: "closed", lastError: "Dropped by hand." }] });
  answer.resolve(verdict);
  await clock.advance(hour);
  expect([...(await states()).keys()]).toEqual([state]);
});

test("while the fallback refuses too, another hears of both; each hears of its own return", async () => {
  const clock = fakeClock();
  const until = (at: number, name: string, fallback: string) =>
    recording(name, clock, (attempt) => (attempt.at < at ? wrongAddress : accept), fallback);
  const mail = until(2 * hour, "mail", "moved");
  const moved = until(hour, "moved", "mail");
  const hook = recording("hook", clock, () => accept);
  const { notice } = await startDesk(clock, [mail.sender, moved.sender, hook.sender]);
  await notice("a", "FAILED", ["mail"]);
  await clock.advance(0);
  await notice("b", "FAILED", ["moved"]);
  await clock.advance(0);
  const titles = () => hook.accepted.map(({ title }) => title);
  expect(titles()).toEqual([
    "Notifier moved refuses everything",
    "Notifier mail refuses everything",
  ]);
  await clock.advance(4 * hour);
  expect(titles().slice(2)).toEqual([
    "Notifier moved accepts again",
    "Notifier mail accepts again",
  ]);
});

test("while all refuse nothing is lost, and the first that is back tells of another", async () => {
  const clock = fakeClock();
  const all = [hour, 2 * hour, 3 * hour].map((backAt, index) =>
    recording(`n${index}`, clock, ({ at }) => (at < backAt ? wrongAddress : accept)),
  );
  const { notice, states } = await startDesk(
    clock,
    all.map(({ sender }) => sender),
  );
  await notice("a", "FAILED", ["n0", "n1", "n2"]);
  await clock.advance(8 * hour);
  const alert = "Queue a of c1 is FAILED";
  const story = (name: string) => [
    `Notifier ${name} refuses everything`,
    `Notifier ${name} accepts again`,
  ];
  expect(all.map(({ accepted }) => accepted.map(({ title }) => title))).toEqual([
    [alert, ...story("n2")],
    [alert, ...story("n0")],
    [alert, story("n1")[0], ...story("n0"), story("n1")[1]],
  ]);
  expect([...(await states()).keys()]).toEqual(["accepted"]);
});
