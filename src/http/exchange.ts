import type { Dispatcher } from "undici";
import { acceptedEncodings, type BodyLimits, type BodyReader, readBody } from "./body.ts";
import { failureOf, type HttpFailure, httpFailure } from "./failure.ts";
import type { HttpRoute } from "./routes.ts";

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

/** Sends a request and tells `settle` what came of it; gives back what breaks it off. No redirect is followed, nothing retried. */
export function startExchange(
  { dispatcher, proxy }: HttpRoute,
  { url, method, headers, body }: HttpRequest,
  { settle, ...limits }: BodyLimits & { readonly settle: (outcome: HttpOutcome) => void },
): () => void {
  const { origin, pathname, search } = new URL(url);
  let controller: Dispatcher.DispatchController | undefined;
  let reader: BodyReader | undefined;
  let brokenOff = false;
  let complete = false;
  let heard: HttpReply["headers"] = {};
  const breakOff = () => {
    brokenOff = true;
    reader?.destroy();
    controller?.abort(new Error("The exchange is not needed any more"));
  };
  const request = {
    origin,
    path: pathname + search,
    method,
    headers: { "accept-encoding": acceptedEncodings, ...headers },
    body: body ?? null,
  };
  dispatcher.dispatch(request, {
    onRequestStart(started) {
      controller = started;
      if (brokenOff) breakOff();
    },
    onResponseStart(started, status, given) {
      heard = flatten(given);
      reader = readBody(heard["content-encoding"] ?? "", limits, {
        tell({ text, fault }) {
          settle(
            fault === undefined
              ? { reply: { status, headers: heard, body: text } }
              : { failure: { ...httpFailure(url, fault), headers: heard } },
          );
          if (!complete) breakOff();
        },
        resume: () => started.resume(),
      });
    },
    onResponseData(started, chunk) {
      if (!reader?.write(chunk)) started.pause();
    },
    onResponseEnd() {
      complete = true;
      reader?.end();
    },
    onResponseError(_, error) {
      reader?.destroy();
      settle({
        failure: reader
          ? { ...httpFailure(url, "cut"), headers: heard }
          : failureOf(url, error, proxy),
      });
    },
  });
  return breakOff;
}

function flatten(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}
