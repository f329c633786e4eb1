import { pause } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { type Lane, type LaneOptions, runLane, type Sender } from "./lane.ts";

/** At stop, attempts under way are given this long, in milliseconds. */
const graceMs = 7_000;

/** How often another process' changes to the outbox are looked for, in milliseconds. */
const rereadEveryMs = 1_000;

/** Lanes at work. Stopping lets attempts under way end, for a while, and makes no new ones. */
export interface Delivering extends AsyncDisposable {
  /** Sends through these from now on. Of one that is gone, what waits stays where it is. */
  replace(senders: readonly Sender[]): void;
}

/** Starts with no lanes. */
export function startDelivering(options: Omit<LaneOptions, "notifiers">): Delivering {
  const stopping = new AbortController();
  const abandoning = new AbortController();
  const running = new Map<string, RunningLane>();
  let senders: readonly Sender[] = [];
  const laneOptions: LaneOptions = { ...options, notifiers: () => senders };

  function start(sender: Sender, before: Promise<void> | undefined): RunningLane {
    const stop = new AbortController();
    const lane = { sender, stopping: stop.signal, abandoning: abandoning.signal };
    return { lane, stop, loop: Promise.resolve(before).then(() => runLane(laneOptions, lane)) };
  }

  const watching = watchOtherProcesses(options, stopping.signal);
  return {
    replace(next) {
      senders = next;
      for (const [name, { stop }] of running) {
        if (!next.some((sender) => sender.name === name)) stop.abort();
      }
      for (const sender of next) {
        const known = running.get(sender.name);
        if (known && !known.stop.signal.aborted) known.lane.sender = sender;
        else running.set(sender.name, start(sender, known?.loop));
      }
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      for (const { stop } of running.values()) stop.abort();
      const cancel = options.clock.after(graceMs, () => abandoning.abort());
      await Promise.all([watching, ...[...running.values()].map(({ loop }) => loop)]);
      cancel();
    },
  };
}

interface RunningLane {
  readonly lane: Lane;
  readonly stop: AbortController;
  readonly loop: Promise<void>;
}

async function watchOtherProcesses(
  { ledger, clock, log }: Pick<LaneOptions, "ledger" | "clock" | "log">,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    await pause(clock, rereadEveryMs, stopping);
    await ledger
      .reread()
      .catch((error: unknown) =>
        log.error({ error: messageOf(error) }, "Could not look for changes in the store"),
      );
  }
}
