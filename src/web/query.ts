import type { Context } from "hono";
import { validator } from "hono/validator";
import { z } from "zod";

const wholeNumber = { error: "must be a whole number from 1 to 1000" };

/** How many items an answer holds at most. */
export const itemLimit = z.coerce
  .number(wholeNumber)
  .int(wholeNumber)
  .min(1, wholeNumber)
  .max(1000, wholeNumber)
  .default(100);

/** Parses the query by its parameters' schemas; one that does not fit is answered by {@link badQuery}. */
export function query<Parameters extends z.ZodRawShape>(parameters: Parameters) {
  const schema = z.strictObject(parameters);
  const known = Object.keys(parameters).join(", ") || "none";
  return validator("query", (given, c) => {
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? `${issue.keys.join(", ")}: not a parameter here; these are: ${known}`
        : `${issue.path.join(".")}: ${issue.message}`,
    );
    return badQuery(c, problems.join("; "));
  });
}

/** 400; `problem` names the parameter and what it accepts. */
export function badQuery(c: Context, problem: string) {
  return c.json({ error: problem }, 400);
}
