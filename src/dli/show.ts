import type { ConnectionKind, Observation } from "../core/model.ts";
import type { Answer } from "./answer.ts";
import type { Ask, Asking } from "./ask.ts";
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

/** Asks for one connection of a project. */
export type Show = (target: Target, asking: Asking) => Promise<Answer<Found>>;

const limits = { attemptMs: 10_000, totalMs: 25_000, maxBytes: 4 << 20 };

/** Most replies say what the one before said: the same text is read once, and gives the very same answer. */
export function createShow(project: DliProject, ask: Ask): Show {
  const { host } = new URL(project.endpoint);
  const last = new Map<string, { readonly body: string; readonly answer: Answer<Found> }>();
  return (target, asking) => {
    const { kind, id } = target;
    return ask<Found>(
      {
        request: (caller, at) => showConnection(caller, target, at),
        limits,
        absent: (message) => ({ content: { outcome: "absent", message } }),
        read(reply) {
          const known = last.get(`${kind}/${id}`);
          if (known?.body === reply.body) return known.answer;
          const { snapshot, problem } = readReply(kind, id, reply.body);
          if (!snapshot) {
            const about = `the ${kind} connection ${id}`;
            return { failure: unreadable(reply, { host, about, problem }) };
          }
          const answer: Answer<Found> = { content: { outcome: "snapshot", snapshot } };
          last.set(`${kind}/${id}`, { body: reply.body, answer });
          return answer;
        },
      },
      asking,
    );
  };
}
