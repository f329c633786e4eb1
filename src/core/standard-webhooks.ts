import { createHmac } from "node:crypto";

/** What a Standard Webhooks signature covers: https://www.standardwebhooks.com */
export interface SignedMessage {
  readonly id: string;
  /** Epoch seconds of the attempt. */
  readonly timestamp: number;
  readonly body: string;
}

const secretForm = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;

/** The key in `whsec_` + base64 of 24 to 64 bytes; `undefined` if the text is not that. */
export function signingKey(secret: string): Buffer | undefined {
  const key = Buffer.from(secretForm.exec(secret)?.[1] ?? "", "base64");
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/** The `webhook-signature` header: one signature for each key, so that a receiver may know either while keys rotate. */
export function webhookSignature(message: SignedMessage, keys: readonly Buffer[]): string {
  const signed = `${message.id}.${message.timestamp}.${message.body}`;
  return keys
    .map((key) => `v1,${createHmac("sha256", key).update(signed).digest("base64")}`)
    .join(" ");
}
