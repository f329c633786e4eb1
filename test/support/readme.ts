import { readFileSync } from "node:fs";

export const readme = readFileSync("README.md", "utf8");

const fences = /^```\w*\n.*?^```\n/gms;

/** The texts of the README's code blocks in this language, in order. */
export function blocks(language: string): readonly string[] {
  const opening = `\`\`\`${language}\n`;
  return [...readme.matchAll(fences)]
    .filter(([block]) => block.startsWith(opening))
    .map(([block]) => block.slice(opening.length, -"```\n".length));
}

/** What stands in code in the first column of the tables below a heading of the README, up to the next heading. */
export function firstColumn(heading: string): readonly string[] {
  const [, section = ""] = readme.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return [...own.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = ""]) => codeIn(cell));
}

/** Where the links of a text lead, but those to another language. */
export function linksIn(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^README[^/]*\.md$/.test(link));
}

/** The anchors that GitHub gives the headings of a text. */
export function anchorsIn(text: string): readonly string[] {
  return [...text.replaceAll(fences, "").matchAll(/^#+ (.*)$/gm)].map(
    ([, heading = ""]) =>
      `#${heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-")}`,
  );
}

/** All of a README that is the same in every language: its blocks; of each section level, code, links and rows. */
export function outline(text: string) {
  const sections = text.replaceAll(fences, "").split(/^(?=#+ )/m);
  return {
    blocks: text.match(fences),
    sections: sections.map((section) => ({
      level: section.indexOf(" "),
      code: sorted(codeIn(section)),
      links: sorted(linksIn(section).filter((link) => !link.startsWith("#"))),
      rows: section.match(/^\|.*$/gm)?.map((row) => sorted(codeIn(row)).join(" ")),
    })),
  };
}

function codeIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** Each once: languages differ in order, and in how often they repeat a word. */
function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
