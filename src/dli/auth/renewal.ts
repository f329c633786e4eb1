import type { Clock } from "../../clock.ts";
import type { Credentials } from "../../core/access.ts";
import type { CredentialSource, Fetched, Obtained } from "./credentials.ts";

/** `fetch` asks for new credentials and never throws; `lend` tells who must know them as secrets, and gives back the end of that. */
interface Parts {
  readonly fetch: () => Promise<Fetched>;
  readonly clock: Pick<Clock, "monotonic">;
  readonly lend: (credentials: Credentials) => () => void;
}

/** Times are monotonic: a wall clock that is wrong or jumps neither ends credentials nor prolongs them. */
interface Held {
  readonly credentials: Credentials;
  readonly renewAt: number;
  readonly endsAt: number;
}

/** New ones are asked for after this share of a life: hours before the end of a token, minutes before that of keys. */
const usedShare = 0.9;
/** At least so long between two tries while the old ones are still good, in milliseconds. */
const pauseMs = 60_000;
/** Requests under way may still have those before: so many are known as secrets. */
const generations = 2;

/**
 * Keeps credentials in memory and renews them in time, one renewal for all who wait. While a renewal cannot be made the
 * old ones serve to their end, unless it was refused.
 */
export function renewed({ fetch, clock, lend }: Parts): Omit<CredentialSource, "scrub"> {
  let held: Held | undefined;
  let renewal: Promise<Obtained> | undefined;
  const proven = new WeakSet<Credentials>();
  const lent: (() => void)[] = [];

  const hold = (credentials: Credentials, lifeMs: number): Held => {
    const now = clock.monotonic();
    lent.push(lend(credentials));
    if (lent.length > generations) lent.shift()?.();
    return {
      credentials,
      renewAt: now + Math.max(lifeMs * usedShare, pauseMs),
      endsAt: now + lifeMs,
    };
  };

  const renew = async (): Promise<Obtained> => {
    const fetched = await fetch();
    renewal = undefined;
    if (!fetched.failure) {
      held = hold(fetched.credentials, fetched.lifeMs);
      return held;
    }
    const now = clock.monotonic();
    if (!held || held.endsAt <= now || fetched.failure.cause === "credentials") return fetched;
    held = { ...held, renewAt: now + pauseMs };
    return held;
  };

  return {
    async get(signal) {
      if (held && clock.monotonic() < held.renewAt) return held;
      renewal ??= renew();
      return unlessStopped(renewal, signal);
    },
    accepted: (credentials) => void proven.add(credentials),
    refused(credentials) {
      if (held?.credentials === credentials) held = undefined;
      return proven.has(credentials);
    },
  };
}

const stopped: Obtained = {
  failure: { cause: "network", message: "new credentials were not waited for any longer" },
};

/** One who stops waiting does not stop the others. */
function unlessStopped(renewal: Promise<Obtained>, signal?: AbortSignal): Promise<Obtained> {
  return new Promise((resolve) => {
    const stop = () => resolve(stopped);
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop, { once: true });
    renewal.then((obtained) => {
      signal?.removeEventListener("abort", stop);
      resolve(obtained);
    });
  });
}
