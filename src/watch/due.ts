import { type Clock, pause } from "../clock.ts";
import { dueOf, nextDueAt, release } from "../core/due.ts";
import type { Mute } from "../core/mute.ts";
import { overMutes } from "../core/mute-end.ts";
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
      const dueInMs = nextAt(options) - clock.now();
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

/** When something held is due, or a mute is over, in epoch milliseconds. */
function nextAt({ ledger, rules, clock }: ReleaseOptions): number {
  const { notifiers, mutes } = rules().dispatching;
  const now = clock.now();
  const muting = { ...mutingOf(ledger, mutes), now };
  if (overMutes(muting).length > 0) return now;
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...notifiers.map(({ name }) => nextDueAt(ledger.lanes.waiting(name))),
    ...muting.mutes.map((mute) => mute.until(now) ?? Number.POSITIVE_INFINITY),
  );
}

function mutingOf({ outbox, muting }: Ledger, planned: readonly Mute[]) {
  return { outbox, muting: muting(), mutes: [...planned, ...outbox.mutes()] };
}

async function releaseDue(options: ReleaseOptions): Promise<void> {
  const { ledger, store, clock, projects } = options;
  const { notifiers, mutes, storm } = options.rules().dispatching;
  const names = notifiers.map(({ name }) => name);
  const due = names.flatMap((name) => dueOf(ledger.lanes.waiting(name), clock.now()));
  const events = new Map(
    await Promise.all(
      due.map(async (one) => [one.event, (await readEvent(store, one)).event] as const),
    ),
  );
  await ledger.transact((numbering) => {
    const now = clock.now();
    const { announce, word, told } = startTelling(options, { observedAt: now }, numbering);
    const { retold, ...released } = release({
      ...mutingOf(ledger, mutes),
      notifiers: names,
      storm,
      events,
      announce,
      word,
      problems: () => projects().flatMap((project) => problemsOf(remembered(ledger, project), now)),
      now,
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
