import { secretsOf } from "../config/config.ts";
import { explainNotice, type Noticed } from "../core/explanation.ts";
import { matcherText } from "../core/matcher-text.ts";
import { type Delivery, isCollected } from "../core/outbox.ts";
import type { Scrub } from "../core/secret.ts";
import type { ShowTime } from "../core/steps.ts";
import type { Thread } from "../core/thread.ts";
import type { Loaded } from "../daemon/daemon.ts";
import { type Payload, payloadOf } from "../notify/payload.ts";
import { deliveryItem } from "../web/api.ts";

/** One notice, as programs see it. */
export type ExplainedNotice = ReturnType<typeof explained>;

interface Explaining {
  readonly loaded: Loaded;
  readonly show: ShowTime;
  readonly scrub: Scrub;
  readonly threads: readonly Thread[];
  readonly now: number;
}

/** Explains one notice, with what each notifier is sent. */
export function explained(noticed: Noticed, explaining: Explaining) {
  const { loaded, show } = explaining;
  const { routing, notifiers: configured } = loaded.config;
  const { event, asked, routes, notifiers } = explainNotice(noticed, { routing, show });
  return {
    event,
    asked,
    routes: routes.map(({ number, match, notify, against }) => ({
      number,
      match: matcherText(match) || "everything",
      notify,
      against,
    })),
    notifiers: notifiers.map(({ notifier, steps, delivery }) => ({
      notifier,
      type: configured.find(({ name }) => name === notifier)?.type ?? null,
      steps,
      delivery: delivery ? deliveryItem(delivery) : null,
      payload: delivery ? payload(noticed, delivery, explaining) : null,
    })),
  };
}

/** What a notifier was sent or will be; nothing where it is not told, or in a digest. */
function payload(
  { event }: Noticed,
  delivery: Delivery,
  { loaded, scrub, threads, now }: Explaining,
): Payload | null {
  const { state, attempts, nextAt, settledAt, incident } = delivery;
  const notifier = loaded.config.notifiers.find(({ name }) => name === delivery.notifier);
  const type = notifier && loaded.types.get(notifier.type);
  if (!notifier || !type || state === "closed" || isCollected(delivery)) return null;
  const { name, options, voice, secrets } = notifier;
  const { handle } =
    threads.find((one) => one.notifier === name && one.incident === incident) ?? {};
  const attempt =
    state === "waiting"
      ? {
          at: Math.max(now, nextAt),
          number: attempts + 1,
          ...(handle !== undefined && { handle }),
        }
      : { at: settledAt ?? now, number: attempts };
  const hiding = { scrub, secrets: [...secretsOf(options), ...secrets] };
  return payloadOf(
    type,
    { event: { event, json: JSON.stringify(event) }, options, voice, ...attempt },
    hiding,
  );
}
