import { expect, test } from "vitest";
import { type CloudVariables, cloudVariables } from "../../src/config/cloud-variables.ts";

const sdk: CloudVariables = {
  accessKey: "HUAWEICLOUD_SDK_AK",
  secretKey: "HUAWEICLOUD_SDK_SK",
  projectId: "HUAWEICLOUD_SDK_PROJECT_ID",
  region: "HW_REGION_NAME",
};

test.each<readonly [string, readonly string[], Partial<CloudVariables>]>([
  ["nothing is set", [], {}],
  ["all of the SDK's", ["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HW_ACCESS_KEY"], {}],
  [
    "all of Terraform's",
    ["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN", "HW_PROJECT_ID", "OS_REGION_NAME"],
    {
      accessKey: "HW_ACCESS_KEY",
      secretKey: "HW_SECRET_KEY",
      securityToken: "HW_SECURITY_TOKEN",
      projectId: "HW_PROJECT_ID",
      region: "OS_REGION_NAME",
    },
  ],
  [
    "half a pair, a whole one after it, and a token of the half one",
    ["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "OS_ACCESS_KEY", "OS_SECRET_KEY"],
    { accessKey: "OS_ACCESS_KEY", secretKey: "OS_SECRET_KEY" },
  ],
])("%s", (_, names, found) => {
  const env = Object.fromEntries(names.map((name) => [name, "set"]));
  expect(cloudVariables(env)).toEqual({ ...sdk, ...found });
});

test("an empty variable is not set", () => {
  expect(cloudVariables({ HW_ACCESS_KEY: "", HW_SECRET_KEY: "set" })).toEqual(sdk);
});
