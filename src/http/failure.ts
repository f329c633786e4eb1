import type { HttpProxy } from "../core/proxy.ts";

/** Why there is no reply. `cut`: the body ended early or is damaged; `proxy`: a proxy did not let the request through. */
type HttpFailureReason =
  | "dns"
  | "refused"
  | "reset"
  | "tls"
  | "timeout"
  | "too_large"
  | "cut"
  | "proxy"
  | "stopped"
  | "network";

/** Those that say the same of every host. */
type Reason = Exclude<HttpFailureReason, "proxy">;

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
} as const satisfies Record<Reason, string>;

/** What is known of a failure beside its reason. */
interface Circumstances {
  /** The runtime's own word for it. */
  readonly code?: string | undefined;
  /** On the way to the host. */
  readonly proxy?: HttpProxy | undefined;
}

/** A failure in words. */
export function httpFailure(
  url: string,
  reason: Reason,
  { code, proxy }: Circumstances = {},
): HttpFailure {
  const who = proxy ? culprit(proxy, hostOf(url), failsAtProxy(reason, code)) : hostOf(url);
  return { reason, message: `${who} ${words[reason]}${code === undefined ? "" : ` (${code})`}` };
}

function culprit(proxy: HttpProxy, host: string, itself: boolean): string {
  return itself ? `${nameOf(proxy)} on the way to ${host}` : `${host} through ${nameOf(proxy)}`;
}

/** Names what the transport threw by its code alone: messages of ky, fetch and undici hold URLs and header values. */
export function failureOf(url: string, error: unknown, proxy?: HttpProxy): HttpFailure {
  const status = proxy && statusIn(error);
  if (status) return refusedByProxy(proxy, status, hostOf(url));
  const code = codeOf(error);
  return httpFailure(url, code === undefined ? "network" : reasonOf(code), { code, proxy });
}

/** Whoever asks through a proxy resolves no other name and connects to nothing else. */
function failsAtProxy(reason: Reason, code = ""): boolean {
  return (
    reason === "dns" ||
    reason === "refused" ||
    code === "UND_ERR_CONNECT_TIMEOUT" ||
    code.startsWith("UND_ERR_PRX_")
  );
}

/** undici tells what a proxy answered in words alone: `Proxy response (407) !== 200 when HTTP Tunneling`. */
function statusIn(error: unknown): string | undefined {
  return error instanceof Error ? /^Proxy .*\((\d{3})\)/.exec(error.message)?.[1] : undefined;
}

function refusedByProxy(proxy: HttpProxy, status: string, host: string): HttpFailure {
  const message = `${nameOf(proxy)} answered ${status} about ${host}: ${wayOut(proxy, status, host)}`;
  return { reason: "proxy", message };
}

function wayOut({ variable }: HttpProxy, status: string, host: string): string {
  if (status === "407") return `give ${variable} a user and password that it accepts`;
  if (status === "403") return `have it let requests to ${host} pass, or name the host in NO_PROXY`;
  if (status.startsWith("5"))
    return `it cannot reach ${host}; check the host name, and its own way out`;
  return `check that ${variable} names an HTTP proxy`;
}

function nameOf({ url, variable }: HttpProxy): string {
  return `the proxy ${hostOf(url)} (${variable})`;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

function reasonOf(code: string): Reason {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "dns";
    case "ECONNREFUSED":
      return "refused";
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
    case "UND_ERR_PRX_CONN":
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
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|ERR_TLS_|ERR_SSL_|UND_ERR_PRX_TLS$|EPROTO$)/;

function hostOf(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return "an address that is no URL";
  return `${parsed.hostname}:${parsed.port || (parsed.protocol === "https:" ? 443 : 80)}`;
}
