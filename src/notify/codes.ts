import { z } from "zod";
import { oneLine, truncate } from "../core/text.ts";
import type { NotifierReply, Verdict } from "./notifier.ts";

/** What a platform says about a notice beside its status. */
export interface Said {
  readonly code: string;
  readonly text: string;
}

/** One of a platform's codes: what it means, and what to do about it. */
export interface Meaning {
  readonly code: string;
  /** Of a code with several meanings: what its text must match. */
  readonly text?: RegExp;
  /** `nobody`: the same notice may be taken later. */
  readonly fault: "notice" | "destination" | "nobody";
  /** For people, behind a dash. */
  readonly remedy: string;
  /** How long the platform wants to be left alone, in milliseconds. */
  readonly waitMs?: number;
  /** The clock may be to blame. */
  readonly timed?: true;
}

/** Someone's words, and how they say yes and no. */
export interface Platform {
  readonly name: string;
  /** What the body of an answer says; `undefined` if it is not one of this platform's. */
  read(body: string): Said | undefined;
  /** The first that matches counts. */
  readonly meanings: readonly Meaning[];
}

/**
 * The verdict by the platform's own code, whatever the status; `undefined` where the status tells more. With a 2xx only the
 * code 0 is a yes: what nobody knows is a no that is told at once, kept, and tried again by probing.
 */
export function judgeByCode(
  { name, read, meanings }: Platform,
  reply: NotifierReply,
  at: number,
): Verdict | undefined {
  const fine = reply.status >= 200 && reply.status < 300;
  const said = read(reply.body);
  if (!said) return fine ? strange(name, reply) : undefined;
  if (said.code === "0") return fine ? { verdict: "accepted" } : undefined;
  const meaning = meanings.find(
    ({ code, text }) => code === said.code && (text?.test(said.text) ?? true),
  );
  const why = `${name} answered ${reply.status}: ${said.code} ${quoted(said.text)}`;
  if (!meaning) return fine ? { verdict: "refused", fault: "destination", why } : undefined;
  const { fault, remedy, waitMs, timed } = meaning;
  const reason = `${why} – ${remedy}${timed ? clockOff(reply, at) : ""}.`;
  return fault === "nobody"
    ? { verdict: "retry", why: reason, ...(waitMs !== undefined && { notBefore: at + waitMs }) }
    : { verdict: "refused", fault, why: reason };
}

/** Reads a JSON object that has its code (a number, or the same as a string) and its text under these names. */
export function readAnswer(code: string, text: string): Platform["read"] {
  const number = z.union([z.int(), z.string()]).transform(String);
  return readJson(
    z
      .object({ [code]: number, [text]: z.string().default("") })
      .transform((answer) => ({ code: answer[code] ?? "", text: answer[text] ?? "" })),
  );
}

/** Reads a body that is JSON. */
export function readJson(schema: z.ZodType<Said>): Platform["read"] {
  return (body) => {
    try {
      return schema.safeParse(JSON.parse(body)).data;
    } catch {
      return undefined;
    }
  };
}

/** A 2xx of somebody else, such as the sign-in page of a proxy. */
export function strange(name: string, { status, body }: NotifierReply): Verdict {
  const why = `${name} answered ${status}, but not as ${name} does: ${quoted(body)}`;
  return { verdict: "refused", fault: "destination", why };
}

/** In characters: the remedy behind it must be seen too. */
const longestQuote = 200;

function quoted(text: string): string {
  return truncate(oneLine(text), longestQuote);
}

/** In seconds; less is the way of the answer. */
const tolerable = 60;

function clockOff({ headers }: NotifierReply, at: number): string {
  const seconds = Math.round(Math.abs(at - Date.parse(headers["date"] ?? "")) / 1_000);
  return seconds > tolerable ? `; the clock is off by ${seconds} s` : "";
}
