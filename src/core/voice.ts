import type { Language } from "./language.ts";

/** How a notifier speaks to its people. */
export interface Voice {
  readonly language: Language;
  /** IANA name of the zone in which times are shown. */
  readonly timezone: string;
  /** Where people reach the status page. */
  readonly publicUrl?: string;
  /** The operator's own words, instead of ours. */
  readonly template?: Templates;
}

/** English, in UTC, in our words. */
export const plainVoice: Voice = { language: "en", timezone: "UTC" };

/** What can be said in other words; body and headers only where a notifier is templated. */
export interface Templates {
  readonly title?: Template;
  readonly text?: Template;
  readonly body?: Template;
  readonly headers?: Readonly<Record<string, Template>>;
}

export interface Template {
  /** As it is written. */
  readonly source: string;
  /** Fills it in for one notice, with times in an IANA time zone. */
  readonly fill: (data: object, timezone: string) => Filled;
}

export type Filled =
  | { readonly text: string; readonly fault?: never }
  | { readonly fault: string; readonly text?: never };
