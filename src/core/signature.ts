import { createHmac, hash } from "node:crypto";
import { unescape as percentDecode } from "node:querystring";

/** What of a request is signed: method, address, body and the headers named. */
export interface SignableRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AccessKeys {
  readonly accessKey: string;
  readonly secretKey: string;
}

const algorithm = "SDK-HMAC-SHA256";

/** How far the clocks of client and server may be apart, in milliseconds. */
export const maxClockSkewMs = 15 * 60_000;

/** Signs a request as Huawei Cloud's API gateway asks: every header given, and `Host`. Gives the headers to add; `at` is in epoch milliseconds. */
export function sign(
  request: SignableRequest,
  { accessKey, secretKey }: AccessKeys,
  at: number,
): Readonly<Record<"X-Sdk-Date" | "Authorization", string>> {
  const date = formatDate(at);
  const headers = signedValues({ ...request, headers: { ...request.headers, "X-Sdk-Date": date } });
  const names = [...headers.keys()].sort();
  const signature = signatureOf(canonicalRequest(request, headers, names), date, secretKey);
  return {
    "X-Sdk-Date": date,
    Authorization: `${algorithm} Access=${accessKey}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}

export type Verdict =
  | { readonly valid: true }
  /** The request as the server saw it, to be compared with what was signed. */
  | { readonly valid: false; readonly canonicalRequest: string };

/** Whether a request carries the signature that {@link sign} gives it; its date is not judged. */
export function verifySignature(request: SignableRequest, secretKey: string): Verdict {
  const headers = signedValues(request);
  const [, names = "", signature = ""] =
    /SignedHeaders=([^,\s]*), *Signature=(\S+)/.exec(headers.get("authorization") ?? "") ?? [];
  const canonical = canonicalRequest(request, headers, names.split(";"));
  return signatureOf(canonical, headers.get("x-sdk-date") ?? "", secretKey) === signature
    ? { valid: true }
    : { valid: false, canonicalRequest: canonical };
}

/** Trimmed values by lower-case name, `host` from the address where it is not among them. */
function signedValues({ url, headers }: SignableRequest): ReadonlyMap<string, string> {
  const { host } = new URL(url);
  return new Map([
    ["host", host],
    ...Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()] as const),
  ]);
}

function canonicalRequest(
  { method, url, body = "" }: SignableRequest,
  headers: ReadonlyMap<string, string>,
  names: readonly string[],
): string {
  const { pathname, searchParams } = new URL(url);
  return [
    method.toUpperCase(),
    canonicalPath(pathname),
    canonicalQuery(searchParams),
    ...names.map((name) => `${name}:${headers.get(name) ?? ""}`),
    "",
    names.join(";"),
    hash("sha256", body),
  ].join("\n");
}

/** It always ends in a slash, although the request's does not. */
function canonicalPath(pathname: string): string {
  const path = pathname.split("/").map(percentDecode).map(percentEncode).join("/");
  return path.endsWith("/") ? path : `${path}/`;
}

function canonicalQuery(parameters: URLSearchParams): string {
  return [...parameters]
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&");
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** `encodeURIComponent` spares five characters that are not unreserved (RFC 3986). */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function signatureOf(canonical: string, date: string, secretKey: string): string {
  const digest = hash("sha256", canonical);
  return createHmac("sha256", secretKey).update(`${algorithm}\n${date}\n${digest}`).digest("hex");
}

/** `20261124T020000Z`. */
function formatDate(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, "");
}
