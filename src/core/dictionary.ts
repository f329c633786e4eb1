import type { InEach } from "./language.ts";
import type { Phrases } from "./phrases.ts";
import { english } from "./phrases-en.ts";
import { chinese } from "./phrases-zh.ts";

/** What notices say, in each language. */
export const dictionary: InEach<Phrases> = { en: english, zh: chinese };
