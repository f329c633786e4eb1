import { z } from "zod";
import { isProtected } from "../core/address.ts";
import { secretText } from "../core/secret.ts";

/** An address option that nobody may see, since its path is the credential; parsed into a `Secret`. */
export function webhookUrl() {
  return secretText(
    z.string().refine((text) => URL.canParse(text) && isProtected(new URL(text)), {
      error:
        "must be an https:// address (http:// only to this machine: localhost, 127.0.0.1 or [::1])",
    }),
  );
}
