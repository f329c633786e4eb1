import { isLoopback } from "./address.ts";
import type { Secret } from "./secret.ts";

/** An HTTP proxy through which requests leave. */
export interface HttpProxy {
  /** The environment variable that names it. */
  readonly variable: string;
  /** Without user and password. */
  readonly url: string;
  /** `user:password`. */
  readonly login?: Secret;
  /** Parts of the login that are as secret by themselves. */
  readonly secrets: readonly Secret[];
}

/** Which requests leave through a proxy. */
export interface Proxies {
  /** For `http://` and `https://` addresses. */
  readonly http?: HttpProxy;
  readonly https?: HttpProxy;
  /** Hosts that are asked without one: `host`, `.domain` or `*.domain`, each with or without a port, or `*`. */
  readonly except: readonly string[];
}

/** Link-local: behind a proxy there is the metadata service of another machine, or none. */
const metadataHost = "169.254.169.254";

/** The proxy on the way to an address, if there is one; this machine and its metadata service are never asked through one. */
export function proxyOf(url: URL, proxies: Proxies): HttpProxy | undefined {
  const { protocol, hostname, port } = url;
  const proxy = protocol === "https:" ? proxies.https : proxies.http;
  if (!proxy || isLoopback(hostname) || hostname === metadataHost) return undefined;
  const [host, usual] = [hostname.replace(/\.$/, ""), protocol === "https:" ? "443" : "80"];
  return proxies.except.some((entry) => covers(entry, host, port || usual)) ? undefined : proxy;
}

function covers(entry: string, host: string, port: string): boolean {
  const [, name = "", only = port] = /^(\[.+\]|.+?)(?::(\d+))?$/.exec(bracketed(entry)) ?? [];
  const domain = name.toLowerCase().replace(/^\*?\.|\.$/g, "");
  return only === port && (domain === "*" || host === domain || host.endsWith(`.${domain}`));
}

/** An address of IPv6 has brackets in a URL, but may lack them here. */
function bracketed(entry: string): string {
  return /^[^[\]]*:[^[\]]*:/.test(entry) ? `[${entry}]` : entry;
}
