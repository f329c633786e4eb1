import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { secretsOf } from "../../src/config/config.ts";
import { type NoticeType, noticeTypes } from "../../src/core/event.ts";
import { scrubber } from "../../src/core/secret.ts";
import type { Voice } from "../../src/core/voice.ts";
import { createHttp, type Http } from "../../src/http.ts";
import { builtinNotifiers } from "../../src/notify/builtin.ts";
import { teller } from "../../src/notify/http.ts";
import type { HttpNotifier, Notice, Notifier } from "../../src/notify/notifier.ts";
import { payloadOf } from "../../src/notify/payload.ts";
import { asAnyone } from "../support/as-anyone.ts";
import { fakeClock } from "../support/clock.ts";
import { noticeOf, sampleEvent, stored } from "../support/events.ts";
import { hostileNotices, hostileTexts } from "../support/hostile.ts";
import { type Answer, type Receiver, startReceiver } from "../support/receiver.ts";
import { notifierSamples } from "./notifier-samples.ts";

const clock = fakeClock();
const attempt = { at: clock.now() + 630_000, number: 1 };
let receiver: Receiver;
let http: Http;

beforeAll(async () => {
  receiver = await startReceiver();
  http = createHttp({ clock });
  return async () => {
    await http[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  };
});

test("every notifier has a sample, and every sample its notifier", () => {
  const types = Object.entries(notifierSamples).map(([name, { type = name }]) => type);
  expect([...new Set(types)].sort()).toEqual([...builtinNotifiers.keys()].sort());
});

/** Each sample's notifier, under the sample's name. */
const all = Object.entries(notifierSamples).flatMap(([name, { type = name }]) => {
  const notifier = builtinNotifiers.get(type);
  return notifier ? [{ ...notifier, type: name }] : [];
});
const overHttp = all.filter((notifier): notifier is HttpNotifier<unknown> => "render" in notifier);

function sampleOf({ type }: Notifier<unknown>) {
  const sample = notifierSamples[type];
  if (!sample) throw new Error(`${type} has no sample in notifier-samples.ts.`);
  return sample;
}

function optionsOf(notifier: Notifier<unknown>, origin = "https://receiver.example") {
  return notifier.options.parse(sampleOf(notifier).options(origin));
}

describe.each(all.map((notifier) => [notifier.type, notifier] as const))(
  "options of %s",
  (_, notifier) => {
    const given = sampleOf(notifier).options("https://receiver.example");
    const schema = z.toJSONSchema(notifier.options, { io: "input" });

    test("are all in the samples and described, with their default", () => {
      const samples = all.filter(({ options }) => options === notifier.options).map(sampleOf);
      const keys = new Set(samples.flatMap((one) => Object.keys(one.options(""))));
      expect([...keys].sort()).toEqual(Object.keys(notifier.options.shape).sort());
      for (const key of Object.keys(given)) {
        const property = schema.properties?.[key];
        expect(property).toMatchObject({ description: expect.stringMatching(/^[A-Z].*\.$/) });
        if (!schema.required?.includes(key))
          expect(JSON.stringify(property)).toContain("Default: ");
      }
    });

    test("have a JSON Schema that agrees", () => {
      const valid = new Ajv2020({ keywords: ["secret", "templated"] }).compile(schema);
      expect(valid(given)).toBe(true);
      expect(valid({ ...given, colour: "red" })).toBe(false);
      expect(notifier.options.safeParse({ ...given, colour: "red" }).success).toBe(false);
    });

    test("hide what is secret", () => {
      const shown = inspect(notifier.options.parse(given), { depth: 9 });
      const marked = Object.entries(schema.properties ?? {}).filter(([, property]) =>
        JSON.stringify(property).includes('"secret":true'),
      );
      const open = JSON.stringify(
        Object.keys(given)
          .filter((key) => !marked.some(([name]) => name === key))
          .map((key) => given[key]),
      );
      for (const secret of sampleOf(notifier).secrets) {
        expect(shown).not.toContain(secret);
        expect(open).not.toContain(secret);
      }
    });
  },
);

describe.each(all.map((notifier) => [notifier.type, notifier] as const))(
  "what %s is shown to send",
  (_, notifier) => {
    const options = optionsOf(notifier);
    const secrets = secretsOf(options);
    const notice = noticeOf(sampleEvent("transition"), attempt.at);
    const hiding = { scrub: scrubber(secrets), secrets };
    const payload = payloadOf(notifier, { event: notice, options, ...attempt }, hiding);

    test("has no secret in it", () => {
      for (const secret of sampleOf(notifier).secrets)
        expect(JSON.stringify(payload)).not.toContain(secret);
    });

    test("is what it sends", () => {
      if ("send" in notifier) {
        expect(payload).toEqual({
          payload: "text",
          text: expect.stringContaining(notice.event.data.title),
        });
        return;
      }
      const { method = "POST", url, headers, body } = notifier.render(notice, options, attempt);
      const { origin } = new URL(url);
      const shown = scrubber(secrets)(body);
      expect(payload).toMatchObject({ payload: "request", method, body: shown });
      expect(payload).toHaveProperty("url", expect.stringMatching(`^${origin}/`));
      expect(Object.keys("headers" in payload ? payload.headers : {})).toEqual(
        Object.keys(headers),
      );
    });
  },
);

const inShanghai = { language: "zh", timezone: "Asia/Shanghai" } as const;

describe.each(all.map((notifier) => [notifier.type, notifier] as const))(
  "%s tells in words",
  (type, notifier) => {
    const shown = (noticeType: NoticeType, voice?: Voice) =>
      golden(notifier, noticeOf(sampleEvent(noticeType), attempt.at, voice));

    test.each(noticeTypes)("%s in English", async (noticeType) => {
      const file = `../golden/notify/${type}/${noticeType}.txt`;
      await expect(shown(noticeType)).toMatchFileSnapshot(file);
    });

    test.each(noticeTypes)("%s in Chinese", async (noticeType) => {
      const chinese = shown(noticeType, inShanghai);
      const isForPrograms = chinese === shown(noticeType);
      const file = `../golden/notify/${type}/${isForPrograms ? "" : "zh/"}${noticeType}.txt`;
      await expect(chinese).toMatchFileSnapshot(file);
    });
  },
);

/** What a notifier sends, as a file that people compare. */
function golden(notifier: Notifier<unknown>, notice: Notice): string {
  const options = optionsOf(notifier);
  if ("send" in notifier) return notifier.preview?.(notice, options, attempt) ?? "";
  const { method = "POST", url, headers, body } = notifier.render(notice, options, attempt);
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const json = JSON.stringify(JSON.parse(body), null, 2);
  return [`${method} ${url}`, ...head, "", json, ""].join("\n");
}

describe.each(overHttp.map((notifier) => [notifier.type, notifier] as const))(
  "%s",
  (_, notifier) => {
    const options = optionsOf(notifier);

    test("renders the same for the same attempt", () => {
      const notice = noticeOf(sampleEvent("transition"));
      expect(notifier.render(notice, options, attempt)).toEqual(
        notifier.render(notice, options, attempt),
      );
    });

    test("survives hostile texts", async () => {
      for (const notice of hostileTexts.flatMap(hostileNotices)) {
        const { url, headers, body } = notifier.render(notice, options, attempt);
        expect(new URL(url).origin).toBe("https://receiver.example");
        expect(() => new Headers({ ...headers })).not.toThrow();
        expect(JSON.parse(body)).toBeTypeOf("object");
        expect(body.isWellFormed()).toBe(true);
        await setImmediate(); // sockets that their server has closed are heard of meanwhile
      }
    });

    test.skipIf(sampleOf(notifier).secretsInBody)(
      "shows no secret in its body, unless the platform wants it there",
      () => {
        const { body } = notifier.render(noticeOf(sampleEvent("transition")), options, attempt);
        for (const secret of sampleOf(notifier).secrets) expect(body).not.toContain(secret);
      },
    );

    /** One attempt at a real receiver. */
    async function tell(answer: Answer) {
      receiver.answer(answer);
      return teller({ http, exchangeAs: asAnyone(http), clock })(notifier, {
        event: stored(sampleEvent("transition")),
        options: optionsOf(notifier, receiver.origin),
        number: 1,
      });
    }

    test("knows when it is accepted", async () => {
      await expect(tell(sampleOf(notifier).accepted)).resolves.toMatchObject({
        verdict: "accepted",
      });
    });

    test.each([
      [{ status: 301 }, { verdict: "refused", fault: "destination" }],
      [{ status: 400 }, { verdict: "refused", fault: "notice" }],
      [{ status: 413 }, { verdict: "refused", fault: "notice" }],
      [{ status: 401 }, { verdict: "refused", fault: "destination" }],
      [{ status: 404 }, { verdict: "refused", fault: "destination" }],
      [{ status: 410 }, { verdict: "refused", fault: "destination" }],
      [
        { status: 429, headers: { "retry-after": "30" } },
        { verdict: "retry", notBefore: clock.now() + 30_000 },
      ],
      [{ status: 503 }, { verdict: "retry" }],
      [{ fault: "reset" }, { verdict: "retry" }],
    ] as const)("understands %j", async (answer, verdict) => {
      await expect(tell(answer)).resolves.toMatchObject(verdict);
    });

    test("gives no secret away in its reasons, whatever the receiver says", async () => {
      const notice = noticeOf(sampleEvent("transition"));
      const { url, headers } = notifier.render(
        notice,
        optionsOf(notifier, receiver.origin),
        attempt,
      );
      const { pathname, searchParams } = new URL(url);
      const echo = [url, pathname, ...searchParams.values(), ...Object.values(headers)].join(" ");
      for (const answer of [
        { status: 200 },
        { status: 301 },
        { status: 404 },
        { status: 400 },
        { status: 500 },
      ]) {
        const shown = JSON.stringify(await tell({ ...answer, body: echo }));
        for (const secret of sampleOf(notifier).secrets) expect(shown).not.toContain(secret);
      }
    });
  },
);
