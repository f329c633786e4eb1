import type { Auth, Rate } from "../core/access.ts";

/** One Huawei Cloud project as its API sees us. */
export interface DliProject {
  /** `https://dli.<region>.myhuaweicloud.com`. */
  readonly endpoint: string;
  readonly projectId: string;
  readonly auth: Auth;
  readonly rate: Rate;
  /** Requests under way at once. */
  readonly concurrency: number;
}
