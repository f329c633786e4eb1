import { z } from "zod";
import { Secret } from "../../core/secret.ts";
import { signingKey, webhookSignature } from "../../core/standard-webhooks.ts";
import type { HttpNotifier } from "../notifier.ts";
import { requestHeaders, revealed } from "../request-headers.ts";
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

/** Any HTTP receiver: the CloudEvents JSON as it is, with Standard Webhooks headers. */
export const webhook: HttpNotifier<WebhookOptions> = {
  type: "webhook",
  options: z
    .strictObject({
      url: webhookUrl().describe("Where each event is posted as CloudEvents JSON."),
      secret: z
        .union([signingSecret, z.array(signingSecret).min(1)])
        .transform((secrets) => [secrets].flat().map((text) => new Secret(text)))
        .optional()
        .describe(
          "Signs each request (Standard Webhooks): whsec_ and 24 to 64 bytes in base64. A list signs with each, for rotation. Default: unsigned.",
        ),
      headers: requestHeaders()
        .optional()
        .describe("Further request headers, such as Authorization. Default: none."),
    })
    .meta({ templated: true }),
  render({ event: { id }, json, request }, { url, secret, headers = {} }, { at }) {
    const body = request?.body ?? json;
    const type = request?.body === undefined ? "application/cloudevents+json" : "application/json";
    const timestamp = Math.floor(at / 1_000);
    const keys = (secret ?? []).flatMap((text) => signingKey(text.reveal()) ?? []);
    const signature = webhookSignature({ id, timestamp, body }, keys);
    return {
      url: url.reveal(),
      headers: {
        ...revealed(headers),
        "content-type": `${type}; charset=utf-8`,
        ...request?.headers,
        "webhook-id": id,
        "webhook-timestamp": String(timestamp),
        ...(signature && { "webhook-signature": signature }),
      },
      body,
    };
  },
};
