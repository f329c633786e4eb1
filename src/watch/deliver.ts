import { type Clock, pause } from "../clock.ts";
import type { Event } from "../core/event.ts";
import { type Delivery, nextOf, type Verdict } from "../core/outbox.ts";
import type { Scrub } from "../core/secret.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { type Attempted, readEvent, type SettleOptions, settleAttempt } from "./settle.ts";

/** A configured notifier, ready to send. */
export interface Sender {
  readonly name: string;
  readonly fallback?: string;
  /** Makes one attempt, `number` 1 being the first; never throws. */
  send(
    event: { readonly event: Event; readonly json: string },
    attempt: { readonly number: number; readonly signal: AbortSignal },
  ): Promise<Verdict>;
}

export interface DeliverOptions extends SettleOptions {
  readonly senders: readonly Sender[];
  readonly scrub: Scrub;
  readonly log: Log;
}

/** At stop, attempts under way are given this long, in milliseconds. */
const graceMs = 7_000;

/** How often another process' changes to the outbox are looked for, in milliseconds. */
const rereadEveryMs = 1_000;

/** While the store takes nothing, what is to be settled is tried again after this many milliseconds. */
const storeRetryMs = 1_000;

/** Starts one loop a notifier. Stopping lets attempts under way end, for a while, and makes no new ones. */
export function startDelivering(options: DeliverOptions): AsyncDisposable {
  const stopping = new AbortController();
  const abandoning = new AbortController();
  const loops = [
    ...options.senders.map((sender) =>
      runLane(options, sender, { stopping: stopping.signal, abandoning: abandoning.signal }),
    ),
    watchOtherProcesses(options, stopping.signal),
  ];
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      const cancel = options.clock.after(graceMs, () => abandoning.abort());
      await Promise.all(loops);
      cancel();
    },
  };
}

interface Stops {
  /** No new attempt is begun. */
  readonly stopping: AbortSignal;
  /** The attempt under way is cut off; it will be made again after the next start. */
  readonly abandoning: AbortSignal;
}

async function runLane(options: DeliverOptions, sender: Sender, stops: Stops): Promise<void> {
  const { clock, ledger, log } = options;
  const { lanes } = ledger;
  while (!stops.stopping.aborted) {
    const changed = lanes.changed(sender.name);
    const next = nextOf(lanes.waiting(sender.name), lanes.memory(sender.name), clock.now());
    if (next.next !== "send") {
      const delayMs = next.next === "wait" ? next.at - clock.now() : Number.POSITIVE_INFINITY;
      await waitFor(clock, delayMs, { changed, stopping: stops.stopping });
      continue;
    }
    try {
      await attempt(options, sender, { delivery: next.delivery, stops });
    } catch (error) {
      log.error(
        { notifier: sender.name, error: messageOf(error) },
        "Could not read what is to be delivered; trying again",
      );
      await pause(clock, storeRetryMs, stops.stopping);
    }
  }
}

/** Waits until the lane changes, until `delayMs` have passed, or until the stop. */
async function waitFor(
  clock: Clock,
  delayMs: number,
  { changed, stopping }: { readonly changed: Promise<void>; readonly stopping: AbortSignal },
): Promise<void> {
  const over = new AbortController();
  const stop = () => over.abort();
  stopping.addEventListener("abort", stop, { once: true });
  void changed.then(stop);
  await pause(clock, delayMs, over.signal);
  stopping.removeEventListener("abort", stop);
}

async function attempt(
  options: DeliverOptions,
  sender: Sender,
  { delivery, stops }: { readonly delivery: Delivery; readonly stops: Stops },
): Promise<void> {
  const { scrub, log } = options;
  const notice = await readEvent(options.store, delivery);
  const number = delivery.attempts + 1;
  const answer = await sender.send(notice, { number, signal: stops.abandoning });
  if (stops.abandoning.aborted) return;
  const verdict: Verdict =
    answer.verdict === "accepted" ? answer : { ...answer, why: scrub(answer.why) };
  logVerdict(log, { delivery, verdict, title: notice.event.data.title });
  await settleDurably(options, { delivery, verdict }, stops);
}

/** A verdict is not forgotten while the store takes nothing: the notice would be told a second time. */
async function settleDurably(
  options: DeliverOptions,
  attempted: Attempted,
  stops: Stops,
): Promise<void> {
  const { clock, log } = options;
  while (!stops.abandoning.aborted) {
    try {
      return await settleAttempt(options, attempted);
    } catch (error) {
      log.error(
        { delivery: attempted.delivery.id, error: messageOf(error) },
        "Could not record a delivery; trying again",
      );
      await pause(clock, storeRetryMs, stops.abandoning);
    }
  }
}

function logVerdict(
  log: Log,
  {
    delivery,
    verdict,
    title,
  }: { readonly delivery: Delivery; readonly verdict: Verdict; readonly title: string },
): void {
  const fields = {
    notifier: delivery.notifier,
    event: delivery.event,
    title,
    attempt: delivery.attempts + 1,
  };
  if (verdict.verdict === "accepted") log.info(fields, "Delivered");
  else
    log.warn(
      { ...fields, why: verdict.why },
      verdict.verdict === "retry" ? "Not delivered, will be tried again" : "Delivery refused",
    );
}

async function watchOtherProcesses(
  { ledger, clock, log }: DeliverOptions,
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
