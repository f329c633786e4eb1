import { describe, expect, test } from "vitest";
import { teams } from "../../src/notify/channels/teams.ts";
import { noticeOf, sampleEvent } from "../support/events.ts";

const at = Date.parse("2026-11-24T02:10:06.000Z");

test.each([
  ["transition", "attention"],
  ["unreachable", "warning"],
  ["recovery", "good"],
  ["test", "accent"],
] as const)("a card about a %s has the colour %s", (type, style) => {
  const options = teams.options.parse({ url: "https://flow.example/x?sig=y" });
  const { body } = teams.render(noticeOf(sampleEvent(type), at), options, { at, number: 1 });
  const [container] = JSON.parse(body).attachments[0].content.body;
  expect(container).toMatchObject({ style, items: [{ inlines: [{ color: style }] }] });
});

describe("the answer", () => {
  const judge = (status: number, body: string) => teams.judge?.({ status, headers: {}, body }, at);
  const said = (code: string) => JSON.stringify({ error: { code, message: "m" } });

  test.each([
    [202, ""],
    [200, ""],
    [200, "1"],
    [200, '{"anything":"of a response action"}'],
  ])("%i %j is a yes", (status, body) => {
    expect(judge(status, body)).toEqual({ verdict: "accepted" });
  });

  const off = "the workflow is switched off: switch it on again";
  const gone = "no such workflow: compare `url`";
  const sig = "wrong `sig`: copy `url` from the workflow again";

  test.each([
    [400, "WorkflowTriggerIsNotEnabled", off],
    [404, "WorkflowNotFound", gone],
    [404, "WorkflowTriggerNotFound", gone],
    [404, "WorkflowTriggerVersionNotFound", gone],
    [401, "DirectApiAuthorizationRequired", sig],
    [401, "DirectApiInvalidAuthorizationScheme", sig],
    [401, "DirectApiRequestHasMoreThanOneAuthorization", sig],
    [
      ...([400, "TriggerInputSchemaMismatch"] as const),
      "the workflow expects something else: make one with the trigger for Teams webhooks",
    ],
  ] as const)("%i %s blames the destination", (status, code, remedy) => {
    const why = `Teams answered ${status}: ${code} m – ${remedy}.`;
    expect(judge(status, said(code))).toEqual({ verdict: "refused", fault: "destination", why });
  });

  const failed = (code: number) =>
    `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${code} with ContextId tcid=0`;

  test("a 200 that means no is none", () => {
    const quote = (code: number) => `Teams answered 200: ${code} returned HTTP error ${code}`;
    expect(judge(200, failed(429))).toEqual({
      verdict: "retry",
      why: `${quote(429)} – throttled.`,
      notBefore: at + 60_000,
    });
    expect(judge(200, failed(413))).toEqual({
      verdict: "refused",
      fault: "notice",
      why: `${quote(413)} – the card is too large.`,
    });
    expect(judge(200, failed(403))).toEqual({
      verdict: "refused",
      fault: "destination",
      why: quote(403),
    });
    expect(judge(200, said("New"))).toMatchObject({ verdict: "refused", fault: "destination" });
    expect(judge(202, "<!DOCTYPE html>Sign in")).toEqual({
      verdict: "refused",
      fault: "destination",
      why: "Teams answered 202, but not as Teams does: <!DOCTYPE html>Sign in",
    });
  });

  test.each([
    [400, said("New")],
    [429, ""],
    [429, said("WorkflowThrottled")],
    [502, "<html>"],
  ])("%i %s is left to the status", (status, body) => {
    expect(judge(status, body)).toBeUndefined();
  });
});
