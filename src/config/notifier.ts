import { z } from "zod";
import { languages } from "../core/language.ts";
import type { Templates } from "../core/voice.ts";
import { oneOf, valueAt } from "./issues.ts";
import { didYouMean } from "./problems.ts";
import { requestTemplates, templates } from "./template.ts";
import { mustBe, text, timezone } from "./values.ts";

/** The options of every kind of notifier, by the word for `type`. */
export type NotifierOptions = ReadonlyMap<string, z.ZodObject>;

/** The kinds of notifier that a file can name. */
export interface NotifierKinds {
  readonly notifierOptions: NotifierOptions;
  /** The words for `type` of those that keep incidents themselves, and are told nothing in a digest. */
  readonly keyed?: ReadonlySet<string>;
  /** Those of which each sends with the credentials of a project. */
  readonly signed?: ReadonlySet<string>;
  /** Why other words for `type` name none, where that is known. */
  readonly refusals?: ReadonlyMap<string, string>;
}

/** The notifiers of a file, by their names. */
export function notifiers(kinds: NotifierKinds) {
  const accepted = mustBe("a map of at least one notifier: without, nobody would be told");
  return z
    .record(text(), notifier(kinds), accepted)
    .refine((named) => Object.keys(named).length > 0, accepted);
}

/** What every notifier has beside its type. */
function common(own: z.ZodObject) {
  return {
    fallback: text()
      .exactOptional()
      .describe(
        "Name of the notifier that is told when this one fails or gives up. Default: none.",
      ),
    language: z
      .enum(languages)
      .prefault("en")
      .describe("Language of its messages: `en` or `zh`; what others have said stays as it is."),
    timezone: timezone()
      .exactOptional()
      .describe("IANA time zone of the times in its messages. Default: the file's `timezone`."),
    template: (own.meta()?.["templated"] ? requestTemplates() : templates())
      .exactOptional()
      .describe("Other words for its messages, as Liquid templates. Default: the standard ones."),
  };
}

/** What every notifier has; its own options are known to its own schema alone. */
const anyNotifier = z.looseObject({
  type: z.string(),
  fallback: z.string().exactOptional(),
  language: z.enum(languages),
  timezone: z.string().exactOptional(),
  template: z.custom<Templates>().exactOptional(),
});

/** Every kind of notifier with its own options beside those of all. */
function notifier(kinds: NotifierKinds) {
  const [first, ...rest] = [...kinds.notifierOptions].map(([type, own]) =>
    own
      .safeExtend({
        type: z.literal(type).describe("Kind of notifier."),
        ...common(own),
      })
      .strict(),
  );
  if (first === undefined) throw new Error("There is no kind of notifier.");
  return z
    .discriminatedUnion("type", [first, ...rest], {
      error: ({ code, input }) =>
        code === "invalid_union"
          ? unknownType(valueAt(input, ["type"]), kinds)
          : "must be a map with a type and its options",
    })
    .pipe(anyNotifier);
}

function unknownType(type: unknown, { notifierOptions, refusals }: NotifierKinds): string {
  const words = [...notifierOptions.keys()];
  const refusal = typeof type === "string" ? refusals?.get(type) : undefined;
  return refusal === undefined ? oneOf(words, type) : refusal + didYouMean(type, words);
}
