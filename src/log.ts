import { pino } from "pino";
import type { Scrub } from "./core/secret.ts";

/** Static sentences with fields, at the level of who must act. */
export type Log = Pick<pino.Logger, "debug" | "info" | "warn" | "error" | "level">;

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  /** For people instead of programs. */
  readonly pretty: boolean;
  /** Removes secrets from every line. */
  readonly scrub: Scrub;
}

/** Logs to standard output, one JSON object a line, each written before the call returns: a SIGKILL loses none. */
export async function createLog({ level, pretty, scrub }: LogOptions): Promise<Log> {
  const output = pino.destination({ dest: 1, sync: true });
  // Loaded only where people look.
  const readable = pretty
    ? (await import("pino-pretty")).default({
        sync: true,
        singleLine: true,
        translateTime: "HH:MM:ss",
        destination: output,
      })
    : output;
  const log: Log = pino(
    { level, base: null },
    { write: (line: string) => readable.write(scrub(line)) },
  );
  return log;
}
