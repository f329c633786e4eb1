import { oneLine, truncate, visibleText } from "../../core/text.ts";
import { type Fact, listOf, type Message } from "../message.ts";
import { consoleText } from "./console.ts";

/** A mail as people read it: with and without a program that shows HTML. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** In characters: enough to read, too little for a mail server to mind. */
const limits = { subject: 200, title: 500, reason: 8_000, list: 16_000, fact: 1_000 };

/** A message as a mail. */
export function mailOf(message: Message): Mail {
  const { sign, word } = message.tone;
  return {
    subject: truncate(`${sign} ${word}: ${oneLine(message.title)}`, limits.subject),
    text: consoleText(message, `${sign} ${word}:`),
    html: htmlOf(message),
  };
}

const colours = {
  critical: "#d32f2f",
  warning: "#ef6c00",
  info: "#1976d2",
  ok: "#2e7d32",
} as const;

/** Colours of text and ground are left to the reader's program: it may be dark. Styles stand inline, for many read nothing else. */
function htmlOf(message: Message): string {
  const { tone, title, reason, facts, advice, reference } = message;
  const items = listOf(message, limits.list, (line) => line.length);
  return [
    `<!doctype html><html lang="${message.language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>`,
    `<body style="font:14px/1.5 sans-serif"><div style="border-left:6px solid ${colours[tone.level]};padding-left:14px">`,
    `<h1 style="font-size:18px">${tone.sign} ${escaped(tone.word)}: ${line(title, limits.title)}</h1>`,
    reason && `<pre style="white-space:pre-wrap">${lines(reason, limits.reason)}</pre>`,
    items.length > 0 && `<p>${items.map(escaped).join("<br>")}</p>`,
    facts.length > 0 && `<table>${facts.map(row).join("")}</table>`,
    ...advice.map(
      ({ label, value }) => `<p><b>${escaped(label)}:</b> ${line(value, limits.fact)}</p>`,
    ),
    `<p><small>${line(reference, limits.fact)}</small></p></div></body></html>`,
  ]
    .filter(Boolean)
    .join("\n");
}

function row({ label, value }: Fact): string {
  const style = "padding:0 14px 0 0;text-align:left;vertical-align:top";
  return `<tr><th style="${style}">${line(label, limits.fact)}</th><td>${line(value, limits.fact)}</td></tr>`;
}

function line(text: string, limit: number): string {
  return escaped(truncate(oneLine(text), limit));
}

function lines(text: string, limit: number): string {
  return escaped(truncate(visibleText(text), limit));
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** For text between tags; none goes into an attribute. */
function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => entities[character] ?? character);
}
