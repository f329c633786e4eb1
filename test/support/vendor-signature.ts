import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import type { AccessKeys } from "../../src/core/signature.ts";
import type { Received } from "../../src/simulator/received.ts";

/** The `Authorization` that the vendor's own signer gives a request as it arrived, of the headers that it says are signed. */
export function vendorAuthorization(
  { method, url, headers, body }: Received,
  { accessKey, secretKey }: AccessKeys,
): unknown {
  const { origin, pathname, searchParams } = new URL(url, `http://${headers["host"]}`);
  const [, names = ""] = /SignedHeaders=([^,]*)/.exec(headers["authorization"] ?? "") ?? [];
  const signed = names.split(";").filter((name) => name !== "host" && name !== "x-sdk-date");
  const request = {
    method,
    endpoint: origin + decodeURI(pathname),
    queryParams: Object.fromEntries(searchParams),
    headers: {
      ...Object.fromEntries(signed.map((name) => [name, headers[name]])),
      "X-Sdk-Date": headers["x-sdk-date"],
    },
    ...(body && { data: JSON.parse(body) }),
  };
  const credentials = new BasicCredentials().withAk(accessKey).withSk(secretKey);
  return new Map(Object.entries(AKSKSigner.sign(request, credentials))).get("Authorization");
}
