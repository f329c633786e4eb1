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
}

/** What was asked; `now` in epoch milliseconds. */
export interface Question {
  readonly project: DliProject;
  readonly kind: ConnectionKind;
  readonly id: string;
  readonly now: number;
}

/** Turns whatever came back into an observation. */
export function answerOf({ reply, failure }: HttpOutcome, question: Question): Answer {
  if (failure) {
    const passing = failure.reason === "reset" || failure.reason === "cut";
    return { observation: { outcome: "failed", failure: unanswered(failure) }, passing };
  }
  const { host } = new URL(question.project.endpoint);
  const { projectId } = question.project;
  if (reply.status < 200 || reply.status > 299) {
    const refusal = refusalOf(reply, { host, projectId, now: question.now });
    return { ...refusal, passing: reply.status >= 500 };
  }
  const { kind, id } = question;
  const { snapshot, problem } = readReply(kind, id, reply.body);
  if (snapshot) return { observation: { outcome: "snapshot", snapshot } };
  const about = `the ${kind} connection ${id}`;
  return {
    observation: { outcome: "failed", failure: unreadable(reply, { host, about, problem }) },
  };
}
