import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { Http } from "../http.ts";
import type { Log } from "../log.ts";
import { type ExchangeAs, teller } from "../notify/http.ts";
import type { NotifierTypes } from "../notify/notifier.ts";
import type { Sender } from "../watch/lane.ts";

interface World {
  readonly types: NotifierTypes;
  readonly http: Http;
  readonly exchangeAs: ExchangeAs;
  readonly clock: Clock;
  readonly log: Log;
}

/** The configured notifiers, ready to send. */
export function sendersOf(
  { notifiers }: Config,
  { types, log, ...world }: World,
): readonly Sender[] {
  const tell = teller(world);
  return notifiers.map(({ name, fallback, type, options, voice }) => {
    const notifier = types.get(type);
    if (!notifier) throw new Error(`No notifier of type ${type} is loaded`);
    const report = once((fault) => {
      log.warn(
        { notifier: name, fault },
        "A template cannot be filled in; the standard wording is sent",
      );
    });
    return {
      name,
      ...(fallback !== undefined && { fallback }),
      ...(notifier.pace && { pace: notifier.pace }),
      ...(notifier.refreshEvery !== undefined && { refreshEvery: notifier.refreshEvery }),
      send: (event, attempt) => tell(notifier, { event, options, voice, report, ...attempt }),
    };
  });
}

/** The same is said once: a template that fails does so with every notice. */
function once(say: (fault: string) => void): (fault: string) => void {
  const said = new Set<string>();
  return (fault) => {
    if (said.has(fault)) return;
    said.add(fault);
    say(fault);
  };
}
