import type { UnderlyingDefaultSource } from "node:stream/web";
import type { Clock } from "../clock.ts";
import type { Store, StoredEvent } from "../store/store.ts";

/*
 * Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Nothing is kept for a listener but how
 * far it was told: whenever something was committed, each takes what follows from the store, as fast as it likes. So it does
 * not matter when it came nor how slow it is: nothing is left out, and nothing told twice.
 */

/** Tells listeners what happens. */
export interface Feed {
  /** Notices were committed. */
  told(): void;
  /** Something is shown otherwise than before. */
  changed(): void;
  /** All that follows a position; `undefined` where too many listen already. */
  listen(from: ListenOptions): ReadableStream<Uint8Array> | undefined;
  /** Ends all streams: who listens comes again. */
  end(): void;
}

interface ListenOptions {
  /** The sequence of the event after which it goes on; absent: of the last there is. */
  readonly after?: number | undefined;
  /** Cuts the connection of one that takes nothing any more. */
  readonly hangUp: () => void;
}

interface FeedOptions {
  readonly store: Pick<Store, "events">;
  /** The greatest sequence given so far. */
  readonly latest: () => number;
  readonly clock: Clock;
  /** Told of errors of the store. */
  readonly report: (error: unknown) => void;
}

/** How many may listen at the same time. */
export const mostListeners = 256;

/** So often, in milliseconds, everyone is sent something; who has not taken what it was sent before the last time is cut off. */
const beatMs = 15_000;

/** Changes are told at most once in this time, in milliseconds. */
const quietMs = 1_000;

/** Events that are read, and held for one that takes them, at a time. */
const pageSize = 100;

/** One that listens, and how far it was told. */
interface Listener {
  sequence: number;
  changes: number;
  beats: number;
  /** The beat in which it was sent what it has not taken so far. */
  untaken: number | undefined;
  /** Resolved as soon as there may be more to tell. */
  woken: PromiseWithResolvers<void>;
  close(): void;
  readonly hangUp: () => void;
}

/** Without listeners it holds nothing and no timer runs. */
export function createFeed({ store, latest, clock, report }: FeedOptions): Feed {
  const listeners = new Set<Listener>();
  const present = { changes: 0, beats: 0 };
  let page:
    | { readonly after: number; readonly events: Promise<readonly StoredEvent[]> }
    | undefined;
  let stopBeating = () => {};
  let quiet: { readonly cancel: () => void; changedAgain: boolean } | undefined;

  function wake(): void {
    page = undefined;
    for (const { woken } of listeners) woken.resolve();
  }

  function beat(): void {
    for (const listener of listeners) {
      if ((listener.untaken ?? present.beats) === present.beats) continue;
      end(listener);
      listener.hangUp();
    }
    present.beats += 1;
    wake();
    if (listeners.size > 0) stopBeating = clock.after(beatMs, beat);
  }

  function changed(): void {
    if (listeners.size === 0) return;
    if (quiet) {
      quiet.changedAgain = true;
      return;
    }
    present.changes += 1;
    wake();
    const cancel = clock.after(quietMs, () => {
      const again = quiet?.changedAgain;
      quiet = undefined;
      if (again) changed();
    });
    quiet = { cancel, changedAgain: false };
  }

  function join(listener: Listener): void {
    listeners.add(listener);
    if (listeners.size === 1) stopBeating = clock.after(beatMs, beat);
  }

  function leave(listener: Listener): void {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stopBeating();
    quiet?.cancel();
    quiet = undefined;
  }

  function end(listener: Listener): void {
    leave(listener);
    listener.close();
  }

  /** Nearly all ask for the same: what was committed just now. */
  function eventsAfter(after: number): Promise<readonly StoredEvent[]> {
    if (page?.after !== after) page = { after, events: store.events({ after, limit: pageSize }) };
    return page.events;
  }

  /** What there is to tell a listener, which then was told; empty if there is nothing. */
  async function take(listener: Listener): Promise<string> {
    const { changes, beats } = present;
    const events = await eventsAfter(listener.sequence);
    const change = listener.changes < changes ? changeText : "";
    const comment = listener.beats < beats ? commentText : "";
    const { sequence } = events.at(-1) ?? listener;
    Object.assign(listener, { sequence, changes, beats });
    return events.map(eventText).join("") + change || comment;
  }

  /** Waits until there is something to tell. */
  async function next(listener: Listener): Promise<string> {
    listener.untaken = undefined;
    for (;;) {
      listener.woken = Promise.withResolvers();
      const text = await take(listener);
      if (text !== "") return text;
      await listener.woken.promise;
    }
  }

  function streamTo(listener: Listener): ReadableStream<Uint8Array> {
    const source: UnderlyingDefaultSource<Uint8Array> = {
      start(controller) {
        listener.close = () => controller.close();
        join(listener);
      },
      async pull(controller) {
        try {
          const text = await next(listener);
          if (!listeners.has(listener)) return;
          controller.enqueue(bytesOf(text));
          listener.untaken = present.beats;
        } catch (error) {
          report(error);
          end(listener);
        }
      },
      cancel: () => leave(listener),
    };
    return new ReadableStream(source, { highWaterMark: 0 });
  }

  return {
    told: wake,
    changed,
    listen({ after = latest(), hangUp }) {
      if (listeners.size >= mostListeners) return undefined;
      return streamTo({
        ...present,
        changes: present.changes - 1, // what it was shown before may be old by now
        sequence: Math.min(after, latest()),
        untaken: undefined,
        woken: Promise.withResolvers(),
        close: () => {},
        hangUp,
      });
    },
    end() {
      for (const listener of listeners) end(listener);
    },
  };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function eventText({ sequence, json }: StoredEvent): string {
  return `id: ${sequence}\nevent: transition\ndata: ${json}\n\n`;
}

/** Without a line of data a browser would drop it. */
const changeText = "event: change\ndata:\n\n";

const commentText = ":\n\n";
