import { protectedUrl } from "../core/protected-url.ts";
import { secretText } from "../core/secret.ts";

/** An address option that nobody may see, since its path is the credential; parsed into a `Secret`. */
export function webhookUrl() {
  return secretText(protectedUrl());
}

/** An address option under which a service has several; without a slash at its end. */
export function serviceUrl() {
  return protectedUrl().overwrite((text) => text.replace(/\/+$/, ""));
}
