import type { z } from "zod";
import type { Event } from "../core/event.ts";
import type { Verdict } from "../core/outbox.ts";

export type { Verdict } from "../core/outbox.ts";

/** One event on its way to one notifier. */
export interface Notice {
  readonly event: Event;
  /** The event's JSON as it was frozen at commit: the same bytes on every attempt. */
  readonly json: string;
}

/** The attempt being made; a signature needs its time. */
interface Attempt {
  /** Epoch milliseconds. */
  readonly at: number;
  /** 1 for the first. */
  readonly number: number;
}

/** An HTTP request as plain data. */
export interface NotifierRequest {
  /** Default `POST`. */
  readonly method?: "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the platform answered: at most 64 kB of the body, decoded as UTF-8. */
export interface NotifierReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What every kind of notifier has. `Options` is what its `options` parse to, and nothing else is ever handed to its
 * methods; that they are methods lets notifiers of different options stand in one list, as `Notifier<unknown>`.
 */
interface NotifierBase<Options> {
  /** The word for `type:` in the configuration. */
  readonly type: string;
  /** Its other keys; secrets are marked with `.meta({ secret: true })`, every key with `.describe()`. */
  readonly options: z.ZodObject & z.ZodType<Options>;
  /** Of a platform that keeps incidents itself: it gets every notice of one by itself, never in a digest. */
  readonly keyed?: "incident";
}

/** A notifier that is one HTTP request: pure, the engine in `http.ts` sends it. */
export interface HttpNotifier<Options> extends NotifierBase<Options> {
  render(notice: Notice, options: Options, attempt: Attempt): NotifierRequest;
  /** Only where the status alone does not tell; `undefined` leaves it to the status. */
  judge?(reply: NotifierReply): Verdict | undefined;
}

/** A notifier that speaks something else than HTTP. */
export interface SendingNotifier<Options> extends NotifierBase<Options> {
  send(notice: Notice, options: Options, attempt: Attempt): Promise<Verdict>;
  /** What it would send, as a text for people. */
  preview?(notice: Notice, options: Options, attempt: Attempt): string | undefined;
}

export type Notifier<Options> = HttpNotifier<Options> | SendingNotifier<Options>;

/** Notifiers by their word for `type:`. */
export type NotifierTypes = ReadonlyMap<string, Notifier<unknown>>;
