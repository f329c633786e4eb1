import type { Event, EventData } from "../../src/core/event.ts";
import type { Notice } from "../../src/notify/notifier.ts";
import { noticeOf, sampleEvent } from "./events.ts";

/** Texts that someone could put into a name or an error message, to the harm of whoever shows them. */
export const hostileTexts: readonly string[] = [
  ...[
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<@U012AB3CD>",
    "<#C012AB3CD>",
    "<!subteam^S012AB3CD>",
  ],
  ...[
    "<!date^1392734382^{date}^https://evil.example|x>",
    "<https://evil.example|click>",
    "@everyone",
  ],
  ...["@channel", "@here", "#general", "https://evil.example/?a=1&b=2", "mailto:a@evil.example"],
  ...["</script>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;!channel&gt;"],
  ...[
    "&",
    "&&&&",
    "&amp;amp;",
    "<",
    ">",
    "<<<>>>",
    '"',
    "'",
    "\\",
    "\\n",
    "\\u0000",
    '{"a":1}',
    "]}",
  ],
  ...["*bold*", "_italic_", "~struck~", "`code`", "```fence```", "```\n<!channel>\n```", "> quote"],
  ...[
    "# heading",
    "- item",
    "| a | b |",
    "[text](https://evil.example)",
    "![x](https://evil.example)",
  ],
  ...[":fire:", "{{template}}", "$ENV", "%s%n%x", "$(reboot)", "; rm -rf /", "' OR 1=1 --"],
  ...["", " ", "\t", "\n", "\r\n", "\n\n\n\n", "a\rb", "first\nsecond", "\u2028", "\u2029", "\v\f"],
  ...[
    "\0",
    "a\0b",
    "\u001b[31mred\u001b[0m",
    "\u001b]0;title\u0007",
    "\u001b[2J\u001b[H",
    "\u009b31m",
  ],
  ...[
    "\b\b\b",
    "\u007f",
    "\u202egnp.exe",
    "\u2066isolate\u2069",
    "\u200f",
    "\u061c",
    "\u200b\u200b",
  ],
  ...[
    "zero\u200dwidth",
    "\ufeffbom",
    "\u00ad",
    "\u{e0001}\u{e0041}",
    "\ud800",
    "a\udfffb",
    "\ud83d",
  ],
  ...[
    "👩‍👩‍👧‍👦",
    "🔴".repeat(2_000),
    "e\u0301".repeat(2_000),
    "队列",
    "العربية",
    "ﷺ".repeat(1_000),
  ],
  ...["x".repeat(1_048_576), "&".repeat(20_000), "<!channel>".repeat(2_000), "`".repeat(9_000)],
  ...["constructor", "__proto__", "null", "undefined", "NaN", "CREATING → FAILED", "… (cut)"],
];

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
