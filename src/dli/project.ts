import type { Secret } from "../core/secret.ts";
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

type DliAuth =
  | {
      readonly type: "keys";
      readonly accessKey: Secret;
      readonly secretKey: Secret;
      /** Of temporary keys. */
      readonly securityToken?: Secret;
    }
  | { readonly type: "token"; readonly token: Secret };
