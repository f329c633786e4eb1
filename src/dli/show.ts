import type { ConnectionKind, Observation } from "../core/model.ts";
import type { Answer } from "./answer.ts";
import type { Ask, Asking, Question } from "./ask.ts";
import { unreadable } from "./errors.ts";
import type { DliProject } from "./project.ts";
import { readReply } from "./replies.ts";
import { showConnection } from "./request.ts";

/** What an answer about one connection says. */
export type Found = Exclude<Observation, { readonly outcome: "failed" }>;

interface Target {
  readonly kind: ConnectionKind;
  readonly id: string;
}

/** Asks for one connection. */
export type Show = (target: Target, asking: Asking) => Promise<Answer<Found>>;

const limits = { attemptMs: 10_000, totalMs: 25_000, maxBytes: 4 << 20 };

/** Asks for one connection of a project; what is asked of each is prepared once. */
export function createShow(project: DliProject, ask: Ask): Show {
  const questions = new Map<string, Question<Found>>();
  return (target, asking) => {
    const place = `${target.kind}/${target.id}`;
    const question = questions.get(place) ?? questionOf(project, target);
    questions.set(place, question);
    return ask(question, asking);
  };
}

/** Most replies say what the one before said: the same text is read once, and gives the very same answer. */
function questionOf(project: DliProject, target: Target): Question<Found> {
  const { kind, id } = target;
  let last: { readonly body: string; readonly answer: Answer<Found> } | undefined;
  return {
    request: showConnection(project, target),
    limits,
    absent: (message) => ({ content: { outcome: "absent", message } }),
    read(reply) {
      if (last?.body === reply.body) return last.answer;
      const { snapshot, problem } = readReply(kind, id, reply.body);
      if (!snapshot) {
        const { host } = new URL(project.endpoint);
        const about = `the ${kind} connection ${id}`;
        return { failure: unreadable(reply, { host, about, problem }) };
      }
      last = { body: reply.body, answer: { content: { outcome: "snapshot", snapshot } } };
      return last.answer;
    },
  };
}
