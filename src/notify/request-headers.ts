import { z } from "zod";
import { headerName, ownHeaders } from "../core/header-name.ts";
import { type Secret, secretText } from "../core/secret.ts";

const reserved = new RegExp(`^content-type$|${ownHeaders.source}`, "i");

const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, {
  error: "must be printable ASCII, without line breaks",
});

/** An option for further headers of a notifier's requests; nobody may see their values. */
export function requestHeaders() {
  return z.record(headerName(reserved), secretText(headerValue));
}

/** Headers as they are sent. */
export function revealed(
  headers: Readonly<Record<string, Secret>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]));
}
