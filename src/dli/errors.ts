import type { Failure, FailureCause, Observation } from "../core/model.ts";
import { maxClockSkewMs } from "../core/signature.ts";
import type { HttpFailure, HttpReply } from "../http.ts";
import { type ApiError, parseError, requestIdOf } from "./api-error.ts";

/** What a reply that is no answer means. */
export interface Refusal {
  readonly observation: Exclude<Observation, { readonly outcome: "snapshot" }>;
  /** The gateway knows no such path: this cloud may have one kind of connection only. */
  readonly noSuchApi: boolean;
}

/** Where and when the reply was asked for; `now` in epoch milliseconds. */
export interface Asked {
  readonly host: string;
  readonly projectId: string;
  readonly now: number;
}

/** What a reply with an error status says, in any of the shapes the cloud has for it. */
export function refusalOf(reply: HttpReply, asked: Asked): Refusal {
  const error = parseError(reply.body);
  const text = redirection(reply, asked) ?? error.text;
  const said = `${asked.host} answered ${[reply.status, error.code].filter(Boolean).join(" ")}: ${text}`;
  const noSuchApi = /^APIGW?\.0101$/.test(error.code);
  const heard = verdictOf(reply.status, error);
  // A server that fails does not know whether something exists.
  const verdict = heard === "absent" && reply.status >= 500 ? "server" : heard;
  if (verdict === "absent") return { observation: { outcome: "absent", message: said }, noSuchApi };
  const failure = skewOf(verdict, reply, asked) ?? {
    cause: verdict,
    message: `${said} – ${(wayOutByCode.get(error.code) ?? wayOut[verdict])(asked)}`,
  };
  const requestId = requestIdOf(reply.headers, error.requestId);
  return { observation: { outcome: "failed", failure: { ...failure, ...requestId } }, noSuchApi };
}

/** Failures whose own words say what to check, or that were wanted. */
const explained: ReadonlySet<HttpFailure["reason"]> = new Set([
  "dns",
  "refused",
  "tls",
  "proxy",
  "network",
  "stopped",
]);

/** Why no reply came. */
export function unanswered({ reason, message, headers }: HttpFailure): Failure {
  const cause = reason === "too_large" || reason === "cut" ? "server" : "network";
  return {
    cause,
    message: explained.has(reason) ? message : `${message} – ${wayOut[cause]()}`,
    ...requestIdOf(headers),
  };
}

/** Why a 2xx reply about something is no answer: `problem` says what is wrong with it. */
export function unreadable(
  { status, headers }: HttpReply,
  { host, about, problem }: Readonly<Record<"host" | "about" | "problem", string>>,
): Failure {
  const message = `${host} answered ${status} about ${about}, but ${problem} – nothing to do here unless it lasts`;
  return { cause: "server", message, ...requestIdOf(headers) };
}

/** Where a redirect leads, by host alone: a path may hold what nobody should see. */
function redirection({ status, headers }: HttpReply, { host }: Asked): string | undefined {
  if (status < 300 || status > 399) return undefined;
  const target = URL.parse(headers["location"] ?? "", `https://${host}`)?.host;
  return `it redirects to ${target || "nowhere"}, and redirects are not followed`;
}

function verdictOf(status: number, { code, text, known }: ApiError): FailureCause | "absent" {
  const byCode = causeByCode.get(code.replace(/^APIG\./, "APIGW."));
  if (byCode) return byCode;
  if (code === "DLI.0001") return /\bis not exist\b/.test(text) ? "absent" : "address";
  if (status === 404) return known && !/^APIG/.test(code) ? "absent" : "address";
  if (authenticationText.test(text) || status === 401) return "credentials";
  if (status === 403) return "permission";
  if (status === 429) return "throttled";
  return status >= 300 && status < 400 ? "address" : "server";
}

const authenticationText =
  /Incorrect IAM authentication information|verify aksk signature fail|AK access failed to reach the limit/;

const causeByCode: ReadonlyMap<string, FailureCause | "absent"> = new Map([
  ["DLI.0002", "absent"],
  ["DLI.0023", "absent"],
  ["DLI.0003", "permission"],
  ["DLI.0013", "credentials"],
  ["DLI.0014", "credentials"],
  ["DLI.0015", "credentials"],
  ["DLI.0016", "credentials"],
  ["APIGW.0101", "address"],
  ["APIGW.0201", "address"],
  ["APIGW.0301", "credentials"],
  ["APIGW.0305", "credentials"],
  ["APIGW.0307", "credentials"],
  ["APIGW.0302", "permission"],
  ["APIGW.0306", "permission"],
  ["APIGW.0310", "permission"],
  ["APIGW.0401", "permission"],
  ["APIGW.0402", "permission"],
  ["APIGW.0308", "throttled"],
  ["APIGW.0802", "address"],
]);

const wayOut = {
  credentials: ({ projectId }: Asked) => `check the credentials (auth) of project ${projectId}`,
  permission: ({ projectId }: Asked) =>
    `allow these credentials to read datasource connections of project ${projectId} (dli:edsconnection:get and :list), from this address`,
  throttled: () => "lower rate, or poll less often",
  network: () => "check the network between here and the API",
  server: () => "nothing to do here unless it lasts",
  clock: () => "set this machine's clock",
  address: ({ projectId }: Asked) =>
    `check endpoint, region, project_id (${projectId}) and connection id`,
} satisfies Readonly<Record<FailureCause, (asked: Asked) => string>>;

/** Where a code says more than its cause. */
const wayOutByCode: ReadonlyMap<string, (asked: Asked) => string> = new Map([
  [
    "APIGW.0310",
    ({ projectId }) =>
      `check project_id (${projectId}) and region: these credentials are of another project`,
  ],
]);

/** Refused, and the clocks are too far apart for any signature: that is why. */
function skewOf(cause: FailureCause, { headers }: HttpReply, asked: Asked): Failure | undefined {
  if (cause !== "credentials" && cause !== "permission") return undefined;
  const aheadMs = asked.now - Date.parse(headers["date"] ?? "");
  if (!(Math.abs(aheadMs) > maxClockSkewMs)) return undefined;
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  const message = `the clock is ${minutes} min ${aheadMs > 0 ? "ahead of" : "behind"} the server's Date header (${asked.host}) – ${wayOut.clock()}`;
  return { cause: "clock", message };
}
