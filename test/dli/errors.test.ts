import { describe, expect, test } from "vitest";
import { refusalOf, unanswered } from "../../src/dli/errors.ts";

const now = Date.UTC(2026, 10, 24, 2);
const asked = { host: "dli.example.com", projectId: "48cc", now };

function refuse(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return refusalOf({ status, headers, body: text }, asked);
}

function failureOf(...reply: Parameters<typeof refuse>) {
  const { observation } = refuse(...reply);
  if (observation.outcome === "absent") throw new Error("absent, not failed");
  return observation.failure;
}

test("a server that fails is not believed that something does not exist", () => {
  const body = { error_code: "DLI.0002", error_msg: "does not exist" };
  expect(refuse(404, body).observation.outcome).toBe("absent");
  expect(failureOf(503, body).cause).toBe("server");
});

describe("a failure", () => {
  const gateway = { error_code: "APIGW.0306", error_msg: "API access denied", request_id: "r1" };

  test("is one sentence: who said what, and the way out", () => {
    expect(failureOf(403, gateway)).toEqual({
      cause: "permission",
      message:
        "dli.example.com answered 403 APIGW.0306: API access denied – allow these credentials to read datasource connections of project 48cc (dli:edsconnection:get and :list), from this address",
      requestId: "r1",
    });
  });

  test("carries the request id of the header before the body's", () => {
    expect(failureOf(403, gateway, { "x-request-id": "r2" }).requestId).toBe("r2");
  });

  test("shows no control character and no endless text", () => {
    const error_msg = `a\u001b[31m\u0000\u202eb\nc${"x".repeat(5_000)}`;
    const { message } = failureOf(500, { error_code: "DLI.0999", error_msg });
    expect(message).toContain("a[31mb cxxx");
    expect(message.length).toBeLessThan(500);
  });

  test("shows the server's canonical request whole, line by line", () => {
    const canonical = ["GET", `/v2.0/${"x".repeat(400)}/`, "", "host:dli", "", "host", "e3b0"];
    const error_msg = `Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:${canonical.join("\n")}`;
    expect(failureOf(401, { error_code: "APIGW.0301", error_msg }).message).toContain(
      `canonicalRequest:${canonical.join("⏎")}`,
    );
  });
});

describe("a redirect", () => {
  test.each([
    ["https://login.example.com/sign-in?ticket=hidden", "login.example.com"],
    ["//login.example.com:8443", "login.example.com:8443"],
    ["/elsewhere", "dli.example.com"],
    ["https://", "nowhere"],
    ["mailto:hidden", "nowhere"],
  ])("says where to, by host alone: %s", (location, target) => {
    expect(failureOf(302, "<html>", { location })).toEqual({
      cause: "address",
      message: `dli.example.com answered 302: it redirects to ${target}, and redirects are not followed – check endpoint, region, project_id (48cc) and connection id`,
    });
  });
});

test("without a reply, what already says what to check is left as it is", () => {
  const message = "dli.example.com:443 does not resolve: check the host name";
  expect(unanswered({ reason: "dns", message })).toEqual({ cause: "network", message });
});

test.each([
  ["timeout", "network", "check the network between here and the API"],
  ["reset", "network", "check the network between here and the API"],
  ["cut", "server", "nothing to do here unless it lasts"],
] as const)("without a reply the way out is told: %s", (reason, cause, wayOut) => {
  const message = `it happened – ${wayOut}`;
  expect(unanswered({ reason, message: "it happened" })).toEqual({ cause, message });
});

describe("refused while the clocks differ", () => {
  test.each([
    ["Tue, 24 Nov 2026 02:21:00 GMT", "the clock is 21 min behind the server's Date header"],
    ["Tue, 24 Nov 2026 01:00:00 GMT", "the clock is 60 min ahead of the server's Date header"],
  ])("by more than a signature allows, the clock is at fault: %s", (date, message) => {
    expect(failureOf(401, "", { date })).toMatchObject({
      cause: "clock",
      message: expect.stringContaining(message),
    });
    expect(failureOf(403, "", { date }).cause).toBe("clock");
    expect(failureOf(500, "", { date }).cause).toBe("server");
  });

  test.each(["Tue, 24 Nov 2026 02:15:00 GMT", "Tue, 24 Nov 2026 01:45:00 GMT", "noon", ""])(
    "by less, or nobody knows how much, it is not: %s",
    (date) => {
      expect(failureOf(401, "", { date }).cause).toBe("credentials");
    },
  );
});
