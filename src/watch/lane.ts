import { type Clock, pause } from "../clock.ts";
import type { Event } from "../core/event.ts";
import { type Delivery, type Next, nextOf, type Verdict } from "../core/outbox.ts";
import type { Pace } from "../core/pace.ts";
import { isRefresh, lasts, nextRefresh, sooner } from "../core/refresh.ts";
import type { Scrub } from "../core/secret.ts";
import type { Thread } from "../core/thread.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { WatchedProject } from "./record.ts";
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
  /** With everything that is watched in them now. */
  readonly projects: () => readonly WatchedProject[];
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
    const next = nextIn(options, lane.sender);
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

function nextIn({ ledger, clock }: LaneOptions, { name, refreshEvery }: Sender): Next {
  const { lanes, threads } = ledger;
  const [memory, now] = [lanes.memory(name), clock.now()];
  const news = nextOf(lanes.waiting(name), memory, now);
  if (refreshEvery === undefined) return news;
  return sooner(news, nextRefresh(threads.of(name), memory, { refreshEvery, now }));
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
  const thread = ledger.threads.thread(sender.name, delivery.incident);
  if (thread && isRefresh(delivery) && isOver(options, thread, notice.event))
    return ledger.transact(() => ({ announced: [], endedThreads: [thread] }));
  const { handle } = thread ?? {};
  const answer = await sender.send(notice, {
    number: delivery.attempts + 1,
    ...(handle !== undefined && { handle }),
    signal: abandoning,
  });
  if (abandoning.aborted) return;
  const verdict = { ...answer, ...(answer.why !== undefined && { why: scrub(answer.why) }) };
  logVerdict(log, { delivery, verdict, title: notice.event.data.title });
  await settleDurably(options, { delivery, verdict }, abandoning);
}

/** The end of its incident was not accepted, and will not be: it was dropped, say, or the resource is watched no more. */
function isOver(
  { ledger, projects, notifiers }: LaneOptions,
  { notifier, incident, endedAt }: Thread,
  event: Event,
): boolean {
  const { lanes } = ledger;
  if (endedAt !== undefined || lanes.waiting(notifier).some((one) => one.incident === incident))
    return false;
  const known = { projects: projects(), notifiers: notifiers(), lane: lanes.memory };
  return !lasts(event, { ...ledger, ...known });
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
  const { why } = verdict;
  if (why !== undefined) log.warn({ ...fields, why }, outcomes[verdict.verdict]);
  else if (isRefresh(delivery)) log.debug(fields, "Told anew");
  else log.info(fields, outcomes.accepted);
}

const outcomes = {
  accepted: "Delivered",
  retry: "Not delivered, will be tried again",
  refused: "Delivery refused",
} as const;
