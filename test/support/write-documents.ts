/** Writes the files that are made from the schema of the configuration: `npm run docs`. */
import { writeFileSync } from "node:fs";
import { documents } from "./documents.ts";

for (const [file, text] of documents()) writeFileSync(file, text);
