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

/** Why there is no reply. */
export type HttpFailureReason =
  | "dns"
  | "refused"
  | "reset"
  | "tls"
  | "timeout"
  | "too_large"
  | "cut"
  | "stopped"
  | "network";

/** `message` names the host and what happened, never the path or a header. */
export interface HttpFailure {
  readonly reason: HttpFailureReason;
  readonly message: string;
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
