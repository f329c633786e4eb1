import { consoleNotifier } from "./channels/console.ts";
import { slack } from "./channels/slack.ts";
import { webhook } from "./channels/webhook.ts";
import type { Notifier } from "./notifier.ts";

const builtin: readonly Notifier<unknown>[] = [slack, webhook, consoleNotifier];

/** The notifiers that come with dli-watch, by their word for `type:`. */
export const builtinNotifiers: ReadonlyMap<string, Notifier<unknown>> = new Map(
  builtin.map((notifier) => [notifier.type, notifier]),
);
