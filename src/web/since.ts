import { z } from "zod";
import { parseSince } from "../core/history.ts";
import type { EventQuery, Store } from "../store/store.ts";

/** Where a list of events begins, or why the text does not say so. */
export type Since =
  | { readonly from: Pick<EventQuery, "after" | "since"> }
  | { readonly problem: string };

const what =
  "must be a time like 2026-11-24T02:00:00Z, a duration like 24h, the id of an event, or `next`";

const unknown =
  "the event with this id is unknown or forgotten; ask since a time, or since 0 for all that is kept";

/** Reads a sequence, a time, a duration before `now` (epoch milliseconds), or the id of an event. */
export async function readSince(
  text: string,
  store: Pick<Store, "event">,
  now: number,
): Promise<Since> {
  if (/^\d{1,15}$/.test(text)) return { from: { after: Number(text) } };
  const time = parseSince(text, now);
  if (time !== undefined) return { from: { since: time } };
  const event = await store.event(text);
  if (event) return { from: { after: event.sequence } };
  return { problem: z.ulid().safeParse(text).success ? unknown : what };
}
