import { type Clock, pause } from "../clock.ts";
import type { Failure, FailureCause } from "../core/model.ts";
import { retryAfter } from "../core/retry-after.ts";
import { Secret, scrubber } from "../core/secret.ts";
import { oneLine, truncate } from "../core/text.ts";
import type { Voice } from "../core/voice.ts";
import { messageOf } from "../errors.ts";
import type { Http, HttpLimits, HttpOutcome } from "../http.ts";
import type {
  Attempt,
  HttpNotifier,
  Notifier,
  NotifierReply,
  NotifierRequest,
  StoredEvent,
  Verdict,
} from "./notifier.ts";
import { worded } from "./worded.ts";

/** An attempt as the lane makes it. */
interface Telling extends Omit<Attempt, "at"> {
  readonly event: StoredEvent;
  /** What the notifier's own options parsed to. */
  readonly options: unknown;
  /** Default: English, in UTC. */
  readonly voice?: Voice;
  /** Hears which of its templates could not be filled in, and why. */
  readonly report?: (fault: string) => void;
  readonly signal?: AbortSignal;
}

/** Tells one notice through one notifier and never throws. */
export type Tell = (notifier: Notifier<unknown>, telling: Telling) => Promise<Verdict>;

/** Sends a request with the credentials of a project, by its name, or of the only one; tells why where there are none. */
export type ExchangeAs = (
  project: string,
  ...sent: Parameters<Http["exchange"]>
) => Promise<
  HttpOutcome | { readonly unauthorised: Failure; readonly reply?: never; readonly failure?: never }
>;

interface World {
  readonly http: Http;
  readonly exchangeAs: ExchangeAs;
  readonly clock: Clock;
}

/** The one door through which every notice leaves, whatever its notifier speaks. */
export function teller(world: World): Tell {
  return async (notifier, telling) => {
    try {
      return presentable(await attempt(world, notifier, telling));
    } catch (bug) {
      const why = `The notifier cannot handle this notice: ${messageOf(bug)}.`;
      return presentable({ verdict: "refused", fault: "notice", why });
    }
  };
}

const limits: HttpLimits = { deadlineMs: 10_000, maxBytes: 64 * 1_024, oversize: "cut" };

async function attempt(
  world: World,
  notifier: Notifier<unknown>,
  telling: Telling,
): Promise<Verdict> {
  const { event, options, voice, report, signal, ...made } = telling;
  const at = world.clock.now();
  const { notice, faults } = worded(event, at, voice);
  for (const fault of faults) report?.(fault);
  const attempted = { at, ...made };
  if ("send" in notifier)
    return inTime(
      world.clock,
      (signal) => notifier.send(notice, options, { ...attempted, signal }),
      signal,
    );
  const exchange = (request: NotifierRequest) => exchanged(world, notifier, { request, signal });
  const { handle } = attempted;
  if (handle !== undefined) {
    const revision = notifier.revise?.(notice, options, { ...attempted, handle });
    const revised = revision && (await exchange(revision));
    // Why it may be refused (the first message is deleted, or too old) does not concern the notice.
    if (revised?.verdict === "retry") return revised;
  }
  return exchange(notifier.render(notice, options, attempted));
}

async function exchanged(
  { http, exchangeAs, clock }: World,
  notifier: HttpNotifier<unknown>,
  {
    request: { project, ...request },
    signal,
  }: { readonly request: NotifierRequest; readonly signal?: AbortSignal | undefined },
): Promise<Verdict> {
  const sent = [
    { method: "POST", ...request },
    { ...limits, ...(signal && { signal }) },
  ] as const;
  const outcome = await (project === undefined
    ? http.exchange(...sent)
    : exchangeAs(project, ...sent));
  if ("unauthorised" in outcome) return unauthorised(outcome.unauthorised);
  if (outcome.failure) return { verdict: "retry", why: `${outcome.failure.message}.` };
  const reply = withoutEcho(outcome.reply, request);
  const { host } = new URL(request.url);
  const now = clock.now();
  return notifier.judge?.(reply, now) ?? judgeByStatus(reply, { host, now });
}

