import { type Clock, pause } from "../clock.ts";
import type { Event } from "../core/event.ts";
import { tellOfConnection, tellOfProject } from "../core/incident.ts";
import { announcer, type Numbering } from "../core/notice.ts";
import { type Delivery, nextOf, patienceMs, type Verdict } from "../core/outbox.ts";
import type { Scrub } from "../core/secret.ts";
import { type Consequences, consequencesOf } from "../core/settlement.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import type { Change, Ledger } from "./ledger.ts";

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

export interface DeliverOptions {
  readonly ledger: Ledger;
  readonly store: Store;
  readonly senders: readonly Sender[];
  readonly installation: string;
  readonly scrub: Scrub;
  readonly clock: Clock;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
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
  const { clock, ledger } = options;
  const { lanes } = ledger;
  while (!stops.stopping.aborted) {
    const changed = lanes.changed(sender.name);
    const next = nextOf(lanes.waiting(sender.name), lanes.memory(sender.name), clock.now());
    if (next.next === "send") await attempt(options, sender, { delivery: next.delivery, stops });
    else
      await waitFor(clock, next.next === "wait" ? next.at - clock.now() : undefined, {
        changed,
        stopping: stops.stopping,
      });
  }
}

/** Waits until the lane changes, until `delayMs` have passed, or until the stop. */
async function waitFor(
  clock: Clock,
  delayMs: number | undefined,
  { changed, stopping }: { readonly changed: Promise<void>; readonly stopping: AbortSignal },
): Promise<void> {
  const over = new AbortController();
  const stop = () => over.abort();
  stopping.addEventListener("abort", stop, { once: true });
  void changed.then(stop);
  await pause(clock, delayMs ?? Number.POSITIVE_INFINITY, over.signal);
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
  await settleDurably(options, { delivery, verdict, stops });
}

/** A verdict is not forgotten while the store is full: it would be told a second time. */
async function settleDurably(
  options: DeliverOptions,
  {
    delivery,
    verdict,
    stops,
  }: { readonly delivery: Delivery; readonly verdict: Verdict; readonly stops: Stops },
): Promise<void> {
  const { ledger, clock, log } = options;
  const events = await readEventsGivenUp(options, delivery);
  while (!stops.abandoning.aborted) {
    try {
      await ledger.transact((numbering) =>
        settlementChange(options, { delivery, verdict, events }, numbering),
      );
      return;
    } catch (error) {
      log.error(
        { error: messageOf(error), delivery: delivery.id },
        "Could not record a delivery; trying again",
      );
      await pause(clock, storeRetryMs, stops.abandoning);
    }
  }
}

function settlementChange(
  { ledger, senders, installation, clock, random }: DeliverOptions,
  {
    delivery,
    verdict,
    events,
  }: {
    readonly delivery: Delivery;
    readonly verdict: Verdict;
    readonly events: ReadonlyMap<string, Event>;
  },
  numbering: Numbering,
): Change {
  const now = clock.now();
  const { announce, announced } = announcer({ installation, observedAt: now }, () => [], numbering);
  const { deliveries, lane, told } = consequencesOf({
    delivery,
    verdict,
    lane: ledger.lanes.memory(delivery.notifier),
    waiting: ledger.lanes.waiting(delivery.notifier),
    notifiers: senders,
    events,
    announce,
    newId: numbering.newId,
    now,
    random: random(),
  });
  return {
    deliveries,
    lanes: [{ notifier: delivery.notifier, memory: lane }],
    ...toldInstead(ledger, told),
    announced,
  };
}

/** Notes, in the incidents concerned, who has been told instead. */
function toldInstead(
  ledger: Ledger,
  told: Consequences["told"],
): Pick<Change, "connections" | "projects"> {
  const connections = told.flatMap(({ event: { data }, notifiers }) => {
    const { connection, project, incident } = data;
    const memory = connection && project && ledger.connection(project.name, connection.id).memory;
    return memory && incident
      ? [
          {
            project: project.name,
            id: connection.id,
            memory: tellOfConnection(memory, incident, notifiers),
          },
        ]
      : [];
  });
  const projects = told.flatMap(({ event: { data }, notifiers }) => {
    const { project, incident } = data;
    return project && incident && !data.connection
      ? [
          {
            name: project.name,
            memory: tellOfProject(ledger.project(project.name), incident, notifiers),
          },
        ]
      : [];
  });
  return { connections, projects };
}

async function readEvent(
  store: Store,
  delivery: Delivery,
): Promise<{ readonly event: Event; readonly json: string }> {
  const stored = await store.event(delivery.event);
  if (!stored)
    throw new Error(
      `The event ${delivery.event} of delivery ${delivery.id} is not in ${store.place}`,
    );
  return { event: JSON.parse(stored.json), json: stored.json };
}

/** The events of the attempted delivery and of those that have waited too long: they may have to be told through another notifier. */
async function readEventsGivenUp(
  { ledger, store, clock }: DeliverOptions,
  delivery: Delivery,
): Promise<ReadonlyMap<string, Event>> {
  const events = new Map<string, Event>();
  for (const one of [delivery, ...ledger.lanes.waiting(delivery.notifier)]) {
    const old = clock.now() - one.createdAt >= patienceMs - 60_000;
    if (one === delivery || old) events.set(one.event, (await readEvent(store, one)).event);
  }
  return events;
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
