import pRetry from "p-retry";
import { type Clock, pause } from "../clock.ts";
import type { ConnectionKind, Failure, Observation } from "../core/model.ts";
import type { Scrub } from "../core/secret.ts";
import type { Http, HttpOutcome } from "../http.ts";
import { type Answer, createReader } from "./answer.ts";
import type { CredentialSource, Credentials } from "./auth/credentials.ts";
import { isRefusal } from "./breaker.ts";
import { createDoor } from "./door.ts";
import type { DliProject } from "./project.ts";
import { showConnection } from "./request.ts";

/** What a client is made of; `random` gives numbers in [0, 1). */
interface Parts {
  readonly project: DliProject;
  readonly credentials: CredentialSource;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface DliClient {
  /** Asks for one connection. `auto` asks for an enhanced one first, then for a basic one; the snapshot says which it is. */
  poll(target: PollTarget, signal?: AbortSignal): Promise<Observation>;
}

interface PollTarget {
  readonly id: string;
  readonly kind: "auto" | ConnectionKind;
}

/** For one request, from its start to the last byte of its reply. */
const attemptDeadlineMs = 10_000;
/** For all requests of one poll together; waiting for the rate does not count. */
const pollDeadlineMs = 25_000;
const maxReplyBytes = 4 << 20;
/** At most so long before the one retry, in milliseconds; the rate may ask for more. */
const retryPauseMs = 500;

/** One poll on its way. */
interface Poll {
  readonly id: string;
  readonly signal: AbortSignal | undefined;
  /** How long its requests have taken so far. */
  spentMs: number;
  /** Whether it has tried new credentials. */
  renewed: boolean;
}

/** Polls the connections of one project. Their requests share its rate; a poll never throws. */
export function createDliClient({
  project,
  credentials: source,
  http,
  clock,
  random,
}: Parts): DliClient {
  const door = createDoor(project, { clock, random });
  const read = createReader(project);

  const attempt = async (kind: ConnectionKind, poll: Poll): Promise<Answer> => {
    const { id, signal } = poll;
    const turn = await door.enter(signal);
    if (turn.failure) return failed(turn.failure);
    const startedAt = clock.monotonic();
    const leftMs = () => pollDeadlineMs - poll.spentMs - (clock.monotonic() - startedAt);
    try {
      const { credentials, failure, reply } = await source.get(signal);
      if (failure) return failed(door.heed(failure, reply));
      const request = showConnection({ ...project, credentials }, { kind, id }, clock.now());
      const heard = await http.exchange(request, {
        deadlineMs: Math.min(attemptDeadlineMs, leftMs()),
        maxBytes: maxReplyBytes,
        oversize: "fail",
        ...(signal && { signal }),
      });
      const outcome = withoutEcho(heard, source.scrub);
      const answer = read(outcome, { kind, id, now: clock.now() });
      if (outdates(answer, credentials, poll)) return { ...answer, outdated: true };
      return door.learn(answer, outcome.reply);
    } finally {
      poll.spentMs += clock.monotonic() - startedAt;
      turn.leave();
    }
  };

  /** Credentials that were let in may have ended early: one poll finds that out once. */
  const outdates = ({ observation }: Answer, credentials: Credentials, poll: Poll): boolean => {
    if (observation.outcome !== "failed") source.accepted(credentials);
    else if (isRefusal(observation.failure) && source.refused(credentials) && !poll.renewed) {
      poll.renewed = true;
      return true;
    }
    return false;
  };

  const ask = async (kind: ConnectionKind, poll: Poll): Promise<Answer> => {
    try {
      return await pRetry(
        async (number) => {
          if (number > 1) await pause(clock, random() * retryPauseMs, poll.signal);
          const first = await attempt(kind, poll);
          const answer = first.outdated ? await attempt(kind, poll) : first;
          if (answer.passing) throw new PassingFault(answer);
          return answer;
        },
        {
          retries: 1,
          minTimeout: 0,
          shouldRetry: ({ error }) =>
            error instanceof PassingFault && !poll.signal?.aborted && poll.spentMs < pollDeadlineMs,
        },
      );
    } catch (error) {
      if (error instanceof PassingFault) return error.answer;
      throw error;
    }
  };

  return {
    async poll({ id, kind }, signal) {
      const poll = { id, signal, spentMs: 0, renewed: false };
      const first = await ask(kind === "auto" ? "enhanced" : kind, poll);
      const mayBeBasic = first.noSuchApi || first.observation.outcome === "absent";
      if (kind !== "auto" || !mayBeBasic) return first.observation;
      const second = await ask("basic", poll);
      return second.noSuchApi ? first.observation : second.observation;
    },
  };
}

function failed(failure: Failure): Answer {
  return { observation: { outcome: "failed", failure } };
}

/** The API may answer with what it was sent; of a text that was cut, a piece of a secret could not be told any more. */
function withoutEcho({ reply, failure }: HttpOutcome, scrub: Scrub): HttpOutcome {
  return failure ? { failure } : { reply: { ...reply, body: scrub(reply.body) } };
}

/** Carries an answer through p-retry, which tries again what throws. */
class PassingFault extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super("a fault that may be over in a moment");
    this.answer = answer;
  }
}
