import { z } from "zod";
import { Secret, secretText } from "../../core/secret.ts";
import { signingKey, webhookSignature } from "../../core/standard-webhooks.ts";
import type { HttpNotifier } from "../notifier.ts";
import { webhookUrl } from "../webhook-url.ts";

interface WebhookOptions {
  readonly url: Secret;
  readonly secret?: readonly Secret[] | undefined;
  readonly headers?: Readonly<Record<string, Secret>> | undefined;
}

const signingSecret = z
  .string()
  .refine((text) => signingKey(text) !== undefined, {
    error:
      'must be whsec_ followed by 24 to 64 bytes in base64; make one with: echo "whsec_$(openssl rand -base64 32)"',
  })
  .meta({ secret: true });

/** What this notifier sets, and what undici refuses since it sees to the connection by itself. */
const reserved =
  /^(webhook-.*|content-type|content-length|host|connection|expect|keep-alive|transfer-encoding|upgrade)$/i;

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~\w-]+$/, { error: "is not the name of an HTTP header" })
  .refine((name) => !reserved.test(name), { error: "is a header that only dli-watch may set" });

const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, {
  error: "must be printable ASCII, without line breaks",
});

/** Any HTTP receiver: the CloudEvents JSON as it is, with Standard Webhooks headers. */
export const webhook: HttpNotifier<WebhookOptions> = {
  type: "webhook",
  options: z.strictObject({
    url: webhookUrl().describe("Where each event is posted as CloudEvents JSON."),
    secret: z
      .union([signingSecret, z.array(signingSecret).min(1)])
      .transform((secrets) => [secrets].flat().map((text) => new Secret(text)))
      .optional()
      .describe(
        "Signs each request (Standard Webhooks): whsec_ and 24 to 64 bytes in base64. A list signs with each, for rotation. Default: unsigned.",
      ),
    headers: z
      .record(headerName, secretText(headerValue))
      .optional()
      .describe("Further request headers, such as Authorization. Default: none."),
  }),
  render({ event: { id }, json }, { url, secret, headers = {} }, { at }) {
    const timestamp = Math.floor(at / 1_000);
    const keys = (secret ?? []).flatMap((text) => signingKey(text.reveal()) ?? []);
    const signature = webhookSignature({ id, timestamp, body: json }, keys);
    return {
      url: url.reveal(),
      headers: {
        ...Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, value.reveal()]),
        ),
        "content-type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": id,
        "webhook-timestamp": String(timestamp),
        ...(signature && { "webhook-signature": signature }),
      },
      body: json,
    };
  },
};
