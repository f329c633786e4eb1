import type { z } from "zod";
import type { Event } from "../core/event.ts";
import type { Verdict } from "../core/outbox.ts";
import type { Pace } from "../core/pace.ts";
import type { Message } from "./message.ts";

export type { Verdict } from "../core/outbox.ts";

/** An event as it is stored. */
export interface StoredEvent {
  readonly event: Event;
  /** Its JSON as it was frozen at commit: the same bytes on every attempt. */
  readonly json: string;
}

/** One event on its way to one notifier. */
export interface Notice extends StoredEvent {
  /** The event in the words of the attempt's notifier and time. */
  readonly message: Message;
  /** What the operator's templates make of the request, where the notifier is templated; header names are in lower case. */
  readonly request?: {
    readonly body?: string;
    readonly headers: Readonly<Record<string, string>>;
  };
}

/** The attempt being made; a signature needs its time. */
export interface Attempt {
  /** Epoch milliseconds. */
  readonly at: number;
  /** 1 for the first. */
  readonly number: number;
  /** What the platform called the first message of this incident, where one was accepted with a handle. */
  readonly handle?: string;
}

/** An HTTP request as plain data. */
export interface NotifierRequest {
  /** Default `POST`. */
  readonly method?: "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Sent with the credentials of this configured project of Huawei Cloud, by its name; empty: of the only one. */
  readonly project?: string;
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
  /**
   * Its other keys; secrets are marked with `.meta({ secret: true })`, every key with `.describe()`. Marked as a whole with
   * `.meta({ templated: true })` where `render` heeds `notice.request`.
   */
  readonly options: z.ZodObject & z.ZodType<Options>;
  /** Of a platform that keeps incidents itself: it gets every notice of one by itself, never in a digest. */
  readonly keyed?: "incident";
  /** Its requests carry the credentials of the project that its option `project` names, or of the only one. */
  readonly credentials?: "project";
  /** What the platform takes, each limit for itself; by default whatever comes. */
  readonly pace?: readonly Pace[];
  /** Of a platform that forgets incidents unless told again: the last notice of each is sent anew this often, in milliseconds. */
  readonly refreshEvery?: number;
}

/** A notifier that is one HTTP request: pure, the engine in `http.ts` sends it. */
export interface HttpNotifier<Options> extends NotifierBase<Options> {
  render(notice: Notice, options: Options, attempt: Attempt): NotifierRequest;
  /**
   * Brings the incident's first message, `attempt.handle`, up to date; sent before what `render` gives. It may be sent twice.
   * `undefined` where there is nothing to edit.
   */
  revise?(
    notice: Notice,
    options: Options,
    attempt: Attempt & { readonly handle: string },
  ): NotifierRequest | undefined;
  /** Only where the status alone does not tell; `undefined` leaves it to the status. `at` is the time of the reply in epoch milliseconds. */
  judge?(reply: NotifierReply, at: number): Verdict | undefined;
}

/** A notifier that speaks something else than HTTP. */
export interface SendingNotifier<Options> extends NotifierBase<Options> {
  /** `signal` is aborted when nobody waits for it any longer, or it has settled. */
  send(
    notice: Notice,
    options: Options,
    attempt: Attempt & { readonly signal: AbortSignal },
  ): Promise<Verdict>;
  /** What it would send, as a text for people. */
  preview?(notice: Notice, options: Options, attempt: Attempt): string | undefined;
}

export type Notifier<Options> = HttpNotifier<Options> | SendingNotifier<Options>;

/** Notifiers by their word for `type:`. */
export type NotifierTypes = ReadonlyMap<string, Notifier<unknown>>;
