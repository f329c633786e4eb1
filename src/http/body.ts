import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createUnzip } from "node:zlib";

/** What of a body is read. `oversize`: whether a longer one is a fault, or its rest is left. */
export interface BodyLimits {
  /** Of the decompressed body. */
  readonly maxBytes: number;
  readonly oversize: "fail" | "cut";
}

export type Body =
  | { readonly text: string; readonly fault?: never }
  | { readonly fault: "cut" | "too_large"; readonly text?: never };

/** The codings {@link readBody} understands, as a request's `accept-encoding`. */
export const acceptedEncodings = "gzip, deflate, br";

/** Reads, decompresses and decodes a body. Beyond the limit nothing is read, decompressed or kept. */
export function readBody(raw: Readable, encoding: string, limits: BodyLimits): Promise<Body> {
  const body = decompressed(raw, encoding);
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const finish = () => resolve({ text: decode(chunks, limits.maxBytes) });
    body.on("data", (chunk: Uint8Array) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= limits.maxBytes) return;
      if (limits.oversize === "cut") finish();
      else resolve({ fault: "too_large" });
      body.destroy();
    });
    body.on("end", finish);
    body.on("error", () => resolve({ fault: "cut" }));
  });
}

function decompressed(raw: Readable, encoding: string): Readable {
  switch (encoding.toLowerCase()) {
    case "gzip":
    case "x-gzip":
    case "deflate":
      return pipeline(raw, createUnzip(), ignoreError);
    case "br":
      return pipeline(raw, createBrotliDecompress(), ignoreError);
    default:
      return raw;
  }
}

/** `pipeline` wants to be listened to; the error is emitted by the stream it returns, too. */
function ignoreError(): void {}

const utf8 = new TextDecoder();

function decode(chunks: readonly Uint8Array[], maxBytes: number): string {
  const [only, ...more] = chunks;
  const bytes = only && more.length === 0 ? only : Buffer.concat(chunks);
  return utf8.decode(bytes.subarray(0, maxBytes));
}
