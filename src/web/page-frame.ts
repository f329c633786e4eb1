import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { languages } from "../core/language.ts";
import { type Html, pathTo, type View } from "./page-view.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/** A whole page. */
export interface Frame {
  readonly title: string;
  /** Shown by the icon. */
  readonly isWell: boolean;
  /** Stays as it is when the rest is brought up to date: somebody may be writing into it. */
  readonly top: Html;
  readonly main: Html;
  /** The path of this page, for the other language. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly timezone: string;
}

/** What a page may load and do: what stands in it, and to ask for itself again. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "img-src data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const wellIcon = icon('<circle cx="8" cy="8" r="7" fill="#1b8a3e"/>');
const badIcon = icon('<path d="M3 3l10 10M13 3L3 13" stroke="#d4262e" stroke-width="4"/>');

function icon(shape: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${shape}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** Puts a page together; without a script it is asked for again each minute. */
export function framed(
  view: View,
  { title, isWell, top, main, path, query, timezone }: Frame,
): Html {
  const { phrases, language } = view;
  const other = languages.find((one) => one !== language) ?? language;
  const inOther = pathTo({ ...view, kept: { lang: other } }, path, query);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${isWell ? wellIcon : badIcon}">
<style>${raw(style)}</style>
<noscript><meta http-equiv="refresh" content="60"></noscript>
</head>
<body>
<p id="lost" role="alert" hidden>${phrases.lost}</p>
${top}
<main>
${main}
</main>
<footer>dli-watch · ${phrases.timesIn(timezone)} · <a href="${inOther}" lang="${other}" hreflang="${other}">${phrases.other}</a></footer>
<script>${raw(script)}</script>
</body>
</html>
`;
}
