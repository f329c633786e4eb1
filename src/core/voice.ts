import type { Language } from "./language.ts";

/** How a notifier speaks to its people. */
export interface Voice {
  readonly language: Language;
  /** IANA name of the zone in which times are shown. */
  readonly timezone: string;
}

/** English, in UTC. */
export const plainVoice: Voice = { language: "en", timezone: "UTC" };
