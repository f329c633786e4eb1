import type { Event, EventData } from "./event.ts";

/** What is put into words: an event, or what is to become one. */
export interface Told {
  readonly type: Event["type"];
  readonly data: Omit<
    EventData,
    "severity" | "title" | "summary" | "hint" | "observed_at" | "sequence"
  >;
}
