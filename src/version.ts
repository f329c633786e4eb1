import { readFileSync } from "node:fs";

/** This release, as package.json beside the program names it. */
export const version: string = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
).version;
