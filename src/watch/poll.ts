import { kindOf } from "../core/poll-groups.ts";
import { unusualIntervalMs } from "../core/schedule.ts";
import {
  type Client,
  claim,
  isForgotten,
  observe,
  type PolledTarget,
  type PollOptions,
  placeOf,
} from "./observe.ts";
import type { WatchedProject } from "./record.ts";
import type { Job } from "./schedule.ts";

/** The job that polls one connection and records what it saw. */
export function pollJob(
  options: PollOptions,
  {
    project,
    target,
    client,
    onRegrouped,
  }: {
    readonly project: WatchedProject;
    readonly target: PolledTarget;
    readonly client: Client;
    /** Told when it is to be polled no more. */
    readonly onRegrouped: () => void;
  },
): Job {
  const { ledger, clock, log, meter, counts, signal } = options;
  const place = placeOf(project, target);
  const remembered = () => ledger.connection(project.name, target.id).memory;
  const skipped = (times: number) => {
    meter.skipped(project.name, times);
    const fields = { project: project.name, connection: target.id, times };
    log.debug(fields, "Skipped polls: the one before was still running");
  };
  return {
    schedule: target.schedule,
    waits: counts.attempted.has(place),
    skipped,
    async run() {
      using claimed = claim(counts, place);
      if (!claimed) {
        skipped(1);
        return undefined;
      }
      const startedAt = clock.monotonic();
      const kind = kindOf(target, remembered());
      const observation = await client.poll({ id: target.id, kind }, signal);
      if (signal.aborted) return undefined;
      await observe(options, { project, target, observation, startedAt });
      const memory = remembered();
      if (isForgotten(target, memory)) onRegrouped();
      return unusualIntervalMs(target.schedule, memory);
    },
  };
}
