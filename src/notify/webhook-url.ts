import { z } from "zod";
import { isProtected } from "../core/address.ts";
import { secretText } from "../core/secret.ts";

/** An address option that nobody may see, since its path is the credential; parsed into a `Secret`. */
export function webhookUrl() {
  return secretText(protectedUrl());
}

/** An address option under which a service has several; without a slash at its end. */
export function serviceUrl() {
  return protectedUrl().overwrite((text) => text.replace(/\/+$/, ""));
}

function protectedUrl() {
  return z.string().refine(isDestination, {
    error:
      "must be an https:// address without user and password (http:// only to this machine: localhost, 127.0.0.1 or [::1])",
  });
}

function isDestination(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isProtected(url) && `${url.username}${url.password}` === "";
}