/** Causes that pass without anybody's doing. */
const passing: ReadonlySet<FailureCause> = new Set(["network", "server", "throttled"]);

function unauthorised({ cause, message }: Failure): Verdict {
  const why = `There are no credentials: ${message}.`;
  return passing.has(cause)
    ? { verdict: "retry", why }
    : { verdict: "refused", fault: "destination", why };
}

/** A notifier that sends by itself and does not come back must not keep its lane for ever, nor the stop. */
const sendingDeadlineMs = 60_000;

async function inTime(
  clock: Clock,
  send: (signal: AbortSignal) => Promise<Verdict>,
  signal: AbortSignal | undefined,
): Promise<Verdict> {
  const settled = new AbortController();
  const stop = AbortSignal.any([settled.signal, ...(signal ? [signal] : [])]);
  const late = pause(clock, sendingDeadlineMs, stop).then(
    (): Verdict => ({ verdict: "retry", why: "The notifier has not come back within 60s." }),
  );
  try {
    return await Promise.race([send(stop), late]);
  } finally {
    settled.abort();
  }
}

/** A receiver may answer with what it was sent: address and headers are as secret there, whole and in parts. */
function withoutEcho(reply: NotifierReply, { url, headers }: NotifierRequest): NotifierReply {
  const { pathname, searchParams } = new URL(url);
  const words = Object.values(headers).flatMap((value) => [value, ...value.split(" ")]);
  const sent = [url, pathname, ...pathname.split("/"), ...searchParams.values(), ...words];
  return { ...reply, body: scrubber(sent.map((text) => new Secret(text)))(reply.body) };
}

/** Statuses by which a receiver asks for patience; so does every 5xx. */
const temporary: ReadonlySet<number> = new Set([408, 425, 429]);

/** Statuses that say: whatever is sent there, until someone mends the address or the credentials. */
const hopeless: ReadonlySet<number> = new Set([401, 403, 404, 410]);

function judgeByStatus(
  reply: NotifierReply,
  { host, now }: { readonly host: string; readonly now: number },
): Verdict {
  const { status } = reply;
  const answer = `${host} answered ${status}`;
  const quote = oneLine(reply.body);
  const why = quote ? `${answer}: ${truncate(quote, longest.quote)}` : `${answer}.`;
  if (status >= 200 && status < 300) return { verdict: "accepted" };
  if (status >= 300 && status < 400) {
    const redirected = `${answer}, and redirects are not followed: configure the final address.`;
    return { verdict: "refused", fault: "destination", why: redirected };
  }
  if (status >= 500 || temporary.has(status)) {
    return { verdict: "retry", why, ...notBefore(reply, now) };
  }
  return { verdict: "refused", fault: hopeless.has(status) ? "destination" : "notice", why };
}

/** A longer wait is a mistake of the receiver's, which still asks for patience: it gets `mistakenWaitMs`. */
const longestWaitMs = 24 * 60 * 60_000;
const mistakenWaitMs = 60 * 60_000;

/** What a receiver gets that asks for patience without saying for how long. */
const throttledMs = 1_000;

function notBefore(
  { status, headers }: NotifierReply,
  now: number,
): { readonly notBefore?: number } {
  const at = retryAfter(headers["retry-after"] ?? "", now);
  if (at !== undefined) {
    return { notBefore: at <= now + longestWaitMs ? at : now + mistakenWaitMs };
  }
  return status === 429 ? { notBefore: now + throttledMs } : {};
}

/** In characters: what is quoted of an answer, and the whole reason. */
const longest = { quote: 200, why: 500 };

/** Reasons come from strangers and end in logs, messages and terminals: one line, and short. */
function presentable(verdict: Verdict): Verdict {
  return "why" in verdict
    ? { ...verdict, why: truncate(oneLine(verdict.why), longest.why) }
    : verdict;
}
