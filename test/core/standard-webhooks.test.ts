import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { signingKey, webhookSignature } from "../../src/core/standard-webhooks.ts";

const secretOf = (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString("base64")}`;
const keyBytes = fc.uint8Array({ minLength: 24, maxLength: 64 });

test("signs what the reference implementation signs, once for each key", () => {
  fc.assert(
    fc.property(
      fc.array(keyBytes, { minLength: 1, maxLength: 3 }),
      fc.record({
        id: fc.string({ minLength: 1 }),
        timestamp: fc.integer({ min: 0, max: 4_000_000_000 }),
        body: fc.string({ unit: "grapheme" }),
      }),
      (keys, message) => {
        const at = new Date(message.timestamp * 1_000);
        expect(
          webhookSignature(
            message,
            keys.map((key) => Buffer.from(key)),
          ),
        ).toBe(
          keys
            .map((key) => new Webhook(secretOf(key)).sign(message.id, at, message.body))
            .join(" "),
        );
      },
    ),
  );
});

describe("signingKey", () => {
  test("reads back the bytes of a secret", () => {
    fc.assert(
      fc.property(keyBytes, (bytes) => {
        expect(signingKey(secretOf(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  const base64 = Buffer.alloc(24, 7).toString("base64");
  test.each([
    ["no prefix", base64],
    ["another prefix", `whpk_${base64}`],
    ["23 bytes", secretOf(new Uint8Array(23))],
    ["65 bytes", secretOf(new Uint8Array(65))],
    ["no base64", `whsec_${"!".repeat(40)}`],
    ["a line break at its end", `whsec_${base64}\n`],
    ["nothing", ""],
  ])("refuses %s", (_, secret) => {
    expect(signingKey(secret)).toBeUndefined();
  });
});
