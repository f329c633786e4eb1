import { once } from "node:events";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { systemClock } from "../../src/clock.ts";

/** What the receiver does with one request. */
export interface Answer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The answer waits for this. */
  readonly hold?: Promise<unknown>;
  /**
   * `reset`: the request is read, then the connection is reset. `cut`: the body ends in the middle. `hang`: no answer
   * ever comes. `endless`: the body never ends.
   */
  readonly fault?: "reset" | "cut" | "hang" | "endless";
}

interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** When all of it had arrived, in epoch milliseconds. */
  readonly at: number;
}

/** A real HTTP server on 127.0.0.1 that records what it is sent and answers as told. */
export interface Receiver extends AsyncDisposable {
  /** Without a path or a slash at its end. */
  readonly origin: string;
  readonly requests: readonly ReceivedRequest[];
  /** Answers to the next requests, in order; the last one repeats. */
  answer(...answers: Answer[]): void;
  /** Resolves when so many requests have arrived in all. */
  arrived(count: number): Promise<void>;
}

/** Answers 200 with an empty body until told otherwise. */
export async function startReceiver(...first: Answer[]): Promise<Receiver> {
  let answers = first;
  const requests: ReceivedRequest[] = [];
  const waiters = new Set<() => void>();

  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    requests.push({ method, path: url, headers, body: await text(request), at: systemClock.now() });
    for (const look of waiters) look();
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
    await answer.hold;
    respond(response, answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The receiver has no port.");

  return {
    origin: `http://127.0.0.1:${address.port}`,
    requests,
    answer: (...next) => {
      answers = next;
    },
    arrived: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (requests.length < count) return;
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

function respond(response: ServerResponse, { status = 200, headers, body = "", fault }: Answer) {
  switch (fault) {
    case undefined:
      response.writeHead(status, headers).end(body);
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "cut":
      response.writeHead(status, { ...headers, "content-length": String(body.length + 1_000) });
      response.write(body, () => response.destroy());
      return;
    case "hang":
      return;
    case "endless":
      response.writeHead(status, headers).write(body);
      pour(response);
      return;
    default:
      fault satisfies never;
  }
}

/** Writes as fast as the other side reads, until it goes away. */
function pour(response: ServerResponse) {
  const chunk = "x".repeat(16_384);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", more);
  more();
}
