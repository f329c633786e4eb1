import type { Draft, Explain } from "./draft.ts";
import type { Hint } from "./event.ts";
import { failureTexts, guide, noSuchConnection } from "./failure-texts.ts";
import type { FailureCause } from "./model.ts";

/** A hint that the configuration adds. */
export interface OwnHint {
  /** The regular expression, as it is written. */
  readonly match: string;
  readonly isIn: (text: string) => boolean;
  readonly hint: Hint;
}

/** A longer text says what is wrong at its beginning; so many characters of it are looked at. */
const longestText = 4_000;

/** Explains by what the cloud says, the configuration's own hints first; else by the cause, or by what is told. */
export function explainer(own: readonly OwnHint[]): Explain {
  return (draft) => {
    const { type, to, errMsg, cause } = draft;
    const connectivity = changedConnectivity(draft);
    return (
      hintFor(errMsg ?? connectivity ?? "", own) ??
      (cause && byCause[cause]) ??
      (connectivity === undefined
        ? byChange[to === undefined ? type : `${type} ${to.toUpperCase()}`]
        : doubtfulConnectivity)
    );
  };
}

function hintFor(said: string, own: readonly OwnHint[]): Hint | undefined {
  if (said === "") return undefined;
  const start = said.slice(0, longestText);
  const known =
    own.find(({ isIn }) => isIn(start)) ?? failureTexts.find(({ text }) => text.test(start));
  return known?.hint;
}

/** Whether the target can be reached, where a detail says that this has changed. */
function changedConnectivity({ type, changed = [] }: Draft): string | undefined {
  if (type !== "detail") return undefined;
  return changed.find(({ field }) => field === "connectivity")?.to;
}

const byCause: Readonly<Record<FailureCause, Hint>> = {
  credentials: {
    cause: "The cloud does not accept the project's credentials.",
    action: "Check `auth` of the project: are the keys active, is the token still valid?",
  },
  permission: {
    cause: "The credentials lack a permission.",
    action: "Grant dli:edsconnection:get and dli:edsconnection:list in this project.",
  },
  throttled: {
    cause: "The cloud throttles the project's requests.",
    action: "Lower `rate` or poll less often; others may share the quota.",
  },
  network: {
    cause: "The endpoint cannot be reached from here.",
    action: "Check DNS, routes, proxy and firewall between the watcher and the endpoint.",
  },
  server: {
    cause: "The cloud's API answers with errors of its own.",
    action: "Wait; if it lasts, open a ticket and quote the request id.",
  },
  clock: {
    cause: "This machine's clock is off.",
    action: "Synchronise the clock (NTP); signatures are valid for 15 minutes only.",
  },
  address: {
    cause: "The endpoint, region or project id is wrong.",
    action: "Check `region`, `endpoint` and `project_id` of the project.",
  },
};

/** By the type of what is told, and the state that it is about. */
const byChange: Readonly<Record<string, Hint>> = {
  not_found: noSuchConnection,
  "stuck CREATING": {
    cause:
      "A queue, pool or CIDR was changed less than ten minutes ago, or a quota of routes or peering connections is used up.",
    action:
      "After a change give it ten minutes; then check the VPC's quotas of routes and peering connections, and bind it again.",
  },
};

const doubtfulConnectivity: Hint = {
  cause:
    "A security group, a network ACL or a route may stand between the queue and the target, or the target is in a network that DLI uses itself (100.125.x.x, 100.64.x.x).",
  action:
    "If jobs cannot connect, test the address from the queue in the console, then check security group, ACL and routes of the target.",
  link: `${guide}/dli_01_0006.html`,
};
