import { decodeTime, isValid } from "ulid";
import { z } from "zod";
import { isProtected } from "../../core/address.ts";
import type { Event } from "../../core/event.ts";
import { isoTime } from "../../core/notice.ts";
import type { Secret } from "../../core/secret.ts";
import { oneLine, truncate, visibleText } from "../../core/text.ts";
import { endsIncident } from "../../core/way.ts";
import type { Fact, Message } from "../message.ts";
import type { HttpNotifier, NotifierReply, Verdict } from "../notifier.ts";
import { requestHeaders, revealed } from "../request-headers.ts";

interface AlertmanagerOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, Secret>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Alertmanager forgets what it is not told of again: in milliseconds. */
const refreshEvery = 60_000;

/** A firing alert ends by itself when nothing was heard for so many refreshes. */
const missedRefreshes = 3;

/** A notice of no incident is an alert for so long, in milliseconds: groups that wait must still find it. */
const passingMs = 300_000;

/** Prometheus Alertmanager: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
export const alertmanager: HttpNotifier<AlertmanagerOptions> = {
  type: "alertmanager",
  keyed: "incident",
  refreshEvery,
  options: z
    .strictObject({
      url: z
        .string()
        .refine(isBase, {
          error: "must be an http:// or https:// address without user and password",
        })
        .describe(
          "Base address of one Alertmanager, without /api/v2/alerts; each replica of a cluster needs a notifier of its own, so that none misses what another took.",
        ),
      headers: requestHeaders()
        .optional()
        .describe("Further request headers, such as Authorization; only by https. Default: none."),
      labels: z
        .record(
          z.string().regex(/^[A-Za-z_]\w*$/, { error: "is not the name of a label" }),
          z.string().min(1),
        )
        .optional()
        .describe("Further labels of every alert, for the routes there. Default: none."),
    })
    .refine(({ url, headers }) => !headers || !URL.canParse(url) || isProtected(new URL(url)), {
      path: ["url"],
      error: "must be https:// where headers are sent to another machine",
    }),
  render: ({ event, message }, { url, headers = {}, labels = {} }, { at }) => ({
    url: `${url.replace(/\/+$/, "")}/api/v2/alerts`,
    headers: { ...revealed(headers), "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify([
      {
        labels: { ...labels, ...identityOf(event) },
        annotations: annotationsOf(event, message),
        ...timesOf(event, at),
      },
    ]),
  }),
  judge,
};

function isBase(text: string): boolean {
  const url = URL.parse(text);
  return /^https?:$/.test(url?.protocol ?? "") && `${url?.username}${url?.password}` === "";
}

/** An alert is known by all its labels: nothing that changes while an incident lasts, not even the severity. */
function identityOf({ id, type, source, subject, data }: Event): Readonly<Record<string, string>> {
  const { incident, project, connection, resource } = data;
  return {
    alertname: "DliWatch",
    source,
    subject,
    resource: resource.type,
    ...(project && { project: project.name }),
    ...(connection && { connection: connection.id }),
    ...(incident === undefined ? { notice: type, event: id } : { incident }),
  };
}

/** In characters. */
const limits = { title: 500, text: 8_000 };

function annotationsOf({ data }: Event, message: Message): Readonly<Record<string, string>> {
  const { title, summary, reason, advice, facts, items, reference } = message;
  const texts = {
    summary: truncate(oneLine(title), limits.title),
    description: oneLine(summary),
    severity: data.severity,
    reason: visibleText(reason),
    advice: linesOf(advice),
    details: linesOf(facts),
    notices: items.join("\n"),
    reference: oneLine(reference),
  };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) =>
      text ? [[name, truncate(text, limits.text)]] : [],
    ),
  );
}

function linesOf(facts: readonly Fact[]): string {
  return facts.map(({ label, value }) => `${label}: ${oneLine(value)}`).join("\n");
}

function timesOf(event: Event, at: number): { readonly startsAt: string; readonly endsAt: string } {
  const { incident } = event.data;
  if (incident === undefined) return { startsAt: event.time, endsAt: isoTime(at + passingMs) };
  // Alertmanager refuses what ends before it begins, as after the clock was set back.
  const begun = Math.min(Date.parse(event.time), isValid(incident) ? decodeTime(incident) : at);
  const endsAt = endsIncident(event) ? event.time : isoTime(at + missedRefreshes * refreshEvery);
  return { startsAt: isoTime(begun), endsAt };
}

/** Alertmanager takes alerts in silence; whoever stands before it and says something did not pass them on. */
function judge({ status, body }: NotifierReply): Verdict | undefined {
  if (status !== 200 || body.trim() === "") return undefined;
  const why = `It answered 200, but not as Alertmanager does: ${body}`;
  return { verdict: "refused", fault: "destination", why };
}
