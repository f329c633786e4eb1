import type { Failure } from "../core/model.ts";
import { afterRefusal, type Breaker, untried } from "./breaker.ts";

/** How the cloud takes a set of credentials, whichever project uses them: it locks a key for all of them. */
export interface Standing {
  /** How often it refused them in a row, and until when nothing is sent. */
  breaker(): Breaker;
  /** The last refusal. */
  refusal(): Failure | undefined;
  accepted(): void;
  /** `now` in monotonic milliseconds. */
  refused(failure: Failure, now: number): void;
  /** Credentials that were not accepted yet are tried by one request at a time; gives back what ends the try. */
  try(): Promise<() => void>;
}

/** Of credentials that were never used. */
export function createStanding(): Standing {
  let breaker = untried;
  let refusal: Failure | undefined;
  let isAccepted = false;
  let lastTry: Promise<void> = Promise.resolve();
  return {
    breaker: () => breaker,
    refusal: () => refusal,
    accepted() {
      breaker = untried;
      isAccepted = true;
    },
    refused(failure, now) {
      refusal = failure;
      breaker = afterRefusal(breaker, now);
      isAccepted = false;
    },
    async try() {
      if (isAccepted) return () => {};
      const before = lastTry;
      const { promise, resolve } = Promise.withResolvers<void>();
      lastTry = promise;
      await before;
      return resolve;
    },
  };
}
