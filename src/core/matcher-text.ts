import type { Matcher, Pattern } from "./route.ts";

/** Which notices a matcher means, for people; empty where it means all. */
export function matcherText({ patterns, labels, not }: Matcher): string {
  const keys = [
    ...Object.entries(patterns),
    ...Object.entries(labels).map(([label, pattern]) => [`labels.${label}`, pattern] as const),
  ];
  const texts = keys.map(([key, pattern]) => `${key} ${patternText(pattern)}`);
  return [...texts, ...(not ? [`not (${matcherText(not)})`] : [])].join(", ");
}

/** What a pattern matches, for people. */
export function patternText(pattern: Pattern): string {
  if (typeof pattern === "string") return pattern;
  return "not" in pattern ? `not ${patternText(pattern.not)}` : pattern.join(" or ");
}
