import { CloudEvent } from "cloudevents";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { noticeTypes } from "../../src/core/event.ts";
import { createHttp } from "../../src/http.ts";
import { webhook } from "../../src/notify/channels/webhook.ts";
import { teller } from "../../src/notify/http.ts";
import { asAnyone } from "../support/as-anyone.ts";
import { noticeOf, sampleEvent, stored } from "../support/events.ts";
import { startReceiver } from "../support/receiver.ts";

const url = "https://ops.example.com/dli";
const oldSecret = `whsec_${Buffer.alloc(24, "old").toString("base64")}`;
const newSecret = `whsec_${Buffer.alloc(64, "new").toString("base64")}`;
const at = Date.UTC(2026, 10, 24, 2, 10, 6, 999);

const render = (options: object, event = sampleEvent("transition"), number = 1) =>
  webhook.render(noticeOf(event), webhook.options.parse({ url, ...options }), { at, number });

afterEach(() => {
  vi.useRealTimers();
});

test.each(noticeTypes)("posts %s as a CloudEvent, byte for byte as it was frozen", (type) => {
  const event = sampleEvent(type);
  const { body, headers } = render({}, event, 7);
  expect(body).toBe(JSON.stringify(event));
  expect(new CloudEvent(JSON.parse(body)).validate()).toBe(true);
  expect(headers).toEqual({
    "content-type": "application/cloudevents+json; charset=utf-8",
    "webhook-id": event.id,
    "webhook-timestamp": "1795486206",
  });
});

describe("with a secret", () => {
  test.each([
    ["one", newSecret, [newSecret]],
    ["two while they rotate", [newSecret, oldSecret], [newSecret, oldSecret]],
  ])("a receiver verifies by %s", (_, secret, known) => {
    vi.useFakeTimers({ toFake: ["Date"], now: at });
    const event = sampleEvent("transition", { err_msg: "队列 🔴 \ud800 \u2028" });
    const { body, headers } = render({ secret }, event);
    for (const key of known)
      expect(new Webhook(key).verify(body, { ...headers })).toEqual(JSON.parse(body));
    expect(() =>
      new Webhook(Buffer.alloc(24, "else").toString("base64")).verify(body, { ...headers }),
    ).toThrow();
    expect(() => new Webhook(newSecret).verify(`${body} `, { ...headers })).toThrow();
  });

  test.each([
    ["plain text", "a plain text secret of many bytes"],
    ["a short one", "whsec_c2hvcnQ="],
    ["a bad one in a list", [newSecret, "whsec_"]],
  ])("refuses %s and says how to make one", (_, secret) => {
    const { error } = webhook.options.safeParse({ url, secret });
    expect(error?.issues.map(({ path, message }) => ({ path: path[0], message }))).toEqual([
      {
        path: "secret",
        message:
          'must be whsec_ followed by 24 to 64 bytes in base64; make one with: echo "whsec_$(openssl rand -base64 32)"',
      },
    ]);
  });
});

test("while a secret rotates a receiver misses nothing, whichever it knows", async () => {
  await using receiver = await startReceiver();
  await using http = createHttp({ clock: systemClock });
  const tell = teller({ http, exchangeAs: asAnyone(http), clock: systemClock });
  for (const secret of [oldSecret, [newSecret, oldSecret], newSecret]) {
    const options = webhook.options.parse({ url: receiver.origin, secret });
    await tell(webhook, { event: stored(sampleEvent("transition")), options, number: 1 });
  }
  const verified = (secret: string) =>
    receiver.requests.map(({ body, headers }) => {
      const flat = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      try {
        return new Webhook(secret).verify(body, Object.fromEntries(flat)) !== undefined;
      } catch {
        return false;
      }
    });
  expect(verified(oldSecret)).toEqual([true, true, false]);
  expect(verified(newSecret)).toEqual([false, true, true]);
});

describe("further headers", () => {
  test("are sent beside its own", () => {
    const { headers } = render({ headers: { Authorization: "Bearer t", "X-Team": "data" } });
    expect(headers).toMatchObject({
      Authorization: "Bearer t",
      "X-Team": "data",
      "webhook-id": expect.any(String),
    });
  });

  test.each([
    ["Content-Type", "text/plain", "is a header that only dli-watch may set"],
    ["WebHook-Signature", "v1,x", "is a header that only dli-watch may set"],
    ["host", "evil.example", "is a header that only dli-watch may set"],
    ...["Connection", "Expect", "Keep-Alive", "Transfer-Encoding", "upgrade"].map((name) => [
      name,
      "close",
      "is a header that only dli-watch may set",
    ]),
    ["X Team", "data", "is not the name of an HTTP header"],
    ["", "data", "is not the name of an HTTP header"],
    ["X-Team", "a\r\nX-Evil: b", "must be printable ASCII, without line breaks"],
    ["X-Team", "队列", "must be printable ASCII, without line breaks"],
  ])("%j: %j is refused", (name, value, message) => {
    const { error } = webhook.options.safeParse({ url, headers: { [name]: value } });
    expect(JSON.stringify(error?.issues)).toContain(message);
  });
});
