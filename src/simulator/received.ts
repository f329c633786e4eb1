import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reads a request to its end; `undefined` when the client left in the middle. */
export async function receive(request: IncomingMessage): Promise<Received | undefined> {
  const { method = "GET", url = "/" } = request;
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(", ")]),
  );
  try {
    return { method, url, headers, body: await text(request) };
  } catch {
    return undefined;
  }
}
