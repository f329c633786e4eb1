import type { KeyPair } from "../core/access.ts";
import { Secret } from "../core/secret.ts";

/** Names of the environment variables that hold a project and its credentials. */
export interface CloudVariables {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Only where it is set: of temporary keys. */
  readonly securityToken?: string;
  readonly projectId: string;
  readonly region: string;
}

const sdk = {
  accessKey: "HUAWEICLOUD_SDK_AK",
  secretKey: "HUAWEICLOUD_SDK_SK",
  securityToken: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
} as const;

/** Of the vendor's SDKs, of its Terraform provider, and the older ones of that: the first are asked first. */
const keyPairs = [
  sdk,
  {
    accessKey: "HW_ACCESS_KEY",
    secretKey: "HW_SECRET_KEY",
    securityToken: "HW_SECURITY_TOKEN",
  },
  {
    accessKey: "OS_ACCESS_KEY",
    secretKey: "OS_SECRET_KEY",
    securityToken: "OS_SECURITY_TOKEN",
  },
] as const;
const projectIds = ["HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID", "OS_PROJECT_ID"] as const;
const regions = ["HW_REGION_NAME", "OS_REGION_NAME"] as const;

/** The variables that are set, else those to set. Keys and their token are of one family: others do not fit together. */
export function cloudVariables(env: Readonly<Record<string, string | undefined>>): CloudVariables {
  const isSet = (name: string) => Boolean(env[name]);
  const { accessKey, secretKey, securityToken } =
    keyPairs.find((pair) => isSet(pair.accessKey) && isSet(pair.secretKey)) ?? sdk;
  return {
    accessKey,
    secretKey,
    ...(isSet(securityToken) && { securityToken }),
    projectId: projectIds.find(isSet) ?? projectIds[0],
    region: regions.find(isSet) ?? regions[0],
  };
}

/** The key pair that the environment has, if any. */
export function cloudKeys(env: Readonly<Record<string, string | undefined>>): KeyPair | undefined {
  const names = cloudVariables(env);
  const [accessKey, secretKey] = [env[names.accessKey], env[names.secretKey]];
  const securityToken = names.securityToken && env[names.securityToken];
  if (!accessKey || !secretKey) return undefined;
  return {
    type: "keys",
    accessKey: new Secret(accessKey),
    secretKey: new Secret(secretKey),
    ...(securityToken && { securityToken: new Secret(securityToken) }),
  };
}

/** Which variables would do, in words. */
export const keyVariables = keyPairs
  .map(({ accessKey, secretKey }) => `${accessKey} and ${secretKey}`)
  .join(", or ");
