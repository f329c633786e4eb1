import { parseDuration } from "./duration.ts";
import type { Event, NoticeType } from "./event.ts";
import { noticeTypes } from "./event.ts";

/** What these say is about the telling, not about anything watched. */
const aboutTelling: readonly NoticeType[] = [
  "undelivered",
  "notifier_failing",
  "notifier_back",
  "reminder",
  "digest",
  "mute_summary",
  "test",
];

/** The event types that make up the history: each tells something of a project, a connection or a binding. */
export const historyTypes: readonly Event["type"][] = noticeTypes
  .filter((type) => !aboutTelling.includes(type))
  .map((type) => `dli-watch.${type}` as const);

/** Epoch milliseconds of an ISO 8601 date or time with zone, or of a duration before `now`; `undefined` if the text is neither. */
export function parseSince(text: string, now: number): number | undefined {
  const ago = parseDuration(text);
  return ago === undefined ? parseTime(text) : now - ago;
}

/** Epoch milliseconds of an ISO 8601 date or time with zone; `undefined` if the text is none. */
export function parseTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text))
    return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
