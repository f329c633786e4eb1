import { readFileSync } from "node:fs";
import type { Event, EventData } from "../../src/core/event.ts";
import type { Notice } from "../../src/notify/notifier.ts";
import { noticeOf, sampleEvent } from "./events.ts";

/** Texts by what they try, too many to be read among code; what only its length makes hostile is below. */
const corpus: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL("hostile.json", import.meta.url), "utf8"),
);

const huge = [
  "🔴".repeat(2_000),
  "e\u0301".repeat(2_000),
  "ﷺ".repeat(1_000),
  "é".repeat(9_000),
  "x".repeat(1_048_576),
  "x\n".repeat(9_000),
  "> ".repeat(5_000),
  ...['"', "\\", "&", "`", "*", "["].map((character) => character.repeat(20_000)),
  "<!channel>".repeat(2_000),
];

/** Texts that someone could put into a name or an error message, to the harm of whoever shows them. */
export const hostileTexts: readonly string[] = [...Object.values(corpus).flat(), ...huge];

const changedFields = [
  ...["name", "destination", "connection_url", "service", "cluster_name", "connectivity"],
  ...["dest_vpc_id", "dest_network_id", "hosts", "err_msg"],
];

/** An event that carries everything an event can, with `text` wherever the cloud or an operator may have a say. */
export function hostileEvent(text: string): Event {
  const data: Partial<EventData> = {
    severity: "critical",
    title: text,
    summary: text,
    hint: { cause: text, action: text, link: text },
    project: { name: text, project_id: text, region: text },
    connection: { id: text, name: text, kind: "basic", state: text, labels: { [text]: text } },
    resource: { type: "queue", name: text, peer_id: text },
    from: text,
    to: text,
    err_msg: text,
    changed: changedFields.map((field) => ({ field, from: text, to: text })),
    gap_ms: 1_000,
    undelivered: { event: text, title: text, notifiers: [text, text], error: text },
    notifier: { name: text, error: text },
    reported_at: text,
    incident: text,
    previous_for_ms: 1_000,
  };
  return sampleEvent("transition", data);
}

/** Such an event as a notifier may get it: in our words in each language, and in an operator's. */
export function hostileNotices(text: string): readonly Notice[] {
  const event = hostileEvent(text);
  const notice = noticeOf(event);
  const own = { title: text, summary: text, text };
  return [
    notice,
    noticeOf(event, undefined, { language: "zh", timezone: "Asia/Shanghai" }),
    { ...notice, message: { ...notice.message, ...own } },
  ];
}
