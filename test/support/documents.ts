import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { notifierOptions } from "../../src/commands/config.ts";
import { jsonSchema } from "../../src/config/json-schema.ts";
import { reference, type Schema } from "./reference.ts";

const schemaText = `${JSON.stringify(jsonSchema(notifierOptions), undefined, 2)}\n`;

/** The JSON Schema of the configuration file. */
export const schema: Schema = JSON.parse(schemaText);

/** What the schema says, by the English words. */
export const chinese: Readonly<Record<string, string>> = parse(
  readFileSync("test/support/reference.zh-CN.yaml", "utf8"),
);

/** The files that are made from the schema, wholly or in part, by their paths: what they should hold. */
export function documents(): ReadonlyMap<string, string> {
  return new Map([
    ["config/dli-watch.schema.json", schemaText],
    ["README.md", withReference("README.md", (text) => text)],
    ["README.zh-CN.md", withReference("README.zh-CN.md", (text) => chinese[text] ?? text)],
  ]);
}

/** A README with the reference in its place, between two comments. */
function withReference(file: string, translate: (text: string) => string): string {
  const place =
    /(?<=^<!-- npm run docs writes what follows -->\n\n).*(?=\n<!-- npm run docs ends here -->$)/ms;
  const text = readFileSync(file, "utf8");
  if (!place.test(text)) throw new Error(`${file} has no place for the reference.`);
  return text.replace(place, () => reference(schema, translate));
}
