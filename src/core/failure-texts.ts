import type { Hint } from "./event.ts";
import { knownHints } from "./known-hints.ts";

/** What the cloud says when something fails, and what lies behind it. */
interface FailureText {
  /** Repeats nothing without a bound, so that it is matched in linear time. */
  readonly text: RegExp;
  readonly hint: Hint;
}

/** Why a connection or a binding is FAILED. */
const failedStates: readonly FailureText[] = [
  { text: /can't get ready router/i, hint: knownHints.noRouter },
  { text: /failed to get subnet/i, hint: knownHints.noSubnet },
  { text: /\bconnection (?:[\da-f-]{36} )?is not exist\b/i, hint: knownHints.noSuchConnection },
  {
    text: /\bcidr\b[^{}"]{0,100}\b(?:conflict|overlap)|\b(?:conflict|overlap)[^{}"]{0,100}\bcidr\b/i,
    hint: knownHints.overlap,
  },
  {
    text: /\bDLI\.1028\b|\bquota\b[^{}"]{0,50}\bexceed|\bexceed[^{}"]{0,50}\bquota\b/i,
    hint: knownHints.quota,
  },
];

/** Why a poll could not be read; more than its cause says. */
const failedPolls: readonly FailureText[] = [
  { text: /\bdecrypt token fail|\bDLI\.0015\b/i, hint: knownHints.damagedToken },
  { text: /\btoken expires\b|\bAPIGW?\.0307\b/i, hint: knownHints.endedToken },
  { text: /\bak\b[^{}"]{0,100}\bnot exist\b/i, hint: knownHints.noAccessKey },
  { text: /\bverify aksk signature fail/i, hint: knownHints.wrongSecretKey },
  { text: /\bAK access failed to reach the limit\b/i, hint: knownHints.lockedAccessKey },
  { text: /\bAPIGW?\.040[12]\b/, hint: knownHints.barredMachine },
  { text: /\bAPIGW?\.0802\b/, hint: knownHints.barredRegion },
  { text: /\bpolicy api over ratelimit\b/i, hint: knownHints.busyApi },
  { text: /\bpolicy ip over ratelimit\b/i, hint: knownHints.busyMachine },
];

/** Failure texts seen in the field or documented; the first that matches counts. */
export const failureTexts: readonly FailureText[] = [...failedStates, ...failedPolls];
