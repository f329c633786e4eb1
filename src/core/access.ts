import type { Secret } from "./secret.ts";

/** Keys that sign requests. */
export interface KeyPair {
  readonly type: "keys";
  readonly accessKey: Secret;
  readonly secretKey: Secret;
  /** Of temporary keys. */
  readonly securityToken?: Secret;
}

/** What a request is authorised by. */
export type Credentials = KeyPair | { readonly type: "token"; readonly token: Secret };

/** How requests to a project's API are authorised: by ready-made credentials, or by some that are obtained. */
export type Auth =
  | Credentials
  | {
      /** Of a user of IAM, for tokens. */
      readonly type: "password";
      readonly username: string;
      readonly password: Secret;
      /** Name of the account that the user belongs to. */
      readonly domain: string;
      /** Base URL of IAM, without a trailing slash. */
      readonly iamEndpoint: string;
    }
  /** By the agency of the ECS on which this runs. */
  | { readonly type: "metadata" };

/** At most `count` requests in any `perMs` milliseconds. */
export interface Rate {
  readonly count: number;
  readonly perMs: number;
}
