import { writeFileSync } from "node:fs";
import { styleText } from "node:util";
import { z } from "zod";
import { oneLine, truncate, visibleText } from "../../core/text.ts";
import { messageOf } from "../../errors.ts";
import { listOf, type Message } from "../message.ts";
import type { SendingNotifier } from "../notifier.ts";

interface ConsoleOptions {
  readonly stream: "stdout" | "stderr";
}

/** The terminal, or the log of whatever runs the container. */
export const consoleNotifier: SendingNotifier<ConsoleOptions> = {
  type: "console",
  options: z.strictObject({
    stream: z
      .enum(["stdout", "stderr"])
      .default("stdout")
      .describe("Where alerts are written: `stdout` or `stderr`. Default: stdout."),
  }),
  preview: ({ message }) => consoleText(message, message.tone.word),
  async send({ message }, { stream }) {
    const { level, word } = message.tone;
    const heading = styleText(colours[level], word, { stream: process[stream] });
    try {
      writeFileSync(process[stream].fd, consoleText(message, heading));
      return { verdict: "accepted" };
    } catch (thrown) {
      return { verdict: "retry", why: `Cannot write to ${stream}: ${messageOf(thrown)}.` };
    }
  },
};

const colours = {
  critical: ["bold", "red"],
  warning: ["bold", "yellow"],
  info: ["bold", "blue"],
  ok: ["bold", "green"],
} as const;

/** In characters: enough to read, too little to flood a terminal. */
const limits = { title: 500, reason: 8_000, list: 16_000, text: 16_000, fact: 1_000 };

/** A message as lines of text under a heading word. */
export function consoleText(message: Message, heading: string): string {
  const { title, text, reference } = message;
  const lines = [
    `${heading} ${truncate(oneLine(title), limits.title)}`,
    ...(text === undefined ? standardLines(message) : linesOf(text, limits.text, "  ")),
    `  ${oneLine(reference)}`,
  ];
  return `${lines.join("\n")}\n\n`;
}

function standardLines(message: Message): readonly string[] {
  const { reason, facts, advice } = message;
  return [
    ...linesOf(reason, limits.reason, "  > "),
    ...listOf(message, limits.list, (line) => line.length).map((line) => `  ${line}`),
    ...[...facts, ...advice].map(
      ({ label, value }) => `  ${oneLine(label)}: ${truncate(oneLine(value), limits.fact)}`,
    ),
  ];
}

/** What may have several lines, each indented; none where it says nothing. */
function linesOf(text: string, limit: number, indent: string): readonly string[] {
  const visible = visibleText(text);
  if (visible === "") return [];
  return truncate(visible, limit)
    .split("\n")
    .map((line) => `${indent}${line}`);
}
