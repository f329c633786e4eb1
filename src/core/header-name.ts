import { z } from "zod";

/** The name of an HTTP header that an operator may set; those that `reserved` matches are set by others. */
export function headerName(reserved: RegExp) {
  return z
    .string()
    .regex(/^[!#$%&'*+.^_`|~\w-]+$/, { error: "is not the name of an HTTP header" })
    .refine((name) => !reserved.test(name), { error: "is a header that only dli-watch may set" });
}

/** What signs a webhook, and what undici refuses since it sees to the connection by itself. */
export const ownHeaders =
  /^(webhook-.*|content-length|host|connection|expect|keep-alive|transfer-encoding|upgrade)$/i;
