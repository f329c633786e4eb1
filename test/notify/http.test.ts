import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Secret } from "../../src/core/secret.ts";
import { createHttp, type Http } from "../../src/http.ts";
import { type Tell, teller } from "../../src/notify/http.ts";
import type { HttpNotifier, Notifier, Verdict } from "../../src/notify/notifier.ts";
import { webhookUrl } from "../../src/notify/webhook-url.ts";
import { asAnyone } from "../support/as-anyone.ts";
import { type FakeClock, fakeClock } from "../support/clock.ts";
import { noticeOf, sampleEvent, stored } from "../support/events.ts";
import { type Answer, type Receiver, startReceiver } from "../support/receiver.ts";

const plain: HttpNotifier<{ url: Secret }> = {
  type: "plain",
  options: z.strictObject({ url: webhookUrl() }),
  render: (_, { url }, { number }) => ({
    url: url.reveal(),
    headers: { authorization: "Bearer sesame-open", "x-attempt": String(number) },
    body: "told",
  }),
};

const event = stored(sampleEvent("transition"));
const path = "/services/T0/secret-path?token=also-secret";
const now = Date.UTC(2026, 10, 24, 2);
let receiver: Receiver;
let clock: FakeClock;
let http: Http;
let tell: Tell;

beforeEach(async () => {
  receiver = await startReceiver();
  clock = fakeClock(now);
  http = createHttp({ clock });
  tell = teller({ http, exchangeAs: asAnyone(http), clock });
  return async () => {
    await http[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  };
});

afterEach(() => {
  expect(clock.waiting()).toBe(0);
});

/** One attempt by `notifier` at a receiver that answers as given. */
async function attempt(
  answer: Answer,
  notifier: Notifier<unknown> = plain,
  signal?: AbortSignal,
): Promise<Verdict> {
  receiver.answer(answer);
  const options = plain.options.parse({ url: receiver.origin + path });
  return tell(notifier, { event, options, number: 3, ...(signal && { signal }) });
}

/** How the receiver is called in a reason: never by more than its host. */
const host = () => new URL(receiver.origin).host;

test("sends what the notifier rendered", async () => {
  await expect(attempt({ status: 204 })).resolves.toEqual({ verdict: "accepted" });
  expect(receiver.requests).toMatchObject([
    { method: "POST", path, headers: { "x-attempt": "3" }, body: "told" },
  ]);
});

describe("by its status", () => {
  test.each([200, 201, 202, 204, 299])("%i is accepted", async (status) => {
    await expect(attempt({ status })).resolves.toEqual({ verdict: "accepted" });
  });

  test.each([408, 425, 500, 502, 503, 504, 599])("%i is tried again", async (status) => {
    const why = `${host()} answered ${status}: not now`;
    await expect(attempt({ status, body: " not\nnow " })).resolves.toEqual({
      verdict: "retry",
      why,
    });
  });

  test.each([400, 402, 405, 409, 411, 413, 415, 418, 422, 431, 451])(
    "%i refuses the notice",
    async (status) => {
      const why = `${host()} answered ${status}: too large`;
      const verdict = await attempt({ status, body: "too large" });
      expect(verdict).toEqual({ verdict: "refused", fault: "notice", why });
    },
  );

  test.each([401, 403, 404, 410])("%i refuses everything", async (status) => {
    const why = `${host()} answered ${status}.`;
    const verdict = await attempt({ status });
    expect(verdict).toEqual({ verdict: "refused", fault: "destination", why });
  });

  test.each([301, 302, 303, 307, 308])("%i is not followed", async (status) => {
    const headers = { location: `${receiver.origin}/elsewhere` };
    const why = `${host()} answered ${status}, and redirects are not followed: configure the final address.`;
    const verdict = await attempt({ status, headers });
    expect(verdict).toEqual({ verdict: "refused", fault: "destination", why });
    expect(receiver.requests).toHaveLength(1);
  });
});

describe("Retry-After", () => {
  test.each([
    ["0", now],
    ["120", now + 120_000],
    ["86400", now + 86_400_000],
    ["Tue, 24 Nov 2026 02:00:30 GMT", now + 30_000],
    ["Tue, 24 Nov 2026 01:00:00 GMT", now],
    ["", now + 1_000],
    ["86401", now + 3_600_000],
    ["Thu, 24 Nov 2050 02:00:00 GMT", now + 3_600_000],
    ["99999999999999999999999", now + 3_600_000],
    ["1.5", now + 1_500],
    ["soon", now + 1_000],
    ["-5", now + 1_000],
  ])("%s", async (value, notBefore) => {
    const verdict = await attempt({ status: 429, headers: { "retry-after": value } });
    const why = `${host()} answered 429.`;
    expect(verdict).toEqual({ verdict: "retry", why, notBefore });
  });
});

describe("a notifier's own judgement", () => {
  const judging = (judge: NonNullable<typeof plain.judge>): typeof plain => ({ ...plain, judge });

  test("goes before the status", async () => {
    const verdict = { verdict: "refused", fault: "notice", why: "It says no." } as const;
    await expect(
      attempt(
        { status: 200 },
        judging(() => verdict),
      ),
    ).resolves.toEqual(verdict);
  });

  test("may leave it to the status", async () => {
    await expect(
      attempt(
        { status: 204 },
        judging(() => undefined),
      ),
    ).resolves.toEqual({ verdict: "accepted" });
  });

  test("is made one short line", async () => {
    const judge = () => ({ verdict: "retry", why: `\u001b[2J\n${"x".repeat(9_999)}` }) as const;
    await expect(attempt({}, judging(judge))).resolves.toEqual({
      verdict: "retry",
      why: `[2J ${"x".repeat(489)}… (cut)`,
    });
  });
});

describe("an incident's first message", () => {
  const living: typeof plain = {
    ...plain,
    render: (_, { url }, { handle = "none" }) => ({
      url: url.reveal(),
      headers: {},
      body: `in answer to ${handle}`,
    }),
    revise: ({ message }, { url }, { handle }) =>
      message.title.includes("etl")
        ? { method: "PUT", url: `${url.reveal()}&edit`, headers: {}, body: `edits ${handle}` }
        : undefined,
  };

  /** What was asked, and the verdict, of one attempt in an incident whose first message is `m1`. */
  async function within(answers: readonly Answer[], told = event) {
    receiver.answer(...answers);
    const options = plain.options.parse({ url: receiver.origin + path });
    const verdict = await tell(living, { event: told, options, number: 1, handle: "m1" });
    return { verdict: verdict.verdict, asked: receiver.requests.map(({ body }) => body) };
  }

  test.each([200, 404, 400, 410])("is revised before the notice is told: %i", async (status) => {
    expect(await within([{ status }, {}])).toEqual({
      verdict: "accepted",
      asked: ["edits m1", "in answer to m1"],
    });
  });

  test("that cannot be revised now is revised again, and then the notice told", async () => {
    expect(await within([{ status: 503 }])).toEqual({ verdict: "retry", asked: ["edits m1"] });
  });

  test("is left alone where the notice changes nothing of it", async () => {
    const other = stored(sampleEvent("transition", { title: "Queue logs" }));
    expect(await within([{}], other)).toMatchObject({ asked: ["in answer to m1"] });
  });

  test("is no other than the notice itself where none is known", async () => {
    await expect(attempt({}, living)).resolves.toEqual({ verdict: "accepted" });
    expect(receiver.requests.map(({ body }) => body)).toEqual(["in answer to none"]);
  });
});

describe("without an answer", () => {
  test.each(["reset", "cut"] as const)("%s is tried again", async (fault) => {
    const verdict = await attempt({ body: "o", fault });
    expect(verdict).toMatchObject({ verdict: "retry", why: expect.stringContaining(host()) });
  });

  test("a closed port is tried again", async () => {
    await receiver[Symbol.asyncDispose]();
    expect(await attempt({})).toMatchObject({
      verdict: "retry",
      why: expect.stringContaining(host()),
    });
    receiver = await startReceiver();
  });

  test("a receiver that hangs is given up after ten seconds", async () => {
    const verdict = attempt({ fault: "hang" });
    await receiver.arrived(1);
    await clock.advance(9_999);
    await expect(Promise.race([verdict, "pending"])).resolves.toBe("pending");
    await clock.advance(1);
    await expect(verdict).resolves.toMatchObject({
      verdict: "retry",
      why: expect.stringContaining("in time"),
    });
  });

  test("a stop is not waited for", async () => {
    const stop = new AbortController();
    const verdict = attempt({ fault: "hang" }, plain, stop.signal);
    await receiver.arrived(1);
    stop.abort();
    await expect(verdict).resolves.toMatchObject({ verdict: "retry" });
  });
});

describe("of a long answer", () => {
  test("no more than 64 kB is read, and the rest not waited for", async () => {
    let read = 0;
    const judge = ({ body }: { readonly body: string }) => {
      read = body.length;
      return undefined;
    };
    await expect(attempt({ fault: "endless" }, { ...plain, judge })).resolves.toEqual({
      verdict: "accepted",
    });
    expect(read).toBe(65_536);
  });

  test("200 characters are quoted", async () => {
    const why = `${host()} answered 500: ${"é".repeat(193)}… (cut)`;
    await expect(attempt({ status: 500, body: "é".repeat(1_000_000) })).resolves.toEqual({
      verdict: "retry",
      why,
    });
  });
});

test("what a receiver echoes of address and headers stays secret", async () => {
  const echo = `no route for ${path}; authorization: Bearer sesame-open; ${receiver.origin}${path}`;
  const verdict = await attempt({ status: 404, body: "x".repeat(150) + echo });
  expect(JSON.stringify(verdict)).not.toMatch(/secret|sesame|services/);
});

describe("a notifier with a bug", () => {
  const expected = {
    verdict: "refused",
    fault: "notice",
    why: "The notifier cannot handle this notice: no such field.",
  };
  const fail = () => {
    throw new Error("no such field");
  };

  test.each([
    ["render", { ...plain, render: fail }],
    ["judge", { ...plain, judge: fail }],
    ["send", { type: "sends", options: plain.options, send: async () => fail() }],
    ["send at once", { type: "sends", options: plain.options, send: fail }],
  ])("in %s loses the notice and nothing else", async (_, notifier) => {
    await expect(attempt({}, notifier)).resolves.toEqual(expected);
  });
});

test("a notifier that speaks something else goes through the same door", async () => {
  const sent: unknown[] = [];
  const sends: Notifier<unknown> = {
    type: "sends",
    options: z.strictObject({}),
    async send(...told) {
      sent.push(...told);
      return { verdict: "retry", why: "The line\nis busy." };
    },
  };
  const verdict = await tell(sends, { event, options: { line: 1 }, number: 2 });
  expect(verdict).toEqual({ verdict: "retry", why: "The line is busy." });
  const signal = expect.objectContaining({ aborted: true });
  expect(sent).toEqual([noticeOf(event.event, now), { line: 1 }, { at: now, number: 2, signal }]);
});

describe("a notifier that does not come back", () => {
  let told: AbortSignal | undefined;
  const endless: Notifier<unknown> = {
    type: "endless",
    options: z.strictObject({}),
    send(_notice, _options, { signal }) {
      told = signal;
      return new Promise(() => {});
    },
  };

  test("is given up after a minute", async () => {
    const verdict = tell(endless, { event, options: {}, number: 1 });
    await clock.advance(59_999);
    await expect(Promise.race([verdict, "pending"])).resolves.toBe("pending");
    expect(told?.aborted).toBe(false);
    await clock.advance(1);
    const why = "The notifier has not come back within 60s.";
    await expect(verdict).resolves.toEqual({ verdict: "retry", why });
    expect(told?.aborted).toBe(true);
  });

  test("is not waited for at a stop", async () => {
    const stop = new AbortController();
    const verdict = tell(endless, { event, options: {}, number: 1, signal: stop.signal });
    stop.abort();
    await expect(verdict).resolves.toMatchObject({ verdict: "retry" });
    expect(told?.aborted).toBe(true);
  });
});
