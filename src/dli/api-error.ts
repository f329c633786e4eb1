import { z } from "zod";
import type { Failure } from "../core/model.ts";
import { oneLine, truncate } from "../core/text.ts";
import type { HttpReply } from "../http.ts";
import { describeBody, parseJson } from "./json-body.ts";

/** What a refusal says of itself. */
export interface ApiError {
  /** `DLI.0001`, `APIGW.0301`; empty where the shape has none. */
  readonly code: string;
  readonly text: string;
  readonly requestId?: string | undefined;
  /** Whether the body had one of the API's shapes at all. */
  readonly known: boolean;
}

const apiError = z.union([
  z
    .object({
      error_code: z.string(),
      error_msg: z.string().nullish(),
      request_id: z.string().nullish(),
    })
    .transform((body) => ({
      code: body.error_code,
      text: body.error_msg ?? "",
      requestId: body.request_id ?? undefined,
    })),
  z
    .object({ error: z.object({ message: z.string() }) })
    .transform(({ error }) => ({ code: "", text: error.message })),
  z
    .object({ is_success: z.literal(false), message: z.string().nullish() })
    .transform(({ message }) => ({ code: "", text: message ?? "" })),
]);

/** Reads a refusal in any of the shapes that DLI, the API gateway and IAM have for it. */
export function parseError(body: string): ApiError {
  const parsed = apiError.safeParse(parseJson(body));
  return parsed.success
    ? { ...parsed.data, text: shortened(parsed.data.text), known: true }
    : {
        code: "",
        text: `not the API's own words (its body is ${describeBody(body)})`,
        known: false,
      };
}

/** What the cloud's support asks for: the header `X-Request-Id`, else what the body has instead. */
export function requestIdOf(
  headers: HttpReply["headers"] = {},
  inBody = "",
): Pick<Failure, "requestId"> {
  const requestId = truncate(oneLine(headers["x-request-id"] ?? inBody), 100);
  return requestId ? { requestId } : {};
}

/** The server's canonical request is shown whole, its lines kept apart: it is compared with ours. */
function shortened(text: string): string {
  const canonical = text.includes("canonicalRequest:");
  return truncate(oneLine(text.replace(/\r?\n/g, canonical ? "⏎" : " ")), canonical ? 4_000 : 300);
}
