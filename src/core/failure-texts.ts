import type { Hint } from "./event.ts";

/** What the cloud says when something fails, and what lies behind it. */
interface FailureText {
  /** Repeats nothing without a bound, so that it is matched in linear time. */
  readonly text: RegExp;
  readonly hint: Hint;
}

/** The vendor's manual. */
export const guide = "https://support.huaweicloud.com/intl/en-us/usermanual-dli";

/** Of a connection that is not there. */
export const noSuchConnection: Hint = {
  cause: "The connection was deleted, or its id is wrong.",
  action: "Check the id in the console or remove it from the configuration.",
};

/** Why a connection or a binding is FAILED. */
const failedStates: readonly FailureText[] = [
  {
    text: /can't get ready router/i,
    hint: {
      cause: "The target's network has no router that is ready.",
      action:
        "Check the VPC, the subnet and the peer service of the connection, then bind the queue again.",
    },
  },
  {
    text: /failed to get subnet/i,
    hint: {
      cause: "DLI's agency may not read the VPC, or the subnet does not exist.",
      action:
        "Grant DLI's agency the VPC permissions for datasource connections and check that the subnet exists.",
      link: `${guide}/dli_01_0618.html`,
    },
  },
  { text: /\bconnection (?:[\da-f-]{36} )?is not exist\b/i, hint: noSuchConnection },
  {
    text: /\bcidr\b[^{}"]{0,100}\b(?:conflict|overlap)|\b(?:conflict|overlap)[^{}"]{0,100}\bcidr\b/i,
    hint: {
      cause:
        "The network of the queue or pool overlaps the target's or that of another bound queue.",
      action: "Change the CIDR of the queue or pool, then bind it again.",
      link: `${guide}/dli_01_0006.html`,
    },
  },
  {
    text: /\bDLI\.1028\b|\bquota\b[^{}"]{0,50}\bexceed|\bexceed[^{}"]{0,50}\bquota\b/i,
    hint: {
      cause: "A quota of the project is used up.",
      action:
        "Remove what is no longer needed (routes and peering connections have quotas, too) or have the quota raised.",
    },
  },
];

/** Why a poll could not be read; more than its cause says. */
const failedPolls: readonly FailureText[] = [
  {
    text: /\bdecrypt token fail|\bDLI\.0015\b/i,
    hint: {
      cause: "The token is damaged, or IAM of another region has issued it.",
      action: "Set a whole token of the project's own region, or let tokens be renewed.",
    },
  },
  {
    text: /\btoken expires\b|\bAPIGW?\.0307\b/i,
    hint: {
      cause: "The token has ended.",
      action:
        "Set a new `token`; better a key pair, or a user for whom tokens are renewed (`username`, `password`, `domain`).",
    },
  },
  {
    text: /\bak\b[^{}"]{0,100}\bnot exist\b/i,
    hint: {
      cause: "There is no such access key: it was deleted or disabled, or is of another cloud.",
      action: "Check `access_key` of the project against the user's keys in IAM.",
    },
  },
  {
    text: /\bverify aksk signature fail/i,
    hint: {
      cause:
        "The secret key is not that of the access key, or something on the way changes requests.",
      action:
        "Check `secret_key` of the project; if it is right, look for a proxy between the watcher and the endpoint.",
    },
  },
  {
    text: /\bAK access failed to reach the limit\b/i,
    hint: {
      cause: "Too many wrong signatures have locked the access key for five minutes.",
      action:
        "Correct `secret_key` here, and wherever else this access key is used; then wait, polls go on by themselves.",
    },
  },
  {
    text: /\bAPIGW?\.040[12]\b/,
    hint: {
      cause: "The gateway does not let this machine's address in.",
      action: "Allow the address from which the requests come, or take another way out.",
    },
  },
  {
    text: /\bAPIGW?\.0802\b/,
    hint: {
      cause: "The user may not use this region.",
      action:
        "Check `region` or `endpoint`, and that the project and its credentials are of that region.",
    },
  },
  {
    text: /\bpolicy api over ratelimit\b/i,
    hint: {
      cause: "All customers together ask more of this API than the cloud allows.",
      action: "Wait; if it lasts, open a ticket. Polling less often makes it rarer.",
    },
  },
  {
    text: /\bpolicy ip over ratelimit\b/i,
    hint: {
      cause: "All that asks from this machine's address exceeds what the cloud allows.",
      action: "Lower `rate` or poll less often, or find out who else asks from this address.",
    },
  },
];

/** Failure texts seen in the field or documented; the first that matches counts. */
export const failureTexts: readonly FailureText[] = [...failedStates, ...failedPolls];
