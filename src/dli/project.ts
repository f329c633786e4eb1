import type { Secret } from "../core/secret.ts";
import type { Credentials } from "./auth/credentials.ts";
import type { Rate } from "./pace.ts";

/** One Huawei Cloud project as its API sees us. */
export interface DliProject {
  /** `https://dli.<region>.myhuaweicloud.com`. */
  readonly endpoint: string;
  readonly projectId: string;
  readonly auth: DliAuth;
  readonly rate: Rate;
  /** Requests under way at once. */
  readonly concurrency: number;
}

/** How its requests are authorised. */
export type DliAuth =
  | Credentials
  | {
      /** Of a user of IAM, for tokens. */
      readonly type: "password";
      readonly username: string;
      readonly password: Secret;
      /** Name of the account that the user belongs to. */
      readonly domain: string;
      /** `https://iam.<region>.myhuaweicloud.com`. */
      readonly iamEndpoint: string;
    }
  /** By the agency of the ECS on which this runs. */
  | { readonly type: "metadata" };
