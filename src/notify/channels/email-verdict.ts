import { z } from "zod";
import { failureOf } from "../../http/failure.ts";
import type { Verdict } from "../notifier.ts";

/** What nodemailer says of a failure: its errors carry more than their type tells. */
const failure = z.object({
  code: z.string().catch(""),
  /** The transport's own word for it. */
  originalCode: z.string().optional(),
  /** What was answered with `response`: `RCPT TO`; `CONN` for the greeting. */
  command: z.string().catch(""),
  /** The reply, as `550 5.1.1 no such user`. */
  response: z.string().catch(""),
  recipient: z.string().catch(""),
});

/** What a failed attempt at a mail server, `host:port`, means. */
export function verdictOnFailure(error: unknown, host: string): Verdict {
  const { code, originalCode = code, command, response } = failure.parse(error);
  if (code === "EMESSAGE" && !response) {
    return { verdict: "refused", fault: "notice", why: `The mail is larger than ${host} takes.` };
  }
  const status = statusOf(response);
  if (status === "") {
    const known = Object.assign(new Error(), { code: ownCodes[originalCode] ?? originalCode });
    return { verdict: "retry", why: `${failureOf(`smtp://${host}`, known).message}.` };
  }
  const why = `${host} answered ${command} with ${response}${wayOut(command, status)}`;
  if (isTemporary(status)) return { verdict: "retry", why };
  return { verdict: "refused", fault: faultOf({ command, response, status }), why };
}

/** Who did not get a mail that others got, and why. */
export function refusalsIn(errors: readonly unknown[]): string {
  return errors
    .map((error) => failure.parse(error))
    .map(({ recipient, response }) => `${recipient} (${response})`)
    .join(", ");
}

/** nodemailer's words for what has names of the system's. */
const ownCodes: Readonly<Record<string, string>> = {
  ECONNECTION: "ECONNRESET",
  EDNS: "ENOTFOUND",
  ETLS: "ERR_TLS_HANDSHAKE",
};

/** Empty where nothing was answered. */
function statusOf(response: string): string {
  return /^[45]\d\d(?!\d)/.exec(response)?.[0] ?? "";
}

/** RFC 5321, 4.2.1; 503 says that the session went wrong, not the mail. */
function isTemporary(status: string): boolean {
  return status.startsWith("4") || status === "503";
}

/** Replies about identity (RFC 4954): whoever logs in otherwise is let through. */
const identity: ReadonlySet<string> = new Set(["530", "534", "535", "538"]);

interface Refused {
  readonly command: string;
  readonly response: string;
  readonly status: string;
}

/**
 * Whom a lasting refusal concerns: the enhanced code (RFC 3463) knows it best, else what was being said. Before `DATA`
 * the server has seen addresses alone, and after it only the mail is new.
 */
function faultOf({ command, response, status }: Refused): "notice" | "destination" {
  const [, enhanced = ""] = /^\d{3}[ -]5\.(\d+\.\d+)/.exec(response) ?? [];
  if (identity.has(status) || /^1\./.test(enhanced)) return "destination";
  if (/^(?:2\.3|3\.4|6\.\d+)$/.test(enhanced)) return "notice";
  if (command === "MAIL FROM" && status === "552") return "notice";
  return command === "DATA" ? "notice" : "destination";
}

function wayOut(command: string, status: string): string {
  if (command.startsWith("AUTH") || identity.has(status)) return " – check user and password";
  if (isTemporary(status)) return "";
  switch (command) {
    case "STARTTLS":
      return " – it offers no STARTTLS there: try tls: implicit, or another port";
    case "MAIL FROM":
      return " – check from, and whether the user may send as it";
    case "RCPT TO":
      return " – it takes mail for none of the addresses in to";
    default:
      return "";
  }
}
