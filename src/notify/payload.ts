import type { Scrub, Secret } from "../core/secret.ts";
import type { Voice } from "../core/voice.ts";
import { messageOf } from "../errors.ts";
import type { Attempt, Notifier, NotifierRequest, StoredEvent } from "./notifier.ts";
import { worded } from "./worded.ts";

/** What a notifier sends, with its secrets replaced by `***`. */
export type Payload =
  | ({ readonly payload: "request" } & Required<Omit<NotifierRequest, "project">>)
  | { readonly payload: "text"; readonly text: string }
  /** It sends by itself and does not show what, or cannot handle the notice. */
  | { readonly payload: "unknown"; readonly why: string };

/** An event as it is sent. */
interface Sent extends Attempt {
  readonly event: StoredEvent;
  /** What the notifier's own options parsed to. */
  readonly options: unknown;
  /** Default: English, in UTC. */
  readonly voice?: Voice;
}

/** What must not be shown: secrets anywhere in a text, and those of the notifier itself. */
interface Hiding {
  readonly scrub: Scrub;
  readonly secrets: readonly Secret[];
}

/** An event as a notifier sends it; nothing is sent. */
export function payloadOf(
  notifier: Notifier<unknown>,
  { event, options, voice, ...attempt }: Sent,
  hiding: Hiding,
): Payload {
  const { scrub } = hiding;
  const { notice } = worded(event, attempt.at, voice);
  try {
    if (!("send" in notifier)) return shown(notifier.render(notice, options, attempt), hiding);
    const text = notifier.preview?.(notice, options, attempt);
    return text === undefined
      ? { payload: "unknown", why: "It sends by itself, and does not show what." }
      : { payload: "text", text: scrub(text) };
  } catch (bug) {
    const why = `The notifier cannot handle this notice: ${scrub(messageOf(bug))}.`;
    return { payload: "unknown", why };
  }
}

/** Whoever has the value of such a header could post in our name. */
const secretHeader = /auth|token|secret|signature|cookie/i;

/** An address or a header with a secret in it is hidden as a whole, but for the host. */
function shown(
  { method = "POST", url, headers, body }: NotifierRequest,
  { scrub, secrets }: Hiding,
): Payload {
  const own = secrets.map((secret) => secret.reveal()).filter(Boolean);
  const isSecret = (text: string) => own.some((secret) => text.includes(secret));
  const hidden = Object.entries(headers).map(([name, value]) => [
    name,
    secretHeader.test(name) || isSecret(value) ? "***" : scrub(value),
  ]);
  return {
    payload: "request",
    method,
    url: isSecret(url) ? `${new URL(url).origin}/***` : scrub(url),
    headers: Object.fromEntries(hidden),
    body: scrub(body),
  };
}
