import ky from "ky";
import { type Dispatcher, request as undici } from "undici";
import type { Clock } from "./clock.ts";
import type { Proxies } from "./core/proxy.ts";
import { acceptedEncodings, readBody } from "./http/body.ts";
import { failureOf, type HttpFailure, httpFailure } from "./http/failure.ts";
import { createRoutes } from "./http/routes.ts";

export type { HttpFailure } from "./http/failure.ts";

/** An HTTP request as plain data. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed and decoded as UTF-8, at most `maxBytes` of it. */
  readonly body: string;
}

export type HttpOutcome =
  | { readonly reply: HttpReply; readonly failure?: never }
  | { readonly failure: HttpFailure; readonly reply?: never };

export interface HttpLimits {
  /** From the start to the last byte of the body, in milliseconds. */
  readonly deadlineMs: number;
  /** Of the decompressed body. */
  readonly maxBytes: number;
  /** What a longer body means: a failure, or that the rest is not read. */
  readonly oversize: "fail" | "cut";
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
    exchange: (request, limits) =>
      new Promise((resolve) => {
        const controller = new AbortController();
        const { dispatcher, proxy } = routes.to(request.url);
        const settle = (outcome: HttpOutcome) => {
          cancelTimer();
          limits.signal?.removeEventListener("abort", stop);
          resolve(outcome);
        };
        const giveUp = (reason: "stopped" | "timeout") => {
          settle({ failure: httpFailure(request.url, reason, { proxy }) });
          controller.abort();
        };
        const stop = () => giveUp("stopped");
        const cancelTimer = clock.after(limits.deadlineMs, () => giveUp("timeout"));
        if (limits.signal?.aborted) return stop();
        limits.signal?.addEventListener("abort", stop, { once: true });
        send(request, limits, { dispatcher, signal: controller.signal }).then(
          settle,
          (error: unknown) => settle({ failure: failureOf(request.url, error, proxy) }),
        );
      }),
    [Symbol.asyncDispose]: () => routes[Symbol.asyncDispose](),
  };
}

/** What undici needs beside the request itself. */
interface Transport {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

const client = ky.create({
  retry: 0,
  redirect: "manual",
  throwHttpErrors: false,
  timeout: false,
});

/**
 * ky runs the exchange and sees its address and status. Headers, bodies and the signal pass beside it: its
 * errors would print them, and wrapped as `Request` and `Response` they cost as much as the exchange itself.
 */
async function send(
  { url, method, headers, body }: HttpRequest,
  limits: HttpLimits,
  transport: Transport,
): Promise<HttpOutcome> {
  let outcome: HttpOutcome | undefined;
  const fetch = async () => {
    const answer = await undici(url, {
      ...transport,
      method,
      headers: { "accept-encoding": acceptedEncodings, ...headers },
      body: body ?? null,
    });
    outcome = await outcomeOf(url, answer, limits);
    return new Response(null, { status: answer.statusCode });
  };
  await client(url, { method, fetch });
  return outcome ?? { failure: httpFailure(url, "network") };
}

async function outcomeOf(
  url: string,
  { statusCode, headers, body }: Dispatcher.ResponseData,
  limits: HttpLimits,
): Promise<HttpOutcome> {
  const flat = flatten(headers);
  const { text, fault } = await readBody(body, flat["content-encoding"] ?? "", limits);
  return fault === undefined
    ? { reply: { status: statusCode, headers: flat, body: text } }
    : { failure: { ...httpFailure(url, fault), headers: flat } };
}

function flatten(headers: Dispatcher.ResponseData["headers"]): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}
