import pRetry from "p-retry";
import { pause } from "../clock.ts";
import type { Credentials } from "../core/access.ts";
import type { Scrub } from "../core/secret.ts";
import type { Http, HttpOutcome } from "../http.ts";
import { type Answer, answerOf, type Reading, type Unread } from "./answer.ts";
import type { CredentialSource } from "./auth/credentials.ts";
import { isRefusal } from "./breaker.ts";
import { createDoor, type DoorParts } from "./door.ts";
import type { DliProject } from "./project.ts";
import type { Authorised } from "./request.ts";

/** What asking is made of; `random` gives numbers in [0, 1). */
export interface Parts extends DoorParts {
  readonly project: DliProject;
  readonly credentials: CredentialSource;
  readonly http: Pick<Http, "exchange">;
}

/** A request and how its replies are understood. */
export interface Question<Content> extends Reading<Content> {
  readonly request: Authorised;
  readonly limits: {
    /** For one request, from its start to the last byte of its reply. */
    readonly attemptMs: number;
    /** For all requests of one asking together; waiting for the rate does not count. */
    readonly totalMs: number;
    readonly maxBytes: number;
  };
}

/** Requests that belong together. */
export interface Asking {
  readonly signal: AbortSignal | undefined;
  /** How long they have taken so far. */
  spentMs: number;
  /** Whether new credentials were tried. */
  renewed: boolean;
}

/** Sends the request when it may go, and once more after a passing fault; never throws. */
export type Ask = <Content>(
  question: Question<Content>,
  asking: Asking,
) => Promise<Answer<Content>>;

/** At most so long before the one retry, in milliseconds; the rate may ask for more. */
const retryPauseMs = 500;

/** Asks the API of one project; all requests share its rate. */
export function createAsk({ project, credentials: source, http, ...parts }: Parts): Ask {
  const { host } = new URL(project.endpoint);
  const { clock, random } = parts;
  const door = createDoor(project, parts);

  async function attempt<Content>(
    question: Question<Content>,
    asking: Asking,
  ): Promise<Answer<Content>> {
    const { signal } = asking;
    const { attemptMs, totalMs, maxBytes } = question.limits;
    const turn = await door.enter(signal);
    if (turn.failure) return { failure: turn.failure };
    const startedAt = clock.monotonic();
    const leftMs = () => totalMs - asking.spentMs - (clock.monotonic() - startedAt);
    try {
      const { credentials, failure, reply } = await source.get(signal);
      if (failure) return { failure: door.heed(failure, reply) };
      const heard = await http.exchange(question.request(credentials, clock.now()), {
        deadlineMs: Math.min(attemptMs, leftMs()),
        maxBytes,
        oversize: "fail",
        ...(signal && { signal }),
      });
      const outcome = withoutEcho(heard, source.scrub);
      const asked = { host, projectId: project.projectId, now: clock.now() };
      const answer = answerOf(outcome, question, asked);
      if (outdates(answer, credentials, asking)) return { ...answer, outdated: true };
      return door.learn(answer, outcome.reply);
    } finally {
      asking.spentMs += clock.monotonic() - startedAt;
      turn.leave();
    }
  }

  /** Credentials that were let in may have ended early: one asking finds that out once. */
  function outdates(
    answer: Answer<unknown>,
    credentials: Credentials,
    asking: Asking,
  ): answer is Unread {
    if (!answer.failure) source.accepted(credentials);
    else if (isRefusal(answer.failure) && source.refused(credentials) && !asking.renewed) {
      asking.renewed = true;
      return true;
    }
    return false;
  }

  return async (question, asking) => {
    try {
      return await pRetry(
        async (number) => {
          if (number > 1) await pause(clock, random() * retryPauseMs, asking.signal);
          const first = await attempt(question, asking);
          const answer = first.outdated ? await attempt(question, asking) : first;
          if (answer.failure && answer.passing) throw new PassingFault(answer);
          return answer;
        },
        {
          retries: 1,
          minTimeout: 0,
          shouldRetry: ({ error }) =>
            error instanceof PassingFault &&
            !asking.signal?.aborted &&
            asking.spentMs < question.limits.totalMs,
        },
      );
    } catch (error) {
      if (error instanceof PassingFault) return error.answer;
      throw error;
    }
  };
}

/** The API may answer with what it was sent; of a text that was cut, a piece of a secret could not be told any more. */
function withoutEcho({ reply, failure }: HttpOutcome, scrub: Scrub): HttpOutcome {
  return failure ? { failure } : { reply: { ...reply, body: scrub(reply.body) } };
}

/** Carries an answer through p-retry, which tries again what throws. */
class PassingFault extends Error {
  readonly answer: Answer<never>;

  constructor(answer: Answer<never>) {
    super("a fault that may be over in a moment");
    this.answer = answer;
  }
}
