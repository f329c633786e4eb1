import type { Hint } from "./event.ts";
import { knownHints } from "./known-hints.ts";
import { chineseHints } from "./known-hints-zh.ts";
import type { Language } from "./language.ts";

const translations = new Map(Object.entries(chineseHints));

/** A hint as it was frozen, in a language; what the operator has written stays as it is. */
export function hintIn(hint: Hint, language: Language): Hint {
  if (language === "en") return hint;
  const [name = ""] =
    Object.entries(knownHints).find(
      ([, { cause, action }]) => cause === hint.cause && action === hint.action,
    ) ?? [];
  const translation = translations.get(name);
  if (!translation) return hint;
  // The vendor keeps its manual under the same names in both languages.
  return { ...translation, ...(hint.link && { link: hint.link.replace("/intl/en-us/", "/") }) };
}
