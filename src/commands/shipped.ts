import { fileURLToPath } from "node:url";

/** Path of a file of the folder `config`, which stands beside the program in a checkout, package and image alike. */
export function shipped(name: string): string {
  return fileURLToPath(new URL(`../../config/${name}`, import.meta.url));
}
