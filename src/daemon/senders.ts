import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { Http } from "../http.ts";
import { teller } from "../notify/http.ts";
import type { NotifierTypes } from "../notify/notifier.ts";
import type { Sender } from "../watch/lane.ts";

/** The configured notifiers, ready to send. */
export function sendersOf(
  { notifiers }: Config,
  {
    types,
    http,
    clock,
  }: { readonly types: NotifierTypes; readonly http: Http; readonly clock: Clock },
): readonly Sender[] {
  const tell = teller({ http, clock });
  return notifiers.map(({ name, fallback, type, options, voice }) => {
    const notifier = types.get(type);
    if (!notifier) throw new Error(`No notifier of type ${type} is loaded`);
    return {
      name,
      ...(fallback !== undefined && { fallback }),
      ...(notifier.pace && { pace: notifier.pace }),
      ...(notifier.refreshEvery !== undefined && { refreshEvery: notifier.refreshEvery }),
      send: (event, attempt) => tell(notifier, { event, options, voice, ...attempt }),
    };
  });
}
