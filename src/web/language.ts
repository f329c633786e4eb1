import type { Context } from "hono";
import { parseAccept } from "hono/utils/accept";
import { type InEach, type Language, languages } from "../core/language.ts";
import type { Phrases } from "./phrases.ts";
import { english } from "./phrases-en.ts";
import { chinese } from "./phrases-zh.ts";

const phrasesIn: InEach<Phrases> = { en: english, zh: chinese };

/** In which language somebody is answered. */
export interface Spoken {
  readonly language: Language;
  readonly phrases: Phrases;
  /** The address names it. */
  readonly chosen: boolean;
}

/** The language that the address names (`?lang=zh`), else the one that the browser likes best. */
export function spokenWith(c: Context): Spoken {
  const named = languages.find((one) => one === c.req.query("lang"));
  const language = named ?? preferred(c.req.header("accept-language") ?? "");
  return { language, phrases: phrasesIn[language], chosen: named !== undefined };
}

/** `zh-Hans-CN` is Chinese; English, where none is one of ours. */
function preferred(header: string): Language {
  const known = parseAccept(header).flatMap(({ type, q }) => {
    const [primary] = type.toLowerCase().split("-");
    return q > 0 ? (languages.find((one) => one === primary) ?? []) : [];
  });
  return known[0] ?? "en";
}
