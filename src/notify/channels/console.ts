import { writeFileSync } from "node:fs";
import { styleText } from "node:util";
import { z } from "zod";
import type { Event } from "../../core/event.ts";
import { oneLine, truncate, visibleText } from "../../core/text.ts";
import { messageOf } from "../../errors.ts";
import { adviceOf, factsOf, listOf, reasonOf, referenceOf, toneOf } from "../message.ts";
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
  preview: ({ event }, _, { at }) => consoleText(event, toneOf(event).word, at),
  async send({ event }, { stream }, { at }) {
    const { level, word } = toneOf(event);
    const heading = styleText(colours[level], word, { stream: process[stream] });
    try {
      writeFileSync(process[stream].fd, consoleText(event, heading, at));
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
const limits = { title: 500, reason: 8_000, list: 16_000, fact: 1_000 };

/** An event as lines of text under a heading word; `at` is the time of the attempt in epoch milliseconds. */
export function consoleText(event: Event, heading: string, at: number): string {
  const reason = visibleText(reasonOf(event));
  const list = listOf(event, limits.list, (line) => line.length);
  const lines = [
    `${heading} ${truncate(oneLine(event.data.title), limits.title)}`,
    ...(reason
      ? truncate(reason, limits.reason)
          .split("\n")
          .map((line) => `  > ${line}`)
      : []),
    ...list.lines.map((line) => `  ${line}`),
    ...(list.more > 0 ? [`  … and ${list.more} more`] : []),
    ...[...factsOf(event), ...adviceOf(event)].map(
      ({ label, value }) => `  ${oneLine(label)}: ${truncate(oneLine(value), limits.fact)}`,
    ),
    `  ${oneLine(referenceOf(event, at))}`,
  ];
  return `${lines.join("\n")}\n\n`;
}
