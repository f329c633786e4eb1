import { z } from "zod";
import { isProtected } from "../../core/address.ts";
import type { Event } from "../../core/event.ts";
import { type Secret, secretText } from "../../core/secret.ts";
import { oneLine, truncate, visibleText } from "../../core/text.ts";
import { endsIncident } from "../../core/way.ts";
import { listOf, type Message } from "../message.ts";
import type { HttpNotifier, NotifierReply, Verdict } from "../notifier.ts";

interface PagerDutyOptions {
  readonly routing_key: Secret;
  readonly url: string;
}

/**
 * PagerDuty, by its Events API v2: https://developer.pagerduty.com/docs/events-api-v2-overview. An incident is an alert.
 * So is a notice of none that someone must act on, which nobody but a person resolves; any other is a change, which wakes nobody.
 */
export const pagerduty: HttpNotifier<PagerDutyOptions> = {
  type: "pagerduty",
  keyed: "incident",
  options: z.strictObject({
    routing_key: secretText(
      z.string().regex(/^[A-Za-z0-9]{32}$/, { error: "must be 32 letters and digits" }),
    ).describe(
      "Integration key of a service (type Events API v2), 32 characters. That of a ruleset takes no notices of mere interest.",
    ),
    url: z
      .string()
      .refine(isOrigin, { error: "must be an https:// address without a path" })
      .default("https://events.pagerduty.com")
      .describe(
        "Address of the Events API; https://events.eu.pagerduty.com in the EU. Default: https://events.pagerduty.com.",
      ),
  }),
  render({ event, message }, { routing_key, url }) {
    const { incident, severity } = event.data;
    const isAlert = incident !== undefined || severity !== "info";
    const alert = {
      event_action: endsIncident(event) ? "resolve" : "trigger",
      dedup_key: context(incident ?? event.id),
    };
    return {
      url: new URL(isAlert ? "/v2/enqueue" : "/v2/change/enqueue", url).href,
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify({
        routing_key: routing_key.reveal(),
        ...(isAlert && alert),
        payload: payloadOf(event, message, isAlert),
        links: linksOf(event),
      }),
    };
  },
  judge,
};

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isProtected(url) && url.href === `${url.origin}/`;
}

/** In characters; PagerDuty takes 1,024 in a summary, and 512 kB in all, of which these make less than half. */
const limits = { summary: 1_024, reason: 8_000, list: 16_000, detail: 1_000, context: 255 };

function payloadOf(event: Event, message: Message, isAlert: boolean) {
  const { source, time, type, data } = event;
  return {
    summary: truncate(oneLine(message.title), limits.summary),
    source: context(source),
    timestamp: time,
    ...(isAlert && {
      severity: data.severity,
      component: context(data.resource.name),
      ...(data.connection && { group: context(data.connection.name) }),
      class: type,
    }),
    custom_details: detailsOf(message),
  };
}

function context(text: string): string {
  return truncate(oneLine(text), limits.context);
}

function detailsOf(message: Message): Readonly<Record<string, string | readonly string[]>> {
  const { summary, reason, facts, advice, reference } = message;
  const notices = listOf(message, limits.list, (line) => line.length);
  return {
    summary: truncate(oneLine(summary), limits.reason),
    ...(reason && { reason: truncate(visibleText(reason), limits.reason) }),
    ...(notices.length > 0 && { notices }),
    ...Object.fromEntries(
      [...facts, ...advice].map(({ label, value }) => [
        oneLine(label),
        truncate(oneLine(value), limits.detail),
      ]),
    ),
    reference: oneLine(reference),
  };
}

function linksOf({ data }: Event): readonly { readonly href: string }[] {
  const href = data.hint?.link ?? "";
  return /^https?:$/.test(URL.parse(href)?.protocol ?? "") ? [{ href }] : [];
}

/** PagerDuty asks for patience of a few minutes, in milliseconds, without saying for how long. */
const throttledMs = 120_000;

/** 202 alone is a yes. What is wrong with one event is wrong with that one, unless it is the key. */
function judge({ status, headers, body }: NotifierReply, at: number): Verdict | undefined {
  if (status === 429 && headers["retry-after"] === undefined) {
    const why = `PagerDuty answered 429, too many events: ${body}`;
    return { verdict: "retry", why, notBefore: at + throttledMs };
  }
  const isStrange = status >= 200 && status < 300 && status !== 202;
  if (isStrange || (status === 400 && /routing.?key/i.test(body))) {
    const why = `PagerDuty answered ${status} – check routing_key and url: ${body}`;
    return { verdict: "refused", fault: "destination", why };
  }
  return undefined;
}
