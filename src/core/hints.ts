import type { Hint } from "./event.ts";
import type { FailureCause } from "./model.ts";

/** Failure texts seen in the field, matched without regard to case in what the API says; the first match counts. */
const byText: readonly { readonly text: string; readonly hint: Hint }[] = [
  {
    text: "can't get ready router",
    hint: {
      cause: "The target's network has no router that is ready.",
      action:
        "Check the VPC, the subnet and the peer service of the connection, then bind the queue again.",
    },
  },
  {
    text: "failed to get subnet",
    hint: {
      cause: "DLI's agency may not read the VPC, or the subnet does not exist.",
      action:
        "Grant DLI's agency the VPC permissions for datasource connections and check that the subnet exists.",
    },
  },
  {
    text: "stuck in creating",
    hint: {
      cause:
        "The queue or its CIDR changed less than ten minutes ago, or a quota of routes or peerings is used up.",
      action:
        "Check these quotas of the VPC. If nothing moves, remove the binding and bind the queue or pool again.",
    },
  },
  {
    text: "is not exist",
    hint: {
      cause: "The connection was deleted, or its id is wrong.",
      action: "Check the id in the console or remove it from the configuration.",
    },
  },
  {
    text: "conflict",
    hint: {
      cause:
        "The network of the queue or pool overlaps the target's or that of another bound queue.",
      action: "Change the CIDR of the queue or pool, then bind it again.",
    },
  },
];

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

/** What probably lies behind an `err_msg`; `undefined` if it is a text nobody has explained yet. */
export function hintForText(errMsg: string): Hint | undefined {
  const text = errMsg.toLowerCase();
  return byText.find((known) => text.includes(known.text))?.hint;
}

/** What lies behind a poll that could not be read. */
export function hintForCause(cause: FailureCause): Hint {
  return byCause[cause];
}
