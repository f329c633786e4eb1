import { z } from "zod";
import { secretText } from "../core/secret.ts";

/** An address option that nobody may see, since its path is the credential; parsed into a `Secret`. */
export function webhookUrl() {
  return secretText(
    z.string().refine(isSafeAddress, {
      error:
        "must be an https:// address (http:// only to this machine: localhost, 127.0.0.1 or [::1])",
    }),
  );
}

function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname);
}
