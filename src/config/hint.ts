import { z } from "zod";
import type { OwnHint } from "../core/hints.ts";
import { compileExpression } from "./expression.ts";
import { checked, mustBe, webPage } from "./values.ts";

/** What the operator knows of a failure. */
export function hint() {
  return z
    .strictObject(
      {
        match: expression().describe(
          "Regular expression (RE2), looked for in what the cloud says; letter case does not matter.",
        ),
        cause: sentences().describe("What lies behind it."),
        action: sentences().describe("What to do about it."),
        link: webPage().exactOptional().describe("Page that says more, https://…. Default: none."),
      },
      mustBe("a map with match, cause and action"),
    )
    .transform(({ match, ...hint }): OwnHint => ({ ...match, hint }));
}

const anExpression = "a regular expression of RE2, without look-around and back-references";

function expression() {
  return z.string(mustBe(anExpression)).transform((match, context) => {
    const { isIn, fault } = compileExpression(match);
    if (isIn) return { match, isIn };
    context.addIssue(`must be ${anExpression} (${fault})`);
    return z.NEVER;
  });
}

/** Every platform shows so much beside the rest of a notice. */
const longestText = 500;

function sentences() {
  return checked(
    `a text of 1 to ${longestText} characters`,
    (text) => text.trim() !== "" && text.length <= longestText,
  );
}
