import ky from "ky";
import type { Clock } from "./clock.ts";
import type { Proxies } from "./core/proxy.ts";
import type { BodyLimits } from "./http/body.ts";
import { type HttpOutcome, type HttpRequest, startExchange } from "./http/exchange.ts";
import { failureOf, httpFailure } from "./http/failure.ts";
import { createRoutes, type HttpRoute } from "./http/routes.ts";

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

/** What requests need on their way; `ca` (PEM) is trusted beside the certificate authorities that Node trusts. */
export interface HttpOptions {
  readonly clock: Clock;
  readonly ca?: string | undefined;
  readonly proxies?: Proxies | undefined;
}

/** The one place where requests leave. */
export function createHttp({ clock, ca, proxies }: HttpOptions): Http {
  const routes = createRoutes(ca, proxies);
  return {
    async exchange(request, limits) {
      const { url, method } = request;
      const route = routes.to(url);
      let outcome: HttpOutcome | undefined;
      const fetch = async () => {
        outcome = await exchangeWithin({ route, clock }, request, limits);
        return answered;
      };
      try {
        await client(url, { method, fetch });
      } catch (error) {
        return { failure: failureOf(url, error, route.proxy) };
      }
      return outcome ?? { failure: httpFailure(url, "network") };
    },
    [Symbol.asyncDispose]: () => routes[Symbol.asyncDispose](),
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
  { route, clock }: { readonly route: HttpRoute; readonly clock: Clock },
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
      settle({ failure: httpFailure(request.url, reason, { proxy: route.proxy }) });
      breakOff();
    };
    const stop = () => giveUp("stopped");
    const cancelTimer = clock.after(deadlineMs, () => giveUp("timeout"));
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop, { once: true });
    breakOff = startExchange(route, request, { ...limits, settle });
  });
}
