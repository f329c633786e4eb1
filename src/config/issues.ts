import { z } from "zod";
import { didYouMean, type Finding, nearest, type Path } from "./problems.ts";

/** Words a schema has not chosen itself; of a value only what it was probably meant to be is shown. */
export function wording(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${nouns.get(issue.expected) ?? issue.expected}`;
    case "invalid_value":
      return oneOf(issue.values.map(String), issue.input);
    case "too_small":
      return issue.minimum === 1 && issue.origin !== "number" ? "must not be empty" : undefined;
    case "unrecognized_keys":
      return suggestions(issue);
    default:
      return undefined;
  }
}

const nouns = new Map([
  ["string", "a text (in quotes if it looks like a number or true/false)"],
  ["number", "a number"],
  ["int", "a whole number"],
  ["boolean", "true or false"],
  ["object", "a map"],
  ["record", "a map"],
  ["array", "a list"],
]);

/** Says which words are accepted, and which of them was probably meant. */
export function oneOf(words: readonly string[], value: unknown): string {
  return `must be ${words.length > 1 ? "one of " : ""}${words.join(", ")}${didYouMean(value, words)}`;
}

/** A line for each unknown key: the free known key that it was probably meant to be, or nothing. */
function suggestions({
  inst,
  keys,
  input,
}: z.core.$ZodRawIssue<z.core.$ZodIssueUnrecognizedKeys>): string {
  const known = inst instanceof z.ZodObject ? Object.keys(inst.shape) : [];
  const free = known.filter((key) => !Object.hasOwn(input ?? {}, key));
  return keys.map((key) => nearest(key, free) ?? "").join("\n");
}

/** What zod found wrong with `value`, each at its own key or value. */
export function findingsOf(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
): readonly Finding[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return unknownKeys(issue);
    if (issue.code === "invalid_key") {
      return issue.issues.map(({ message }) => ({ path: issue.path, at: "key", message }) as const);
    }
    const meant = issue.code === "invalid_union" ? meantVariant(issue) : undefined;
    if (meant) return findingsOf(meant, value);
    const missing = valueAt(value, issue.path) === undefined;
    const message = missing ? `is missing: it ${issue.message}` : issue.message;
    return [{ path: issue.path, at: "value", message } as const];
  });
}

function unknownKeys({
  path,
  keys,
  message,
}: z.core.$ZodIssueUnrecognizedKeys): readonly Finding[] {
  const meant = message.split("\n");
  return keys.map((key, index) => {
    const unknown = { path: [...path, key], at: "key" } as const;
    const suggestion = meant[index];
    if (!suggestion) return { ...unknown, message: "is an unknown key" };
    return {
      ...unknown,
      message: `is an unknown key; did you mean ${suggestion}?`,
      meant: [...path, suggestion],
    };
  });
}

/** The issues of the only variant that takes this kind of value at all; with none or several the union itself speaks. */
function meantVariant({
  errors,
  path,
}: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  const [meant, ...others] = errors.filter(
    (variant) => !variant.some((issue) => issue.path.length === 0 && issue.code === "invalid_type"),
  );
  if (meant === undefined || others.length > 0) return undefined;
  return meant.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
}

/** What a path leads to in parsed YAML, if anything. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (parent, step) => (isKeyed(parent) && Object.hasOwn(parent, step) ? parent[step] : undefined),
    value,
  );
}

function isKeyed(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === "object" && value !== null;
}
