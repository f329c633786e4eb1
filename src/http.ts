import { getCACertificates } from "node:tls";
import ky from "ky";
import { Agent } from "undici";
import type { Clock } from "./clock.ts";
import type { BodyLimits } from "./http/body.ts";
import { type HttpOutcome, type HttpRequest, startExchange } from "./http/exchange.ts";
import { failureOf, httpFailure } from "./http/failure.ts";

export type { HttpOutcome, HttpReply, HttpRequest } from "./http/exchange.ts";
export type { HttpFailure } from "./http/failure.ts";

/** `oversize`: what a body longer than `maxBytes` means. */
export interface HttpLimits extends BodyLimits {
  /** From the start to the last byte of the body, in milliseconds. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** Sends one request: no redirect is followed, no error thrown, nothing retried. */
export interface Http extends AsyncDisposable {
  exchange(request: HttpRequest, limits: HttpLimits): Promise<HttpOutcome>;
}

/** A connection is reused for this long unless the server says otherwise: polls are seconds apart, a TLS handshake costs twenty of them. */
const keepAliveMs = 30_000;
const connectTimeoutMs = 10_000;

/** The one place where requests leave. `ca` (PEM) is trusted beside the certificate authorities that Node trusts. */
export function createHttp({ clock, ca }: { clock: Clock; ca?: string }): Http {
  const agent = new Agent({
    allowH2: false,
    keepAliveTimeout: keepAliveMs,
    connect: {
      timeout: connectTimeoutMs,
      ...(ca !== undefined && { ca: [...getCACertificates(), ca] }),
    },
  });
  return {
    async exchange(request, limits) {
      const { url, method } = request;
      let outcome: HttpOutcome | undefined;
      const fetch = async () => {
        outcome = await exchangeWithin({ agent, clock }, request, limits);
        return answered;
      };
      try {
        await client(url, { method, fetch });
      } catch (error) {
        return { failure: failureOf(url, error) };
      }
      return outcome ?? { failure: httpFailure(url, "network") };
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

/**
 * ky runs the exchange and sees its address. Headers, status and body pass beside it: its errors would print them, and
 * wrapped as `Request` and `Response` they cost as much as the exchange itself.
 */
const client = ky.create({ retry: 0, timeout: false });
const answered = new Response();

/** Waits for an exchange no longer than it may take. */
function exchangeWithin(
  { agent, clock }: { readonly agent: Agent; readonly clock: Clock },
  request: HttpRequest,
  { deadlineMs, signal, ...limits }: HttpLimits,
): Promise<HttpOutcome> {
  return new Promise((resolve) => {
    let breakOff = () => {};
    const settle = (outcome: HttpOutcome) => {
      cancelTimer();
      signal?.removeEventListener("abort", stop);
      resolve(outcome);
    };
    const giveUp = (reason: "stopped" | "timeout") => {
      settle({ failure: httpFailure(request.url, reason) });
      breakOff();
    };
    const stop = () => giveUp("stopped");
    const cancelTimer = clock.after(deadlineMs, () => giveUp("timeout"));
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop, { once: true });
    breakOff = startExchange(agent, request, { ...limits, settle });
  });
}
