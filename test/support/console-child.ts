/** Tells the notices it is sent over IPC on its own standard output and sends the verdicts back. */
import { consoleNotifier } from "../../src/notify/channels/console.ts";
import { noticeOf } from "./events.ts";

process.on(
  "message",
  async (message: { events: Parameters<typeof noticeOf>[0][]; stream: string; at: number }) => {
    const options = consoleNotifier.options.parse({ stream: message.stream });
    const verdicts = [];
    for (const event of message.events) {
      verdicts.push(
        await consoleNotifier.send(noticeOf(event), options, {
          at: message.at,
          number: 1,
          signal: new AbortController().signal,
        }),
      );
    }
    process.send?.(verdicts);
  },
);
