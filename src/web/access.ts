import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { Context, MiddlewareHandler } from "hono";
import { isLoopback } from "../core/address.ts";
import type { Secret } from "../core/secret.ts";
import type { Wire } from "./serve.ts";
import { longestMs, type Tries } from "./tries.ts";

/** Who may read page and API: the `server` section of the configuration. */
export interface Access {
  readonly token?: Secret;
  /** Host names, without port, under which it may be asked; empty: see {@link requireHost}. */
  readonly hosts: readonly string[];
  /** Where people reach it: its host is ours in any case. */
  readonly publicUrl?: string;
}

const challenge = 'Basic realm="dli-watch", charset="UTF-8", Bearer realm="dli-watch"';
const refusal = "this needs server.token, as a Bearer token or as the password of Basic";
const crowded = "too many wrong tokens were sent; the right one is taken at any time";

/**
 * Lets only those pass who know the token: as a Bearer token, or as the password of Basic, so that a
 * browser can ask for it. Wrong ones are answered late.
 */
export function requireToken(token: Secret | undefined, tries: Tries): MiddlewareHandler<Wire> {
  if (!token) return (_, next) => next();
  const expected = sha256(token.reveal());
  return async (c, next) => {
    const offered = offeredToken(c.req.header("authorization") ?? "");
    if (timingSafeEqual(sha256(offered), expected)) return next();
    if (offered !== "" && (await tries.wrong(clientOf(c), c.req.raw.signal)) === "crowded")
      return c.json({ error: crowded }, 429, { "retry-after": `${longestMs / 1_000}` });
    return c.json({ error: refusal }, 401, { "www-authenticate": challenge });
  };
}

/**
 * Refuses Host names that are not ours: a page whose own name is made to point at this machine (DNS
 * rebinding) gives that name away. Without a list, addresses pass, which such a page cannot send, and
 * so does every name where a token protects the rest.
 */
export function requireHost({ token, hosts, publicUrl }: Access): MiddlewareHandler {
  const listed = new Set(hosts.map(withoutBrackets));
  const own = publicUrl === undefined ? undefined : withoutBrackets(new URL(publicUrl).hostname);
  const passes = (host: string) =>
    isLoopback(host) ||
    host === own ||
    (listed.size > 0 ? listed.has(host) : token !== undefined || isIP(host) > 0);
  return async (c, next) => {
    const host = hostOf(c.req.header("host") ?? "");
    if (passes(host)) return next();
    const error = `the host ${JSON.stringify(host)} is not served here; add it to server.hosts`;
    return c.json({ error }, 421);
  };
}

/** Who asks. A proxy on this machine says for whom; anybody else could say anything. */
function clientOf(c: Context<Wire>): string {
  const peer = withoutMapping(c.env.incoming?.socket.remoteAddress ?? "");
  const named = c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  return isLoopback(peer) && isIP(named) > 0 ? named : peer;
}

/** An IPv4 address as it is where the socket is one of IPv6. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** The text to compare with the token; empty where nothing was offered. */
function offeredToken(authorization: string): string {
  const [, scheme = "", credentials = ""] = /^(Bearer|Basic) +(.+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== "basic") return credentials;
  const pair = Buffer.from(credentials, "base64").toString();
  return pair.slice(pair.indexOf(":") + 1);
}

/** Digests of equal length: the comparison's time tells neither content nor length. */
function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** The host of a Host header, without port and brackets, in lower case. */
function hostOf(header: string): string {
  return withoutBrackets(header.replace(/:\d*$/, ""));
}

function withoutBrackets(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
}
