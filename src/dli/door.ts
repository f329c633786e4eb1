import type { Clock } from "../clock.ts";
import { formatDuration } from "../core/duration.ts";
import type { Failure } from "../core/model.ts";
import type { HttpReply } from "../http.ts";
import type { Answer } from "./answer.ts";
import { isRefusal } from "./breaker.ts";
import { createPace } from "./pace.ts";
import type { DliProject } from "./project.ts";
import { createStanding, type Standing } from "./standing.ts";
import { type Slowdown, slowedDown, spedUp, throttlePauseMs } from "./throttle.ts";

/** Lets a project's requests out: within its rate, never faster than the cloud asked, never with refused credentials. */
export interface Door {
  /** Waits for a request's turn; `leave` ends it. A failure says why nothing may be sent. */
  enter(signal?: AbortSignal): Promise<Turn>;
  /** Takes from an answer how to go on, and says so in it where requests now pause. */
  learn<Content>(answer: Answer<Content>, reply: HttpReply | undefined): Answer<Content>;
  /** The same from a failure to obtain credentials, once, however many waited for them. */
  heed(failure: Failure, reply: HttpReply | undefined): Failure;
}

type Turn =
  | { readonly leave: () => void; readonly failure?: never }
  | { readonly failure: Failure; readonly leave?: never };

/** `onPace` is told the interval between two requests, in milliseconds, when it changes; `undefined`: as configured. */
export interface DoorParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly onPace?: ((intervalMs: number | undefined) => void) | undefined;
  /** Of the project's credentials, which others may share; by default they are its own. */
  readonly standing?: Standing | undefined;
}

/** One request at a time until the credentials were accepted: several at once might lock them before the first refusal is back. */
export function createDoor(
  { endpoint, rate, concurrency }: DliProject,
  { clock, random, onPace, standing = createStanding() }: DoorParts,
): Door {
  const { host } = new URL(endpoint);
  const pace = createPace(clock, rate);
  let throttles = 0;
  let slowdown: Slowdown | undefined;
  const usualMs = rate.perMs / rate.count;
  let heeded: { readonly heard: Failure; readonly told: Failure } | undefined;

  const closed = (): Turn | undefined => {
    const { refusals, closedUntil } = standing.breaker();
    const refusal = standing.refusal();
    const remainingMs = closedUntil - clock.monotonic();
    if (remainingMs <= 0 || !refusal) return undefined;
    const message = `${refusal.message}; refused ${refusals} times in a row, so nothing is sent for ${formatDuration(remainingMs)}, lest the cloud lock the credentials`;
    return { failure: { ...refusal, message } };
  };
  const stopped: Turn = {
    failure: { cause: "network", message: `the poll of ${host} was stopped` },
  };

  const goBy = (next: Slowdown | undefined) => {
    if (next?.intervalMs !== slowdown?.intervalMs) {
      pace.space(next?.intervalMs ?? usualMs);
      onPace?.(next?.intervalMs);
    }
    slowdown = next;
  };

  const accepted = () => {
    throttles = 0;
    if (slowdown) goBy(spedUp(slowdown, { usualMs, now: clock.monotonic() }));
    standing.accepted();
    pace.limit(concurrency);
  };

  const refused = (failure: Failure) => {
    standing.refused(failure, clock.monotonic());
    pace.limit(1);
    if (closed()) pace.turnAway();
  };

  const throttled = (failure: Failure, header: string | undefined): Failure => {
    throttles += 1;
    const now = clock.now();
    const pauseMs = throttlePauseMs({ times: throttles, header, now, random: random() });
    pace.pause(pauseMs);
    const message = `${failure.message}; all requests of the project pause for ${formatDuration(pauseMs)}`;
    return { ...failure, message };
  };

  const toldOf = (failure: Failure, reply: HttpReply | undefined): Failure => {
    if (failure.cause === "throttled") return throttled(failure, reply?.headers["retry-after"]);
    if (isRefusal(failure)) refused(failure);
    return failure;
  };

  return {
    async enter(signal) {
      const shut = closed();
      if (shut) return shut;
      const leave = await pace.enter(signal);
      if (!leave) return closed() ?? stopped;
      const endTry = await standing.try();
      const end = () => {
        endTry();
        leave();
      };
      const late = closed();
      if (!late) return { leave: end };
      end();
      return late;
    },
    learn(answer, reply) {
      const { failure } = answer;
      if (!failure) {
        accepted();
        return answer;
      }
      if (failure.cause === "throttled") {
        const { message: text } = failure;
        goBy(slowedDown(slowdown, { text, usualMs, now: clock.monotonic() }));
      }
      return { ...answer, failure: toldOf(failure, reply) };
    },
    heed(failure, reply) {
      if (heeded?.heard !== failure) heeded = { heard: failure, told: toldOf(failure, reply) };
      return heeded.told;
    },
  };
}
