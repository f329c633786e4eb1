import type { Clock } from "../clock.ts";
import { formatDuration } from "../core/duration.ts";
import type { Failure, Observation } from "../core/model.ts";
import type { HttpReply } from "../http.ts";
import type { Answer } from "./answer.ts";
import { afterRefusal, untried } from "./breaker.ts";
import { createPace } from "./pace.ts";
import type { DliProject } from "./project.ts";
import { throttlePauseMs, windowIntervalMs } from "./throttle.ts";

/** Lets a project's requests out: within its rate, never faster than the cloud asked, never with refused credentials. */
export interface Door {
  /** Waits for a request's turn; `leave` ends it. A failure says why nothing may be sent. */
  enter(signal?: AbortSignal): Promise<Turn>;
  /** Takes from an answer how to go on, and says so in it where requests now pause. */
  learn(answer: Answer, reply: HttpReply | undefined): Answer;
}

type Turn =
  | { readonly leave: () => void; readonly failure?: never }
  | { readonly failure: Failure; readonly leave?: never };

/** One request at a time until the credentials were accepted: several at once might lock them before the first refusal is back. */
export function createDoor(
  { endpoint, rate, concurrency }: DliProject,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
): Door {
  const { host } = new URL(endpoint);
  const pace = createPace(clock, rate);
  let breaker = untried;
  let refusal: Failure | undefined;
  let throttles = 0;

  const closed = (): Turn | undefined => {
    const remainingMs = breaker.closedUntil - clock.monotonic();
    if (remainingMs <= 0 || !refusal) return undefined;
    const message = `${refusal.message}; refused ${breaker.refusals} times in a row, so nothing is sent for ${formatDuration(remainingMs)}, lest the key be locked`;
    return { failure: { ...refusal, message } };
  };
  const stopped: Turn = {
    failure: { cause: "network", message: `the poll of ${host} was stopped` },
  };

  const accepted = () => {
    throttles = 0;
    breaker = untried;
    pace.limit(concurrency);
  };

  const refused = (failure: Failure) => {
    refusal = failure;
    breaker = afterRefusal(breaker, clock.monotonic());
    pace.limit(1);
    if (closed()) pace.turnAway();
  };

  const throttled = (failure: Failure, header: string | undefined): Observation => {
    throttles += 1;
    const now = clock.now();
    const pauseMs = throttlePauseMs({ times: throttles, header, now, random: random() });
    pace.widen(windowIntervalMs(failure.message) ?? 0);
    pace.pause(pauseMs);
    const message = `${failure.message}; all requests of the project pause for ${formatDuration(pauseMs)}`;
    return { outcome: "failed", failure: { ...failure, message } };
  };

  return {
    async enter(signal) {
      const shut = closed();
      if (shut) return shut;
      const leave = await pace.enter(signal);
      return leave ? { leave } : (closed() ?? stopped);
    },
    learn(answer, reply) {
      const { observation } = answer;
      if (observation.outcome !== "failed") {
        accepted();
        return answer;
      }
      const { failure } = observation;
      if (failure.cause === "throttled") {
        return { observation: throttled(failure, reply?.headers["retry-after"]) };
      }
      if (failure.cause === "credentials" || failure.cause === "clock") refused(failure);
      return answer;
    },
  };
}
