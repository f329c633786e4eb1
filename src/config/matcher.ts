import { z } from "zod";
import { noticeTypes, severities } from "../core/event.ts";
import { bindingTypes, connectionKinds } from "../core/model.ts";
import type { Matcher, MatcherKey, Pattern } from "../core/route.ts";
import { oneOf } from "./issues.ts";
import type { Path } from "./problems.ts";
import { mustBe, text } from "./values.ts";

const globs = "a glob or a list of globs";
const oneOrMore = [text(), z.array(text()).min(1, mustBe("a list of at least one glob"))] as const;

/** One glob, several, or what must not match. */
export const pattern = z
  .union(
    [
      ...oneOrMore,
      z.strictObject({
        not: z.union(oneOrMore, mustBe(globs)).describe("A glob or list of which none may match."),
      }),
    ],
    mustBe(`${globs}, or { not: … } with either`),
  )
  .meta({ id: "pattern" });

/** A glob may match what nobody foresaw; any other text must be one of the words that there are. */
function only(words: readonly string[]) {
  return (value: Pattern, context: z.RefinementCtx): void => {
    for (const { glob, path } of globsIn(value)) {
      if (isGlob.test(glob) || words.includes(glob)) continue;
      context.addIssue({ code: "custom", path: [...path], message: oneOf(words, glob) });
    }
  };
}

const isGlob = /[*?[\]{}()!+@\\]/;

function globsIn(value: Pattern): readonly { readonly glob: string; readonly path: Path }[] {
  if (typeof value === "string") return [{ glob: value, path: [] }];
  if (!("not" in value)) return value.map((glob, index) => ({ glob, path: [index] }));
  return globsIn(value.not).map(({ glob, path }) => ({ glob, path: ["not", ...path] }));
}

/** Events carry their type with a prefix, which may be copied from one. */
function withoutPrefix(value: Pattern): Pattern {
  if (typeof value === "string") return bareType(value);
  if (!("not" in value)) return value.map(bareType);
  return { not: typeof value.not === "string" ? bareType(value.not) : value.not.map(bareType) };
}

function bareType(glob: string): string {
  return glob.replace(/^dli-watch\./, "");
}

const fields = {
  project: field("Name of the project."),
  connection: field("Name or id of the connection."),
  kind: field(
    "Kind of the connection: `basic` or `enhanced`.",
    pattern.superRefine(only(connectionKinds)),
  ),
  resource: field(
    "What it is about: `connection`, `queue`, `pool` or `project`.",
    pattern.superRefine(only(["connection", ...bindingTypes, "project"])),
  ),
  name: field("Name of the queue or pool."),
  from: field("State before; letter case does not matter."),
  to: field("State after; letter case does not matter."),
  severity: field("`info`, `warning` or `critical`.", pattern.superRefine(only(severities))),
  type: field(
    "Type of the notice, such as `transition` or `recovery`.",
    pattern.transform(withoutPrefix).superRefine(only(noticeTypes)),
  ),
} satisfies Record<MatcherKey, z.ZodType>;

function field(description: string, values: z.ZodType<Pattern> = pattern) {
  return values.exactOptional().describe(`${description} Default: any.`);
}

const labelPrefix = "labels.";
const aMap = mustBe("a map such as { severity: critical, labels.team: data }");

/** Which notices are meant: all keys must match. */
export const matcher: z.ZodType<Matcher> = z
  .intersection(
    z.strictObject(
      {
        ...fields,
        not: z
          .lazy(() => matcher)
          .refine(
            ({ patterns, labels, not }) =>
              not !== undefined || Object.keys({ ...patterns, ...labels }).length > 0,
            mustBe("a map with at least one key: an empty one would shut out everything"),
          )
          .exactOptional()
          .describe("Keys like these, all of which together must not match. Default: none."),
      },
      aMap,
    ),
    z.record(
      z.templateLiteral([labelPrefix, z.string()]),
      pattern.describe("Label X of the connection. Default: any."),
      aMap,
    ),
  )
  .transform(({ not, ...patterns }) => ({ ...split(patterns), ...(not && { not }) }));

/** Patterns for fields and patterns for labels, which the file writes side by side. */
function split(patterns: Readonly<Record<string, Pattern>>): Omit<Matcher, "not"> {
  const entries = Object.entries(patterns);
  const labels = entries.filter(([key]) => key.startsWith(labelPrefix));
  return {
    patterns: Object.fromEntries(entries.filter((entry) => !labels.includes(entry))),
    labels: Object.fromEntries(
      labels.map(([key, value]) => [key.slice(labelPrefix.length), value]),
    ),
  };
}
