import MarkdownIt from "markdown-it";

const parser = new MarkdownIt("default", { html: true });

/** How often a Markdown parser, HTML included, finds each kind of markup in a text: `heading`, `strong`, `link`, `image`, `html_inline` … */
export function markupIn(text: string): Readonly<Record<string, number>> {
  const tokens = parser.parse(text, {}).flatMap((token) => [token, ...(token.children ?? [])]);
  const kinds = tokens
    .filter(({ type, nesting }) => nesting >= 0 && !plain.has(type))
    .map(({ type }) => type.replace(/_open$/, ""));
  return Object.fromEntries(
    [...Map.groupBy(kinds, (kind) => kind)].map(([kind, found]) => [kind, found.length]),
  );
}

const plain = new Set(["inline", "text", "paragraph_open", "softbreak"]);
