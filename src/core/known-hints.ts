import type { Hint } from "./event.ts";

/** The vendor's manual. */
const guide = "https://support.huaweicloud.com/intl/en-us/usermanual-dli";

/** Causes and remedies that dli-watch knows, by what is the matter. */
export const knownHints = {
  noSuchConnection: {
    cause: "The connection was deleted, or its id is wrong.",
    action: "Check the id in the console or remove it from the configuration.",
  },
  noRouter: {
    cause: "The target's network has no router that is ready.",
    action:
      "Check the VPC, the subnet and the peer service of the connection, then bind the queue again.",
  },
  noSubnet: {
    cause: "DLI's agency may not read the VPC, or the subnet does not exist.",
    action:
      "Grant DLI's agency the VPC permissions for datasource connections and check that the subnet exists.",
    link: `${guide}/dli_01_0618.html`,
  },
  overlap: {
    cause: "The network of the queue or pool overlaps the target's or that of another bound queue.",
    action: "Change the CIDR of the queue or pool, then bind it again.",
    link: `${guide}/dli_01_0006.html`,
  },
  quota: {
    cause: "A quota of the project is used up.",
    action:
      "Remove what is no longer needed (routes and peering connections have quotas, too) or have the quota raised.",
  },
  damagedToken: {
    cause: "The token is damaged, or IAM of another region has issued it.",
    action: "Set a whole token of the project's own region, or let tokens be renewed.",
  },
  endedToken: {
    cause: "The token has ended.",
    action:
      "Set a new `token`; better a key pair, or a user for whom tokens are renewed (`username`, `password`, `domain`).",
  },
  noAccessKey: {
    cause: "There is no such access key: it was deleted or disabled, or is of another cloud.",
    action: "Check `access_key` of the project against the user's keys in IAM.",
  },
  wrongSecretKey: {
    cause:
      "The secret key is not that of the access key, or something on the way changes requests.",
    action:
      "Check `secret_key` of the project; if it is right, look for a proxy between the watcher and the endpoint.",
  },
  lockedAccessKey: {
    cause: "Too many wrong signatures have locked the access key for five minutes.",
    action:
      "Correct `secret_key` here, and wherever else this access key is used; then wait, polls go on by themselves.",
  },
  barredMachine: {
    cause: "The gateway does not let this machine's address in.",
    action: "Allow the address from which the requests come, or take another way out.",
  },
  barredRegion: {
    cause: "The user may not use this region.",
    action:
      "Check `region` or `endpoint`, and that the project and its credentials are of that region.",
  },
  busyApi: {
    cause: "All customers together ask more of this API than the cloud allows.",
    action: "Wait; if it lasts, open a ticket. Polling less often makes it rarer.",
  },
  busyMachine: {
    cause: "All that asks from this machine's address exceeds what the cloud allows.",
    action: "Lower `rate` or poll less often, or find out who else asks from this address.",
  },
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
  stuckCreating: {
    cause:
      "A queue, pool or CIDR was changed less than ten minutes ago, or a quota of routes or peering connections is used up.",
    action:
      "After a change give it ten minutes; then check the VPC's quotas of routes and peering connections, and bind it again.",
  },
  doubtfulConnectivity: {
    cause:
      "A security group, a network ACL or a route may stand between the queue and the target, or the target is in a network that DLI uses itself (100.125.x.x, 100.64.x.x).",
    action:
      "If jobs cannot connect, test the address from the queue in the console, then check security group, ACL and routes of the target.",
    link: `${guide}/dli_01_0006.html`,
  },
} as const satisfies Readonly<Record<string, Hint>>;

/** The name of one of them. */
export type KnownHint = keyof typeof knownHints;
