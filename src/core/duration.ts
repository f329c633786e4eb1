import type { InEach, Language } from "./language.ts";

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a text such as `500ms`, `30s`, `5m`, `2h`, `7d` (a unit is required); `undefined` if it is not one. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  if (count === undefined || unit === undefined || !(unit in unitMs)) return undefined;
  return Math.round(Number(count) * unitMs[unitOf(unit)]);
}

/** A duration for people, in its two largest units: `4m 12s`, `3d 2h`; in Chinese `4分钟12秒`. */
export function formatDuration(ms: number, language: Language = "en"): string {
  const { units, gap } = words[language];
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))}${units.ms}`;
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), units.d],
    [Math.floor(seconds / 3_600) % 24, units.h],
    [Math.floor(seconds / 60) % 60, units.m],
    [seconds % 60, units.s],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(gap);
}

const words: InEach<{
  readonly units: Readonly<Record<keyof typeof unitMs, string>>;
  readonly gap: string;
}> = {
  en: { units: { d: "d", h: "h", m: "m", s: "s", ms: "ms" }, gap: " " },
  zh: { units: { d: "天", h: "小时", m: "分钟", s: "秒", ms: "毫秒" }, gap: "" },
};

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
