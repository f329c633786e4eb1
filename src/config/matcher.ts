import { z } from "zod";
import type { Matcher, MatcherKey, Pattern } from "../core/route.ts";
import { mustBe, text } from "./values.ts";

const globs = "a glob or a list of globs";
const oneOrMore = [text(), z.array(text()).min(1, mustBe("a list of at least one glob"))] as const;

/** One glob, several, or what must not match. */
const pattern = z
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

const fields = {
  project: field("Name of the project."),
  connection: field("Name or id of the connection."),
  kind: field("Kind of the connection: `basic` or `enhanced`."),
  resource: field("What it is about: `connection`, `queue`, `pool` or `project`."),
  name: field("Name of the queue or pool."),
  from: field("State before; letter case does not matter."),
  to: field("State after; letter case does not matter."),
  severity: field("`info`, `warning` or `critical`."),
  type: field("Type of the notice, such as `transition` or `recovery`."),
} satisfies Record<MatcherKey, z.ZodType>;

function field(description: string) {
  return pattern.exactOptional().describe(`${description} Default: any.`);
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
