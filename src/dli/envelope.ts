import { z } from "zod";
import { oneLine, truncate } from "../core/text.ts";
import { describeBody, parseJson } from "./json-body.ts";

/** What a reply holds, or what is wrong with it: the field and what it holds. */
export type Opened<Content> =
  | { readonly content: Content; readonly problem?: never }
  | { readonly problem: string; readonly content?: never };

/** A text that may be missing or null: then it is empty. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

/** What every reply says of itself. */
const envelope = z.object({ is_success: z.boolean().nullish(), message: text });

/** Reads the body of a 2xx reply, unless it says itself that it is none. Fields outside of the shape are not looked at. */
export function openReply<Content>(shape: z.ZodType<Content>, body: string): Opened<Content> {
  const json = parseJson(body);
  const heard = envelope.safeParse(json);
  if (!heard.success) return { problem: problemOf(heard.error, body) };
  if (heard.data.is_success === false) {
    return { problem: `is_success is false: ${truncate(oneLine(heard.data.message), 300)}` };
  }
  const parsed = shape.safeParse(json);
  return parsed.success ? { content: parsed.data } : { problem: problemOf(parsed.error, body) };
}

/** What is wrong with a body, by the first of its issues. */
export function problemOf({ issues: [issue] }: z.ZodError, body: string): string {
  if (!issue || issue.path.length === 0) return `its body is ${describeBody(body)}`;
  const field = issue.path.map((part) =>
    typeof part === "number" ? `[${part}]` : `.${String(part)}`,
  );
  return `field ${field.join("").slice(1)}: ${issue.message}`;
}
