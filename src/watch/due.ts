import { type Clock, pause } from "../clock.ts";
import type { DispatchSettings } from "../core/dispatch.ts";
import { dueOf, nextDueAt, release } from "../core/due.ts";
import type { Mute } from "../core/mute.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import type { Ledger } from "./ledger.ts";
import { readEvent } from "./settle.ts";
import { startTelling, type TellOptions } from "./telling.ts";

export interface ReleaseOptions extends TellOptions {
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
  const { dispatching } = rules();
  const now = clock.now();
  const held = dispatching.notifiers.map(({ name }) => nextDueAt(ledger.lanes.waiting(name)));
  const mutes = mutesInUse(ledger, dispatching).map(({ mute }) => mute?.until(now) ?? now);
  return Math.min(Number.POSITIVE_INFINITY, ...held, ...mutes);
}

/** Those given by hand, and those that have withheld something; without `mute` where it is not configured any more. */
function mutesInUse(
  { outbox, muting }: Ledger,
  { mutes }: DispatchSettings,
): readonly { readonly id: string; readonly mute: Mute | undefined }[] {
  const known = [...mutes, ...outbox.mutes()];
  const ids = new Set([...outbox.mutes().map(({ id }) => id), ...muting()]);
  return [...ids].map((id) => ({ id, mute: known.find((mute) => mute.id === id) }));
}

async function releaseDue(options: ReleaseOptions): Promise<void> {
  const { ledger, store, clock } = options;
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
    const { announce, told } = startTelling(options, { observedAt: now }, numbering);
    const released = release({
      outbox: ledger.outbox,
      notifiers: names,
      mutes: [...mutes, ...ledger.outbox.mutes()],
      storm,
      events,
      announce,
      now,
    });
    const announced = told();
    return {
      announced: announced.announced,
      deliveries: [...released.deliveries, ...announced.deliveries],
      lanes: [...announced.lanes, ...released.lanes],
      withheld: [...announced.withheld, ...released.withheld],
    };
  });
}
