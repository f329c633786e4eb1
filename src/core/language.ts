/** The languages in which people are told. */
export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];

/** The same in each of them. */
export type InEach<Text = string> = Readonly<Record<Language, Text>>;

/** Says something in every language. */
export function inEach<Text>(say: (language: Language) => Text): InEach<Text> {
  return { en: say("en"), zh: say("zh") };
}
