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

/** Takes a body as it comes. */
export interface BodyReader {
  /** Whether more may come now; if not, `resume` will tell when. */
  write(chunk: Uint8Array): boolean;
  end(): void;
  /** Nothing more comes, and nothing is to be told. */
  destroy(): void;
}

/** The codings {@link readBody} understands, as a request's `accept-encoding`. */
export const acceptedEncodings = "gzip, deflate, br";

/** Decompresses, collects and decodes a body, and tells it once. Beyond the limit nothing is decompressed or kept. */
export function readBody(
  encoding: string,
  limits: BodyLimits,
  { tell, resume }: { readonly tell: (body: Body) => void; readonly resume: () => void },
): BodyReader {
  const plain = collect(limits, tell);
  const decompressor = decompressorOf(encoding);
  if (!decompressor) return plain;
  decompressor.on("data", (chunk: Uint8Array) => {
    if (!plain.write(chunk)) decompressor.destroy();
  });
  decompressor.on("end", plain.end);
  decompressor.on("error", () => tell({ fault: "cut" }));
  decompressor.on("drain", resume);
  return decompressor;
}

function decompressorOf(encoding: string) {
  switch (encoding.toLowerCase()) {
    case "gzip":
    case "x-gzip":
    case "deflate":
      return createUnzip();
    case "br":
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

function collect({ maxBytes, oversize }: BodyLimits, tell: (body: Body) => void): BodyReader {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const end = () => tell({ text: decode(chunks, maxBytes) });
  return {
    write(chunk) {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= maxBytes) return true;
      if (oversize === "cut") end();
      else tell({ fault: "too_large" });
      return false;
    },
    end,
    destroy() {},
  };
}

const utf8 = new TextDecoder();

function decode(chunks: readonly Uint8Array[], maxBytes: number): string {
  const [only, ...more] = chunks;
  const bytes = only && more.length === 0 ? only : Buffer.concat(chunks);
  return utf8.decode(bytes.subarray(0, maxBytes));
}
