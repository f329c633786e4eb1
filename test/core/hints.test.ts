import { describe, expect, test } from "vitest";
import type { Draft } from "../../src/core/draft.ts";
import { failureTexts } from "../../src/core/failure-texts.ts";
import { explainer, type OwnHint } from "../../src/core/hints.ts";
import { refusalOf } from "../../src/dli/errors.ts";

const explain = explainer([]);
const queue = { resource: { type: "queue", name: "etl" }, routed: true } as const;
const failed = (errMsg: string): Draft => ({
  ...queue,
  type: "transition",
  severity: "critical",
  to: "FAILED",
  errMsg,
});

const uuid = "78f2562a-36e4-4b39-95b9-f5aab22e1281";
const noSubnet = `Failed to get subnet ${uuid}. Response code : 404, message : {"code":"VPC.0202","message":"the subnet could not be found."}`;

test.each([
  ["Can't get ready router.", /no router that is ready/, undefined],
  [noSubnet, /agency may not read the VPC/, "dli_01_0618"],
  [`Connection ${uuid} is not exist.`, /deleted, or its id is wrong/, undefined],
  ["The CIDR 192.168.0.0/24 overlaps with the subnet of the peer VPC", /overlaps/, "dli_01_0006"],
  ["queue network conflicts with cidr 10.0.0.0/8", /overlaps/, "dli_01_0006"],
  ["DLI.1028: Quota exceeded for resources: ['peering']", /quota .* used up/, undefined],
])("the reason %s is explained", (errMsg, cause, page) => {
  const hint = explain(failed(errMsg));
  expect(hint?.cause).toMatch(cause);
  expect(hint?.link).toEqual(page && expect.stringContaining(`/${page}.html`));
  expect(explain(failed(errMsg.toUpperCase()))).toBe(hint);
});

test.each([
  "",
  "no router",
  "Conflict: the peering connection exists already",
  '{"cidr":"10.0.0.0/8","message":"Conflict"}',
  `The resource ${uuid} is not exist`,
  "decryption of the task token failed",
  "the subnet could not be found",
  "timeout exceeded while quotas were read",
])("nobody is misled about the reason %j", (errMsg) => {
  expect(explain(failed(errMsg))).toBeUndefined();
});

describe("a poll that could not be read is explained:", () => {
  function explained(status: number, body: object) {
    const reply = { status, headers: {}, body: JSON.stringify(body) };
    const { observation } = refusalOf(reply, { host: "dli", projectId: "48cc", now: 0 });
    if (observation.outcome === "absent") throw new Error("absent, not failed");
    const { cause, message } = observation.failure;
    return explain({ ...queue, type: "unreachable", severity: "warning", cause, errMsg: message });
  }

  const iam = "Incorrect IAM authentication information: ";
  const throttled = (policy: string) =>
    `The throttling threshold has been reached: policy ${policy} over ratelimit,limit:200,time:5 minute`;
  test.each([
    [401, "APIGW.0301", `${iam}decrypt token fail`, /token is damaged/],
    [401, "APIGW.0301", `${iam}token expires, expires_at: 2026-11-24`, /token has ended/],
    [401, "APIGW.0307", "The token must be updated.", /token has ended/],
    [401, "APIGW.0301", `${iam}Get secretKey failed,ak:AK,err:ak not exist`, /no such access key/],
    [401, "APIGW.0301", `${iam}verify aksk signature fail, canonicalRequest:GET`, /secret key is/],
    [401, "APIGW.0301", `${iam}AK access failed to reach the limit,forbidden`, /five minutes/],
    [401, "APIGW.0301", `${iam}something new`, /does not accept/],
    [403, "APIGW.0302", "Not allowed", /lack a permission/],
    [403, "APIGW.0401", "Unauthorized IP address", /machine's address/],
    [403, "APIG.0802", "The IAM user is forbidden in the current region.", /this region/],
    [429, "APIGW.0308", throttled("user"), /throttles the project/],
    [429, "APIGW.0308", throttled("api"), /All customers/],
    [429, "APIGW.0308", throttled("ip"), /machine's address/],
    [400, "DLI.1028", "Quota exceeded.", /quota/],
    [400, "DLI.0999", "Server error.", /errors of its own/],
  ])("%d %s %s", (status, error_code, error_msg, cause) => {
    expect(explained(status, { error_code, error_msg })?.cause).toMatch(cause);
  });
});

test.each<[string, Pick<Draft, "type" | "changed">, RegExp]>([
  ["an id that names nothing", { type: "not_found" }, /id is wrong/],
  [
    "a connectivity that changed",
    { type: "detail", changed: [{ field: "connectivity", from: "ok", to: "unreachable" }] },
    /security group/,
  ],
])("without a reason %s is explained", (_what, draft, cause) => {
  expect(explain({ ...queue, severity: "warning", ...draft })?.cause).toMatch(cause);
});

describe("a hint of the configuration", () => {
  const own = (word: string): OwnHint => ({
    match: word,
    isIn: (text) => text.includes(word),
    hint: { cause: `because of ${word}`, action: "Ask the network team." },
  });

  test("goes before those that are known, and the first before the others", () => {
    const explainOwn = explainer([own("VPC.0202"), own("subnet")]);
    expect(explainOwn(failed(noSubnet))?.cause).toBe("because of VPC.0202");
    expect(explainOwn(failed("no subnet"))?.cause).toBe("because of subnet");
    expect(explainOwn(failed("Can't get ready router."))?.cause).toMatch(/router/);
  });

  test("explains a poll that could not be read, and a connectivity that changed", () => {
    const explainOwn = explainer([own("unreachable")]);
    const unseen = {
      ...failed("host unreachable"),
      type: "unreachable",
      cause: "network",
    } as const;
    expect(explainOwn(unseen)?.cause).toBe("because of unreachable");
    const changed = [{ field: "connectivity", from: "ok", to: "unreachable" }];
    const detail = { ...queue, type: "detail", severity: "warning", changed } as const;
    expect(explainOwn(detail)?.cause).toBe("because of unreachable");
  });

  test("is beside no notice without a reason, and looks at 4,000 characters of one", () => {
    const explainOwn = explainer([own("")]);
    expect(explainOwn({ ...queue, type: "recovery", severity: "info" })).toBeUndefined();
    const late = (length: number) => failed(`${" ".repeat(length)}late`);
    expect(explainer([own("late")])(late(3_996))).toBeDefined();
    expect(explainer([own("late")])(late(3_997))).toBeUndefined();
  });
});

test("no known failure text repeats anything without a bound", () => {
  const unbounded = failureTexts.filter(({ text }) => /[*+]|\{\d+,\}/.test(text.source));
  expect(unbounded).toEqual([]);
});
