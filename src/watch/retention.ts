import { type Clock, pause } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";

/** How often the store forgets, in milliseconds. */
const forgetEveryMs = 3_600_000;

/** Forgets, now and every hour, what is older than `retentionMs` says. */
export function startForgetting({
  store,
  retentionMs,
  clock,
  log,
}: {
  readonly store: Store;
  readonly retentionMs: () => number;
  readonly clock: Clock;
  readonly log: Log;
}): AsyncDisposable {
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const rows = await store.prune(clock.now() - retentionMs());
        if (rows > 0) log.info({ rows }, "Forgot what is older than the retention");
      } catch (error) {
        log.error({ error: messageOf(error) }, "Could not forget what is older than the retention");
      }
      await pause(clock, forgetEveryMs, stopping.signal);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await loop;
    },
  };
}
