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
const dateHeader = "x-sdk-date";

/** How far the clocks of client and server may be apart, in milliseconds. */
export const maxClockSkewMs = 15 * 60_000;

type SignatureHeaders = Readonly<Record<"X-Sdk-Date" | "Authorization", string>>;

/**
 * Signs a request as Huawei Cloud's API gateway asks: every header given, and `Host`. Gives the headers to add at a time
 * (epoch milliseconds); all that is the same each time is prepared once, and a second is signed once.
 */
export function signer(
  request: SignableRequest,
  { accessKey, secretKey }: AccessKeys,
): (at: number) => SignatureHeaders {
  const values = signedValues(request).set(dateHeader, "");
  const names = [...values.keys()].sort();
  const canonicalOf = canonicalRequest(request, names);
  const access = `${algorithm} Access=${accessKey}, SignedHeaders=${names.join(";")}`;
  let last: SignatureHeaders = { "X-Sdk-Date": "", Authorization: "" };
  return (at) => {
    const date = formatDate(at);
    if (last["X-Sdk-Date"] !== date) {
      const canonical = canonicalOf(values.set(dateHeader, date));
      const signature = signatureOf(canonical, date, secretKey);
      last = { "X-Sdk-Date": date, Authorization: `${access}, Signature=${signature}` };
    }
    return last;
  };
}

export type Verdict =
  | { readonly valid: true }
  /** The request as the server saw it, to be compared with what was signed. */
  | { readonly valid: false; readonly canonicalRequest: string };

/** Whether a request carries the signature that a {@link signer} gives it; its date is not judged. */
export function verifySignature(request: SignableRequest, secretKey: string): Verdict {
  const headers = signedValues(request);
  const [, names = "", signature = ""] =
    /SignedHeaders=([^,\s]*), *Signature=(\S+)/.exec(headers.get("authorization") ?? "") ?? [];
  const canonical = canonicalRequest(request, names.split(";"))(headers);
  return signatureOf(canonical, headers.get(dateHeader) ?? "", secretKey) === signature
    ? { valid: true }
    : { valid: false, canonicalRequest: canonical };
}

/** Trimmed values by lower-case name, `host` from the address where it is not among them. */
function signedValues({ url, headers }: SignableRequest): Map<string, string> {
  const { host } = new URL(url);
  return new Map([
    ["host", host],
    ...Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()] as const),
  ]);
}

/** The canonical request, by the values of its headers. */
function canonicalRequest(
  { method, url, body = "" }: SignableRequest,
  names: readonly string[],
): (headers: ReadonlyMap<string, string>) => string {
  const { pathname, searchParams } = new URL(url);
  const start = [method.toUpperCase(), canonicalPath(pathname), canonicalQuery(searchParams)].join(
    "\n",
  );
  const end = ["", names.join(";"), hash("sha256", body)].join("\n");
  return (headers) =>
    [start, ...names.map((name) => `${name}:${headers.get(name) ?? ""}`), end].join("\n");
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
