import { consoleNotifier } from "./channels/console.ts";
import { slack } from "./channels/slack.ts";
import { webhook } from "./channels/webhook.ts";
import type { Notifier, NotifierTypes } from "./notifier.ts";

const builtin: readonly Notifier<unknown>[] = [slack, webhook, consoleNotifier];

/** The notifiers that come with dli-watch, by their word for `type:`. */
export const builtinNotifiers: NotifierTypes = new Map(
  builtin.map((notifier) => [notifier.type, notifier]),
);
