import type { Clock } from "../clock.ts";
import { maxClockSkewMs, verifySignature } from "../core/signature.ts";
import type { Received } from "./received.ts";

const failuresBeforeLock = 5;
const lockMs = 5 * 60_000;

/** Judges requests that are signed with a key pair. */
export interface KeyPairs {
  /** Why a request is not let in, in the gateway's words; `undefined` if it is. */
  refusal(request: Received): string | undefined;
}

/** A key pair that is let in; a temporary one has a security token. */
export interface KeyPair {
  readonly access_key: string;
  readonly secret_key: string;
  readonly security_token?: string;
}

/** More than five failures in a row lock a key for five minutes; what it sends meanwhile changes nothing. */
export function keyPairsOf(
  find: (accessKey: string) => KeyPair | undefined,
  clock: Clock,
): KeyPairs {
  const failures = new Map<string, number>();
  const lockedUntil = new Map<string, number>();
  return {
    refusal(request) {
      const { authorization = "" } = request.headers;
      const [, accessKey] = /Access=([^,]+)/.exec(authorization) ?? [];
      if (accessKey === undefined) return "x-auth-token not found";
      if (clock.monotonic() < (lockedUntil.get(accessKey) ?? 0)) {
        return "AK access failed to reach the limit,forbidden";
      }
      const pair = find(accessKey);
      if (!pair) return `Get secretKey failed,ak:${accessKey},err:ak not exist`;
      const refused = refusalOf(request, pair, clock.now());
      const inARow = refused === undefined ? 0 : (failures.get(accessKey) ?? 0) + 1;
      const locks = inARow > failuresBeforeLock;
      if (locks) lockedUntil.set(accessKey, clock.monotonic() + lockMs);
      failures.set(accessKey, locks ? 0 : inARow);
      return refused;
    },
  };
}

function refusalOf(request: Received, pair: KeyPair, now: number): string | undefined {
  const { host, "x-sdk-date": date = "", "x-security-token": securityToken } = request.headers;
  if (!(Math.abs(epochOf(date) - now) <= maxClockSkewMs)) {
    return `signature expired, signature time:${date}`;
  }
  if (securityToken !== pair.security_token) return "decrypt token fail";
  const url = `http://${host}${request.url}`;
  const verdict = verifySignature({ ...request, url }, pair.secret_key);
  if (verdict.valid) return undefined;
  const shown = verdict.canonicalRequest.replaceAll("\n", "|");
  return `verify aksk signature fail, canonicalRequest:${shown}`;
}

/** `NaN` for what is no `X-Sdk-Date`. */
function epochOf(date: string): number {
  return Date.parse(
    date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
}
