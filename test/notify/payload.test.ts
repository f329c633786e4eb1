import { expect, test } from "vitest";
import { z } from "zod";
import { Secret, scrubber } from "../../src/core/secret.ts";
import type { HttpNotifier, SendingNotifier } from "../../src/notify/notifier.ts";
import { payloadOf } from "../../src/notify/payload.ts";
import { sampleEvent, stored } from "../support/events.ts";

const options = z.object({});
const request = { url: "https://pager.example/alerts", headers: {}, body: "down" };
const secrets = [new Secret("1234"), new Secret("sesame-open"), new Secret("")];
const sent = { event: stored(sampleEvent("transition")), options: {}, at: 0, number: 1 };
const rendering = (render: HttpNotifier<unknown>["render"]) => ({ type: "pager", options, render });
const show = (notifier: HttpNotifier<unknown> | SendingNotifier<unknown>) =>
  payloadOf(notifier, sent, { scrub: scrubber(secrets), secrets });

test("a request without secrets is shown as it is, whatever goes by default", () => {
  const headers = { "x-room": "data" };
  expect(show(rendering(() => ({ ...request, method: "PUT", headers })))).toEqual({
    payload: "request",
    ...request,
    method: "PUT",
    headers,
  });
  expect(show(rendering(() => request))).toMatchObject({ method: "POST" });
});

test.each([
  ["an address with a secret", { url: "https://pager.example/1234" }, "https://pager.example/***"],
  ["a short secret in a header", { headers: { "x-pin": "pin 1234" } }, '"x-pin":"***"'],
  ["what lets us in", { headers: { Authorization: "Basic Zm9v" } }, '"Authorization":"***"'],
  ["a signature", { headers: { "webhook-signature": "v1,abc" } }, '"webhook-signature":"***"'],
  ["a secret in the body", { body: "say sesame-open" }, '"body":"say ***"'],
])("%s is hidden", (_, part, shown) => {
  expect(JSON.stringify(show(rendering(() => ({ ...request, ...part }))))).toContain(shown);
});

test("who sends by itself may show what, and need not", () => {
  const silent: SendingNotifier<unknown> = {
    type: "mail",
    options,
    send: async () => ({ verdict: "accepted" }),
  };
  expect(show(silent)).toEqual({
    payload: "unknown",
    why: "It sends by itself, and does not show what.",
  });
  expect(show({ ...silent, preview: () => "sesame-open down" })).toEqual({
    payload: "text",
    text: "*** down",
  });
});

test("a notifier that cannot handle the notice says so, without its secrets", () => {
  const broken = rendering(() => {
    throw new Error("no room for sesame-open");
  });
  expect(show(broken)).toEqual({
    payload: "unknown",
    why: "The notifier cannot handle this notice: no room for ***.",
  });
});
