/** Regions that have DLI, from the vendor's list of endpoints. */
export const knownRegions = [
  ...["cn-north-1", "cn-north-2", "cn-north-4", "cn-north-9"],
  ...["cn-east-2", "cn-east-3", "cn-east-4", "cn-east-5", "cn-south-1", "cn-southwest-2"],
  ...["ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4"],
  ...["af-south-1", "af-north-1", "la-north-2", "la-south-2", "sa-brazil-1", "na-mexico-1"],
  ...["tr-west-1", "me-east-1", "ae-ad-1", "my-kualalumpur-1", "ru-moscow-1", "ru-northwest-2"],
  ...["eu-west-0", "eu-west-101", "eu-de"],
] as const;

/** Whether a region could be a new one: its area is known, only its number is not. */
export function isInKnownArea(region: string): boolean {
  return knownRegions.some((known) => areaOf(known) === areaOf(region));
}

function areaOf(region: string): string {
  return region.replace(/-\d+$/, "");
}
