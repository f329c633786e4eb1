import { z } from "zod";
import { isProtected } from "./address.ts";

/** An address as an option: what is sent there cannot be read on the way. */
export function protectedUrl() {
  return z.string().refine(isDestination, {
    error:
      "must be an https:// address without user and password (http:// only to this machine: localhost, 127.0.0.1 or [::1])",
  });
}

function isDestination(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isProtected(url) && `${url.username}${url.password}` === "";
}
