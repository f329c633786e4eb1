/** Regions that are not under `myhuaweicloud.com`. */
const domains = new Map([
  ["eu-west-101", "myhuaweicloud.eu"],
  ["eu-de", "otc.t-systems.com"],
]);

/** Base URL of a service in a region. */
export function endpointOf(service: "dli" | "iam" | "smn", region: string): string {
  return `https://${service}.${region}.${domains.get(region) ?? "myhuaweicloud.com"}`;
}
