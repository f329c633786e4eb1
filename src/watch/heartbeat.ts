import { type Clock, pause } from "../clock.ts";
import type { Log } from "../log.ts";

/*
 * A dead man's switch: whoever receives the heartbeat tells people when it stays away. So it is sent while this watcher can be
 * relied on to see and to tell, and not otherwise; an outage of the cloud is told by itself, and does not stop it.
 */

/** A heartbeat as it is configured. */
export interface Pulse {
  readonly everyMs: number;
  /** Sends one; gives what went wrong, in words, or `undefined`. */
  beat(signal: AbortSignal): Promise<string | undefined>;
}

export interface Heartbeat extends AsyncDisposable {
  /** Beats like this from now on, at once; without a pulse, not at all. */
  replace(pulse: Pulse | undefined): void;
  /** When one was last received, in epoch milliseconds; 0 if none ever was. */
  receivedAt(): number;
}

/** Starts without a pulse; `trouble` is why this watcher cannot be relied on, in words, or `undefined`. */
export function startHeartbeat({
  trouble,
  clock,
  log,
}: {
  readonly trouble: () => string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}): Heartbeat {
  let stop = new AbortController();
  let beating = Promise.resolve();
  let receivedAt = 0;
  let silentFor: string | undefined = "";

  /** A line when it begins and whenever it stays away, for another reason than before. */
  function note(why: string | undefined): void {
    if (why === silentFor) return;
    if (why === undefined) log.info("The heartbeat is sent");
    else log[receivedAt > 0 ? "warn" : "info"]({ why }, "The heartbeat is not sent");
    silentFor = why;
  }

  async function run({ everyMs, beat }: Pulse, stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const why = trouble() ?? (await beat(stopping));
      if (stopping.aborted) return;
      if (why === undefined) receivedAt = clock.now();
      note(why);
      await pause(clock, everyMs, stopping);
    }
  }

  return {
    replace(pulse) {
      stop.abort();
      stop = new AbortController();
      const { signal } = stop;
      if (pulse) beating = beating.then(() => run(pulse, signal));
    },
    receivedAt: () => receivedAt,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await beating;
    },
  };
}
