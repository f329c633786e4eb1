import { findPackageJSON } from "node:module";
import { join } from "node:path";

/** Path of a file of the folder `config`, which stands beside `package.json` in a checkout, package and image alike. */
export function shipped(name: string): string {
  return join(findPackageJSON(import.meta.url) ?? "", "../config", name);
}
