import type { ConnectionKind, Failure, Observation } from "../core/model.ts";
import type { HttpFailure, HttpOutcome } from "../http.ts";
import { refusalOf } from "./errors.ts";
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
  const requestId = reply.headers["x-request-id"];
  const message = `${host} answered ${reply.status} about the ${kind} connection ${id}, but ${problem} – nothing to do here unless it lasts`;
  return {
    observation: {
      outcome: "failed",
      failure: { cause: "server", message, ...(requestId && { requestId }) },
    },
  };
}

function unanswered({ reason, message }: HttpFailure): Failure {
  return { cause: reason === "too_large" || reason === "cut" ? "server" : "network", message };
}
