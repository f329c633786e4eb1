import { alertmanager } from "./channels/alertmanager.ts";
import { consoleNotifier } from "./channels/console.ts";
import { dingtalk } from "./channels/dingtalk.ts";
import { email } from "./channels/email.ts";
import { feishu, lark } from "./channels/feishu.ts";
import { pagerduty } from "./channels/pagerduty.ts";
import { slack } from "./channels/slack.ts";
import { smn } from "./channels/smn.ts";
import { teams } from "./channels/teams.ts";
import { webhook } from "./channels/webhook.ts";
import { wecom } from "./channels/wecom.ts";
import type { Notifier, NotifierTypes } from "./notifier.ts";

const builtin: readonly Notifier<unknown>[] = [
  slack,
  teams,
  feishu,
  lark,
  dingtalk,
  wecom,
  webhook,
  email,
  alertmanager,
  pagerduty,
  smn,
  consoleNotifier,
];

/** The notifiers that come with dli-watch, by their word for `type:`. */
export const builtinNotifiers: NotifierTypes = new Map(
  builtin.map((notifier) => [notifier.type, notifier]),
);
