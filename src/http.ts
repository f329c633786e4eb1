import { getCACertificates } from "node:tls";
import ky from "ky";
import { Agent, type Dispatcher, request as undici } from "undici";
import type { Clock } from "./clock.ts";
import { acceptedEncodings, readBody } from "./http/body.ts";
import { failureOf, type HttpFailure, httpFailure } from "./http/failure.ts";

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
    exchange: (request, limits) =>
      new Promise((resolve) => {
        const controller = new AbortController();
        const settle = (outcome: HttpOutcome) => {
          cancelTimer();
          limits.signal?.removeEventListener("abort", stop);
          resolve(outcome);
        };
        const giveUp = (reason: "stopped" | "timeout") => {
          settle({ failure: httpFailure(request.url, reason) });
          controller.abort();
        };
        const stop = () => giveUp("stopped");
        const cancelTimer = clock.after(limits.deadlineMs, () => giveUp("timeout"));
        if (limits.signal?.aborted) return stop();
        limits.signal?.addEventListener("abort", stop, { once: true });
        send(request, limits, { dispatcher: agent, signal: controller.signal }).then(
          settle,
          (error: unknown) => settle({ failure: failureOf(request.url, error) }),
        );
      }),
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

/** What undici needs beside the request itself. */
interface Transport {
  readonly dispatcher: Agent;
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
