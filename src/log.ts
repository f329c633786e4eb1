import { pino } from "pino";
import { default as pretty } from "pino-pretty";
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
export function createLog({ level, pretty: forPeople, scrub }: LogOptions): Log {
  const output = pino.destination({ dest: 1, sync: true });
  const readable = forPeople
    ? pretty({ sync: true, singleLine: true, translateTime: "HH:MM:ss", destination: output })
    : output;
  return pino({ level, base: null }, { write: (line: string) => readable.write(scrub(line)) });
}
