import { z } from "zod";
import { Secret } from "../core/secret.ts";
import { valueAt } from "./issues.ts";

/** Everything that a notifier, as it is written, has for options which are marked as secret or have a marked part. */
export function markedSecrets(written: unknown, options?: z.ZodObject): readonly Secret[] {
  return Object.entries(options?.shape ?? {})
    .filter(([, option]) => isMarked(option))
    .flatMap(([key]) => scalarsIn(valueAt(written, [key])))
    .map((scalar) => new Secret(scalar));
}

/** The JSON Schema shows a mark wherever it stands: on an item, in a union, before a transformation. */
function isMarked(option: z.core.$ZodType): boolean {
  const schema = z.toJSONSchema(option, { io: "input", unrepresentable: "any" });
  return JSON.stringify(schema).includes('"secret":true');
}

function scalarsIn(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap(scalarsIn)
    : [String(value)];
}
