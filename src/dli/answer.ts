import type { Failure } from "../core/model.ts";
import type { HttpOutcome, HttpReply } from "../http.ts";
import { type Asked, refusalOf, unanswered } from "./errors.ts";

/** What came of one request: what its reply says, or why that is not known. */
export type Answer<Content> =
  | { readonly content: Content; readonly failure?: never; readonly outdated?: never }
  | (Unread & { readonly content?: never });

/** A request whose reply says nothing. */
export interface Unread {
  readonly failure: Failure;
  /** The gateway knows no such path. */
  readonly noSuchApi?: boolean;
  /** A fault that may be over in a moment. */
  readonly passing?: boolean;
  /** The credentials were good before: new ones are worth a try. */
  readonly outdated?: boolean;
}

/** How the replies to a request are understood. */
export interface Reading<Content> {
  /** Reads a 2xx reply. */
  read(reply: HttpReply): Answer<Content>;
  /** The API says, in these words, that what was asked for does not exist. */
  absent(message: string): Answer<Content>;
}

/** Turns whatever came back into an answer. */
export function answerOf<Content>(
  { reply, failure }: HttpOutcome,
  { read, absent }: Reading<Content>,
  asked: Asked,
): Answer<Content> {
  if (failure) {
    const passing = failure.reason === "reset" || failure.reason === "cut";
    return { failure: unanswered(failure), passing };
  }
  if (reply.status >= 200 && reply.status <= 299) return read(reply);
  const { observation, noSuchApi } = refusalOf(reply, asked);
  return observation.outcome === "absent"
    ? absent(observation.message)
    : { failure: observation.failure, noSuchApi, passing: reply.status >= 500 };
}
