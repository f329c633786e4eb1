import { expect, test } from "vitest";
import type { Http } from "../../src/http.ts";
import { builtinNotifiers } from "../../src/notify/builtin.ts";
import { teller } from "../../src/notify/http.ts";
import type { Notifier, StoredEvent } from "../../src/notify/notifier.ts";
import type { Sender } from "../../src/watch/lane.ts";
import { asAnyone } from "../support/as-anyone.ts";
import { type FakeClock, fakeClock } from "../support/clock.ts";
import { startDesk } from "../support/desk.ts";
import { mostWithin } from "../support/pace.ts";
import { type NotifierSample, notifierSamples } from "./notifier-samples.ts";

const minute = 60_000;
const hour = 60 * minute;
const outageMs = 6 * hour;

/** Does not answer for three hours, is overloaded for three, and then takes everything. */
function receiver(clock: FakeClock, { accepted }: NotifierSample): Http {
  return {
    async exchange() {
      const at = clock.monotonic();
      if (at < outageMs / 2) return { failure: { reason: "reset", message: "It is gone" } };
      const { status = 200, headers = {}, body = "" } = at < outageMs ? { status: 503 } : accepted;
      return { reply: { status, headers, body } };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** What sends by itself has no receiver that could be stood in for: what it says of its platform holds all the same. */
function standIn(notifier: Notifier<unknown>, clock: FakeClock): Notifier<unknown> {
  if (!("send" in notifier)) return notifier;
  return {
    ...notifier,
    send: async () =>
      clock.monotonic() < outageMs
        ? { verdict: "retry", why: "It is gone." }
        : { verdict: "accepted" },
  };
}

/** An attempt as the platform sees it. */
interface Attempted extends StoredEvent {
  readonly at: number;
  readonly isAccepted: boolean;
}

/** The notifier of a sample as the daemon has it, and what it attempted. */
function senderOf(name: string, sample: NotifierSample, clock: FakeClock) {
  const found = builtinNotifiers.get(sample.type ?? name);
  if (!found) throw new Error(`There is no notifier of type ${sample.type ?? name}.`);
  const notifier = standIn(found, clock);
  const options = notifier.options.parse(sample.options("https://receiver.example"));
  const http = receiver(clock, sample);
  const tell = teller({ http, exchangeAs: asAnyone(http), clock });
  const attempts: Attempted[] = [];
  const { pace, refreshEvery, keyed } = notifier;
  const sender: Sender = {
    name,
    ...(pace && { pace }),
    ...(refreshEvery !== undefined && { refreshEvery }),
    async send(event, attempt) {
      const at = clock.monotonic();
      const verdict = await tell(notifier, { event, options, ...attempt });
      attempts.push({ ...event, at, isAccepted: verdict.verdict === "accepted" });
      return verdict;
    },
  };
  return { sender, attempts, keyed };
}

/** 100 incidents of five notices each, of which every other one is over within the outage. */
const incidents = 100;
const steps = ["fail", "remind", "remind", "remind", "end"] as const;

type Desk = Awaited<ReturnType<typeof startDesk>>;

function notice(desk: Desk, step: (typeof steps)[number], index: number, name: string) {
  const queue = `q${index}`;
  if (step === "fail") return desk.fail(queue, [name]);
  return step === "end" && index % 2 === 1 ? desk.recover(queue) : desk.remind(queue);
}

test.each(Object.entries(notifierSamples))(
  "%s gets what 500 notices of an outage of six hours still say: in order, within its pace, each once",
  async (name, sample) => {
    const clock = fakeClock();
    const { sender, attempts, keyed } = senderOf(name, sample, clock);
    const desk = await startDesk(clock, [sender], { keyed: keyed ? [name] : [] });
    for (const step of steps) {
      for (let index = 0; index < incidents; index += 1) {
        await notice(desk, step, index, name);
        await clock.advance(outageMs / 500);
      }
    }
    expect((await desk.states()).get("waiting")).toHaveLength(500);
    expect(attempts.length).toBeLessThan(150);
    await clock.advance(3 * hour);

    const { accepted = [], closed = [], ...others } = Object.fromEntries(await desk.states());
    expect(others).toEqual({});
    expect(accepted.length + closed.length).toBe(500);
    expect(accepted.length).toBeGreaterThanOrEqual(250);
    expect(new Set(closed.map(({ lastError }) => lastError))).toEqual(
      new Set(["Begun and over while the receiver could not be reached."]),
    );

    const taken = attempts.filter(({ isAccepted }) => isAccepted).map(({ event }) => event);
    const firsts = [...new Map(taken.map((event) => [event.id, event])).values()];
    expect(firsts.map(({ id }) => id).sort()).toEqual(accepted.map(({ event }) => event).sort());
    if (sender.refreshEvery === undefined) expect(taken).toHaveLength(accepted.length);
    for (const own of Map.groupBy(firsts, ({ subject }) => subject).values()) {
      const sequences = own.map(({ data }) => data.sequence);
      expect(sequences).toEqual(sequences.toSorted((one, other) => one - other));
    }
    const times = attempts.map(({ at }) => at);
    for (const { notices, perMs } of sender.pace ?? [])
      expect(mostWithin(times, perMs)).toBeLessThanOrEqual(notices);
  },
);
