import { z } from "zod";

/** The option of a robot whose platform drops what its keyword is not in. */
export function keywordOption() {
  return z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe(
      "One of the robot's keywords, where its security settings ask for one; it ends each message that has it not in its title. Default: none.",
    );
}

/** The last line of a message, with the keyword unless the title or the line itself has it. */
export function withKeyword(
  reference: string,
  { title, keyword }: { readonly title: string; readonly keyword: string | undefined },
): string {
  return keyword === undefined || `${title}\n${reference}`.includes(keyword)
    ? reference
    : `${reference} · ${keyword}`;
}
