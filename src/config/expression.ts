import { createRequire } from "node:module";

/** Where a regular expression matches, or why it is none. */
export type Expression =
  | { readonly isIn: (text: string) => boolean; readonly fault?: never }
  | { readonly fault: string; readonly isIn?: never };

/** Characters of a regular expression, and steps it is compiled into: a match takes no longer than these times the text. */
const longestSource = 500;
const mostSteps = 500;

/**
 * Compiles a regular expression in the language of RE2, for which letter case does not matter. It is matched in linear
 * time: JavaScript's own engine goes back and tries again, and with some patterns would not end on a text of the cloud's.
 */
export function compileExpression(source: string): Expression {
  if (source === "") return { fault: "empty" };
  if (source.length > longestSource) return { fault: `longer than ${longestSource} characters` };
  const { RE2JS, RE2JSSyntaxException } = engine();
  try {
    const compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
    if (compiled.programSize() > mostSteps) return { fault: "too many repetitions" };
    return { isIn: (text) => compiled.test(text) };
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return { fault: error.getDescription() };
    throw error;
  }
}

/** Loaded with the first expression: it takes time and memory, and most configurations have none. */
function engine(): typeof import("re2js") {
  return createRequire(import.meta.url)("re2js");
}
