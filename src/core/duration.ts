const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a text such as `500ms`, `30s`, `5m`, `2h`, `7d` (a unit is required); `undefined` if it is not one. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  if (count === undefined || unit === undefined || !(unit in unitMs)) return undefined;
  return Math.round(Number(count) * unitMs[unitOf(unit)]);
}

/** A duration for people, in its two largest units: `4m 12s`, `3d 2h`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))}ms`;
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}

function unitOf(unit: string): keyof typeof unitMs {
  switch (unit) {
    case "ms":
    case "s":
    case "m":
    case "h":
      return unit;
    default:
      return "d";
  }
}
