import { z } from "zod";

/** A value that prints as `***` wherever it is shown; only `reveal()` gives it out. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "***";
  }

  toJSON(): string {
    return "***";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "***";
  }
}

/** A text option that must never be shown: parsed into a {@link Secret}. */
export function secretText(check: z.ZodString = z.string().min(1)) {
  return check.meta({ secret: true }).transform((value) => new Secret(value));
}

/** Shorter values are too likely to stand in ordinary text to be replaced there. */
const shortestScrubbed = 6;

/** Replaces every known secret in a text by `***`. */
export type Scrub = (text: string) => string;

/** Removes every secret it knows from text. */
export interface Scrubber {
  readonly scrub: Scrub;
  /** Secrets of the operator are never unlearnt: what was sent with an old one may still come back. */
  learn(secrets: Iterable<Secret>): void;
  /** Secrets that are replaced by and by; they are known until the function given back is called. */
  lend(secrets: Iterable<Secret>): () => void;
}

/**
 * The one place that removes secrets from text, by value: as written, percent-encoded, base64, and as
 * JSON text (slashes escaped or not, also as JSON within JSON). Of a URL the path with its query is a
 * secret of its own (requests are logged by path).
 */
export function createScrubber(secrets: Iterable<Secret> = []): Scrubber {
  const learnt = new Set(needlesOf(secrets));
  const lent = new Set<readonly string[]>();
  let longestFirst: readonly string[] = [];
  function sort(): void {
    longestFirst = [...new Set([...learnt, ...[...lent].flat()])].sort(
      (one, other) => other.length - one.length,
    );
  }
  sort();
  return {
    learn(more) {
      for (const needle of needlesOf(more)) learnt.add(needle);
      sort();
    },
    lend(more) {
      const needles = needlesOf(more);
      lent.add(needles);
      sort();
      return () => {
        lent.delete(needles);
        sort();
      };
    },
    scrub: (text) => longestFirst.reduce((kept, needle) => kept.replaceAll(needle, "***"), text),
  };
}

/** Removes these secrets from text. */
export function scrubber(secrets: Iterable<Secret>): Scrub {
  return createScrubber(secrets).scrub;
}

function needlesOf(secrets: Iterable<Secret>): readonly string[] {
  return [...secrets]
    .flatMap((secret) => formsOf(secret.reveal()))
    .filter(({ length }) => length >= shortestScrubbed);
}

function formsOf(value: string): string[] {
  const parts = URL.canParse(value) ? [value, pathOf(value)] : [value];
  return parts.flatMap((part) => {
    const json = inJson(part);
    const written = [part, json, json.replaceAll("/", "\\/")];
    const encoded = Buffer.from(part).toString("base64").replace(/=+$/, "");
    return [...written, ...written.map(inJson), encodeURIComponent(part), encoded];
  });
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname.length > 1 ? pathname + search : search;
}
