import { type Clock, pause } from "../clock.ts";
import type { Event } from "../core/event.ts";
import { type Delivery, nextOf, type Verdict } from "../core/outbox.ts";
import type { Pace } from "../core/pace.ts";
import type { Scrub } from "../core/secret.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { type Attempted, readEvent, type SettleOptions, settleAttempt } from "./settle.ts";

/** A configured notifier, ready to send. */
export interface Sender {
  readonly name: string;
  readonly fallback?: string;
  /** What the platform takes, each limit for itself; absent: whatever comes. */
  readonly pace?: readonly Pace[];
  /** How often the platform wants to be told anew of what lasts, in milliseconds; absent where it remembers. */
  readonly refreshEvery?: number;
  /** Makes one attempt; never throws. */
  send(event: { readonly event: Event; readonly json: string }, attempt: Sent): Promise<Verdict>;
}

interface Sent {
  /** 1 for the first. */
  readonly number: number;
  /** What the platform called the incident's first message. */
  readonly handle?: string;
  readonly signal: AbortSignal;
}

export interface LaneOptions extends SettleOptions {
  readonly scrub: Scrub;
  readonly log: Log;
}

/** One notifier's lane; `sender` is the notifier as it is configured now. */
export interface Lane {
  sender: Sender;
  /** No new attempt is begun. */
  readonly stopping: AbortSignal;
  /** The attempt under way is cut off; it will be made again after the next start. */
  readonly abandoning: AbortSignal;
}

/** While the store takes nothing, what is to be settled is tried again after this many milliseconds. */
const storeRetryMs = 1_000;

/** Sends what waits in a lane, one delivery at a time, until it is stopped. */
export async function runLane(options: LaneOptions, lane: Lane): Promise<void> {
  const { clock, ledger, log } = options;
  const { lanes } = ledger;
  const { name } = lane.sender;
  while (!lane.stopping.aborted) {
    const changed = lanes.changed(name);
    const next = nextOf(lanes.waiting(name), lanes.memory(name), clock.now());
    if (next.next !== "send") {
      const delayMs = next.next === "wait" ? next.at - clock.now() : Number.POSITIVE_INFINITY;
      await waitFor(clock, delayMs, { changed, stopping: lane.stopping });
      continue;
    }
    try {
      await attempt(options, lane, next.delivery);
    } catch (error) {
      log.error(
        { notifier: name, error: messageOf(error) },
        "Could not read what is to be delivered; trying again",
      );
      await pause(clock, storeRetryMs, lane.stopping);
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
  options: LaneOptions,
  { sender, abandoning }: Lane,
  delivery: Delivery,
): Promise<void> {
  const { ledger, scrub, log } = options;
  const notice = await readEvent(options.store, delivery);
  const { handle } = ledger.threads.thread(sender.name, delivery.incident) ?? {};
  const answer = await sender.send(notice, {
    number: delivery.attempts + 1,
    ...(handle !== undefined && { handle }),
    signal: abandoning,
  });
  if (abandoning.aborted) return;
  const verdict: Verdict =
    answer.verdict === "accepted" ? answer : { ...answer, why: scrub(answer.why) };
  logVerdict(log, { delivery, verdict, title: notice.event.data.title });
  await settleDurably(options, { delivery, verdict }, abandoning);
}

/** A verdict is not forgotten while the store takes nothing: the notice would be told a second time. */
async function settleDurably(
  options: LaneOptions,
  attempted: Attempted,
  abandoning: AbortSignal,
): Promise<void> {
  const { clock, log } = options;
  while (!abandoning.aborted) {
    try {
      return await settleAttempt(options, attempted);
    } catch (error) {
      log.error(
        { delivery: attempted.delivery.id, error: messageOf(error) },
        "Could not record a delivery; trying again",
      );
      await pause(clock, storeRetryMs, abandoning);
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
