import { type Clock, pause } from "../clock.ts";
import { dueOf, nextDueAt, release } from "../core/due.ts";
import { problemsOf, type RememberedProject } from "../core/problems.ts";
import { retell } from "../core/retelling.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import type { Ledger } from "./ledger.ts";
import type { WatchedProject } from "./record.ts";
import { readEvent } from "./settle.ts";
import { startTelling, type TellOptions } from "./telling.ts";

export interface ReleaseOptions extends TellOptions {
  /** With everything that is watched in them now. */
  readonly projects: () => readonly WatchedProject[];
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Releases what is held when its time has come, until it is stopped. */
export interface Releasing extends AsyncDisposable {
  /** Looks at once: the configuration is another. */
  look(): void;
}

/** It looks at least this often, in milliseconds: the wall clock may be set. */
const longestLookMs = 60_000;

/** While the store takes nothing, what is due is tried again after this many milliseconds. */
const storeRetryMs = 1_000;

/** Starts with what the ledger holds. */
export function startReleasing(options: ReleaseOptions): Releasing {
  const { ledger, clock, log } = options;
  const stopping = new AbortController();
  let waiting = new AbortController();
  const look = () => waiting.abort();
  ledger.observe(look);

  async function wait(delayMs: number): Promise<void> {
    waiting = new AbortController();
    if (!stopping.signal.aborted) await pause(clock, delayMs, waiting.signal);
  }

  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const dates = datesOf(options);
      const dueInMs = nextDueAt(dates) - dates.now;
      if (dueInMs > 0) {
        await wait(Math.min(dueInMs, longestLookMs));
        continue;
      }
      try {
        await releaseDue(options);
      } catch (error) {
        log.error({ error: messageOf(error) }, "Could not release what is held; trying again");
        await wait(storeRetryMs);
      }
    }
  })();
  return {
    look,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      look();
      await loop;
    },
  };
}

function datesOf({ ledger: { outbox, muting }, rules, clock }: ReleaseOptions) {
  const { notifiers, mutes } = rules().dispatching;
  const all = [...mutes, ...outbox.mutes()];
  return { outbox, muting: muting(), mutes: all, notifiers, now: clock.now() };
}

async function releaseDue(options: ReleaseOptions): Promise<void> {
  const { ledger, store, projects, rules } = options;
  const { notifiers, now } = datesOf(options);
  const due = notifiers.flatMap(({ name }) => dueOf(ledger.lanes.waiting(name), now));
  const events = new Map(
    await Promise.all(
      due.map(async (one) => [one.event, (await readEvent(store, one)).event] as const),
    ),
  );
  await ledger.transact((numbering) => {
    const dates = datesOf(options);
    const { now } = dates;
    const { announce, word, told } = startTelling(options, { observedAt: now }, numbering);
    const { retold, ...released } = release({
      ...dates,
      storm: rules().dispatching.storm,
      events,
      announce,
      word,
      problems: () => projects().flatMap((project) => problemsOf(remembered(ledger, project), now)),
    });
    const { announced, ...dispatched } = told();
    return {
      announced,
      deliveries: [...released.deliveries, ...dispatched.deliveries],
      lanes: [...dispatched.lanes, ...released.lanes],
      withheld: released.withheld,
      endedMutes: released.endedMutes,
      ...retell(ledger, retold, now),
    };
  });
}

function remembered(
  ledger: Ledger,
  { connections, ...project }: WatchedProject,
): RememberedProject {
  return {
    project,
    memory: ledger.project(project.name),
    connections: connections.map((configured) => ({
      configured,
      memory: ledger.connection(project.name, configured.id).memory,
    })),
  };
}
