import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { type Clock, pause } from "../clock.ts";
import type { Reply } from "./replies.ts";
import type { Fault } from "./scenario.ts";

/** Writes a reply as its fault has it: late, in drips, cut short, reset. Returns early when the client leaves. */
export async function deliver(
  response: ServerResponse,
  reply: Reply,
  { fault = {}, clock }: { readonly fault?: Fault | undefined; readonly clock: Clock },
): Promise<void> {
  const left = new AbortController();
  response.once("close", () => left.abort());
  if (fault.delayMs !== undefined) await pause(clock, fault.delayMs, left.signal);
  if (fault.reset && fault.cut === undefined) return close(response, fault);

  const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
  const body = fault.gzip ? gzipSync(text) : Buffer.from(text);
  writeHead(response, reply, { fault, length: body.length });
  for (const piece of piecesOf(body.subarray(0, fault.cut), fault)) {
    if (left.signal.aborted) return;
    await write(response, piece);
    if (fault.dripMs !== undefined) await pause(clock, fault.dripMs, left.signal);
  }
  if (fault.cut === undefined) response.end();
  else close(response, fault);
}

function writeHead(
  response: ServerResponse,
  { status, headers = {} }: Reply,
  { fault, length }: { readonly fault: Fault; readonly length: number },
): void {
  const { framing = "length", gzip } = fault;
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  if (gzip) response.setHeader("content-encoding", "gzip");
  if (framing === "length") response.setHeader("content-length", length);
  if (framing === "close") {
    response.removeHeader("transfer-encoding");
    response.setHeader("connection", "close");
  }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.flushHeaders();
}

function piecesOf(body: Buffer, { dripMs }: Fault): readonly Uint8Array[] {
  return dripMs === undefined ? [body] : Array.from(body, (byte) => Buffer.of(byte));
}

/** Resolves when the bytes are on their way, or will never be. */
function write(response: ServerResponse, piece: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    response.write(piece, () => resolve());
  });
}

function close({ socket }: ServerResponse, { reset }: Fault): void {
  if (reset) socket?.resetAndDestroy();
  else socket?.destroy();
}
