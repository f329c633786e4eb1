import { readFileSync } from "node:fs";

export const readme = readFileSync("README.md", "utf8");

/** The texts of the README's code blocks in this language, in order. */
export function blocks(language: string): readonly string[] {
  const fenced = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms");
  return [...readme.matchAll(fenced)].map(([, text = ""]) => text);
}

/** What stands in code in the first column of the tables below a heading of the README, up to the next heading. */
export function firstColumn(heading: string): readonly string[] {
  const [, section = ""] = readme.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return [...own.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code),
  );
}
