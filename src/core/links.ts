/** The page of a connection; `publicUrl` has no slash at its end. */
export function pageOf(publicUrl: string, project: string, connection: string): string {
  return `${publicUrl}/connections/${encodeURIComponent(project)}/${encodeURIComponent(connection)}`;
}

/** Consoles of regions that have one of their own. */
const ownConsoles = new Map([
  ["eu-west-101", "console.eu.huaweicloud.com"],
  ["eu-de", "console.otc.t-systems.com"],
]);

/** DLI in the vendor's console; accounts of mainland China sign in at another one than those of the rest of the world. */
export function consoleOf(region: string): string {
  const common = region.startsWith("cn-")
    ? "console.huaweicloud.com"
    : "console-intl.huaweicloud.com";
  const url = new URL(`https://${ownConsoles.get(region) ?? common}/dli/`);
  url.searchParams.set("region", region);
  return url.href;
}
