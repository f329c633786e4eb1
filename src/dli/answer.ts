import type { ConnectionKind, Observation } from "../core/model.ts";
import type { HttpOutcome } from "../http.ts";
import { refusalOf, unanswered, unreadable } from "./errors.ts";
import type { DliProject } from "./project.ts";
import { readReply } from "./replies.ts";

/** What came of one request. */
export interface Answer {
  readonly observation: Observation;
  /** The gateway knows no such path. */
  readonly noSuchApi?: boolean;
  /** A fault that may be over in a moment. */
  readonly passing?: boolean;
  /** The credentials were good before: new ones are worth a try. */
  readonly outdated?: boolean;
}

/** What was asked; `now` in epoch milliseconds. */
interface Question {
  readonly kind: ConnectionKind;
  readonly id: string;
  readonly now: number;
}

/** Turns whatever came back into an observation. */
export type Reader = (outcome: HttpOutcome, question: Question) => Answer;

/** Reads a project's replies. Most say what the one before said: the same text is read once, and gives the very same answer. */
export function createReader({ endpoint, projectId }: DliProject): Reader {
  const { host } = new URL(endpoint);
  const last = new Map<string, { readonly body: string; readonly answer: Answer }>();
  return ({ reply, failure }, { kind, id, now }) => {
    if (failure) {
      const passing = failure.reason === "reset" || failure.reason === "cut";
      return { observation: { outcome: "failed", failure: unanswered(failure) }, passing };
    }
    const { status, body } = reply;
    if (status < 200 || status > 299) {
      return { ...refusalOf(reply, { host, projectId, now }), passing: status >= 500 };
    }
    const place = `${kind}/${id}`;
    const known = last.get(place);
    if (known?.body === body) return known.answer;
    const { snapshot, problem } = readReply(kind, id, body);
    if (!snapshot) {
      const about = `the ${kind} connection ${id}`;
      const failure = unreadable(reply, { host, about, problem });
      return { observation: { outcome: "failed", failure } };
    }
    const answer: Answer = { observation: { outcome: "snapshot", snapshot } };
    last.set(place, { body, answer });
    return answer;
  };
}
