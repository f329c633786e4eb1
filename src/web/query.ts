import type { Context } from "hono";
import { z } from "zod";

const wholeNumber = { error: "must be a whole number from 1 to 1000" };

/** How many items an answer holds at most. */
export const itemLimit = z.coerce
  .number(wholeNumber)
  .int(wholeNumber)
  .min(1, wholeNumber)
  .max(1000, wholeNumber)
  .default(100)
  .describe("How many items the answer holds at most.");

/** A parameter that is a text. */
export function parameter() {
  return z.string("must be given once");
}

type Asked<Query extends z.ZodRawShape> =
  | { readonly data: z.output<z.ZodObject<Query>> }
  | { readonly problem: string };

/** Parses the query by its parameters' schemas; else says which does not fit, and what it accepts. */
export function readQuery<Query extends z.ZodRawShape>(c: Context, query: Query): Asked<Query> {
  const given = Object.entries(c.req.queries()).map(([name, values]) => {
    const [first, ...more] = values;
    return [name, more.length > 0 ? values : first];
  });
  const parsed = z.strictObject(query).safeParse(Object.fromEntries(given));
  if (parsed.success) return { data: parsed.data };
  const known = Object.keys(query).join(", ") || "none";
  const problems = parsed.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `${issue.keys.join(", ")}: not a parameter here; these are: ${known}`
      : `${issue.path.join(".")}: ${issue.message}`,
  );
  return { problem: problems.join("; ") };
}

/** 400; `problem` names the parameter and what it accepts. */
export function badQuery(c: Context, problem: string) {
  return c.json({ error: problem }, 400);
}
