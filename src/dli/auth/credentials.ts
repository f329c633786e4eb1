import type { Credentials } from "../../core/access.ts";
import type { Failure } from "../../core/model.ts";
import type { Scrub } from "../../core/secret.ts";
import type { HttpReply } from "../../http.ts";

/** Why there are no credentials; `reply` is what refused them. */
interface Unobtained {
  readonly failure: Failure;
  readonly reply?: HttpReply;
  readonly credentials?: never;
}

/** Credentials to use, or why there are none. */
export type Obtained =
  | Unobtained
  | { readonly credentials: Credentials; readonly failure?: never; readonly reply?: never };

/** Credentials that end, or why there are none. */
export type Fetched =
  | Unobtained
  | { readonly credentials: Credentials; readonly lifeMs: number; readonly failure?: never };

/** Where the credentials of a project come from. */
export interface CredentialSource {
  /** Those to use now. Where they must be obtained first, all who ask meanwhile get the same answer, a failure too. */
  get(signal?: AbortSignal): Promise<Obtained>;
  /** They were let in. */
  accepted(credentials: Credentials): void;
  /** They were not let in. Whether others are worth a try: these were once, so they may have ended early. */
  refused(credentials: Credentials): boolean;
  /** Removes the project's secrets, and what was obtained with them, from text. */
  readonly scrub: Scrub;
}
