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
  const remembered = () => ledger.connection(project.name, target.id).memory;
  const skipped = (times: number) => {
    meter.skipped(project.name, times);
    const place = { project: project.name, connection: target.id };
    log.debug({ ...place, times }, "Skipped polls: the one before was still running");
  };
  return {
    schedule: target.schedule,
    waits: counts.attempted.has(placeOf(project, target)),
    skipped,
    async run() {
      using claimed = claim(counts, project, [target]);
      if (claimed.targets.length === 0) {
        skipped(1);
        return undefined;
      }
      const startedAt = clock.monotonic();
      const kind = kindOf(target, remembered());
      const observation = await client.poll({ id: target.id, kind }, signal);
      if (signal.aborted) return undefined;
      await observe(options, { project, target, observation, startedAt });
      if (isForgotten(target, remembered())) onRegrouped();
      return unusualIntervalMs(target.schedule, remembered());
    },
  };
}
