import { z } from "zod";
import { isProtected } from "./address.ts";
import { secretText } from "./secret.ts";

/** An address option that nobody may see, since its path is the credential; parsed into a `Secret`. */
export function secretAddress() {
  return secretText(
    z.string().refine(isDestination, {
      error:
        "must be an https:// address without user and password (http:// only to this machine: localhost, 127.0.0.1 or [::1])",
    }),
  );
}

function isDestination(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isProtected(url) && `${url.username}${url.password}` === "";
}
