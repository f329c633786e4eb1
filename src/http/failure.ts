/** Why there is no reply. `cut`: the body ended early or is damaged. */
type HttpFailureReason =
  | "dns"
  | "refused"
  | "reset"
  | "tls"
  | "timeout"
  | "too_large"
  | "cut"
  | "stopped"
  | "network";

/** `message` names the host and what happened, never the path or a header. */
export interface HttpFailure {
  readonly reason: HttpFailureReason;
  readonly message: string;
  /** Of a reply whose body could not be read. */
  readonly headers?: Readonly<Record<string, string>>;
}

const words = {
  dns: "does not resolve: check the host name and the DNS server",
  refused: "refuses connections: check host and port, and that the service runs",
  reset: "closed the connection before it answered",
  tls: "has no certificate that is trusted here: check ca_file, the host name and the certificate's dates",
  timeout: "did not answer completely in time",
  too_large: "sent a larger reply than is read",
  cut: "sent a reply whose body ended early or is damaged",
  stopped: "was not waited for any longer",
  network: "cannot be reached: check network, proxy and firewall",
} as const satisfies Record<HttpFailureReason, string>;

/** A failure in words; `code` is the runtime's own word for it. */
export function httpFailure(url: string, reason: HttpFailureReason, code?: string): HttpFailure {
  return {
    reason,
    message: `${hostOf(url)} ${words[reason]}${code === undefined ? "" : ` (${code})`}`,
  };
}

/** Names what the transport threw by its code alone: messages of ky, fetch and undici hold URLs and header values. */
export function failureOf(url: string, error: unknown): HttpFailure {
  const code = codeOf(error);
  return httpFailure(url, code === undefined ? "network" : reasonOf(code), code);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

function reasonOf(code: string): HttpFailureReason {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "dns";
    case "ECONNREFUSED":
      return "refused";
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
      return "reset";
    case "ETIMEDOUT":
    case "UND_ERR_CONNECT_TIMEOUT":
    case "UND_ERR_HEADERS_TIMEOUT":
      return "timeout";
    default:
      return tlsCodes.test(code) ? "tls" : "network";
  }
}

/** OpenSSL's verification results and Node's own TLS errors. */
const tlsCodes =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|ERR_TLS_|ERR_SSL_|EPROTO$)/;

function hostOf(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return "an address that is no URL";
  return `${parsed.hostname}:${parsed.port || (parsed.protocol === "https:" ? 443 : 80)}`;
}
