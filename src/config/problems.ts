import { distance } from "fastest-levenshtein";

/** Keys and list indexes from the root of the file to a value. */
export type Path = readonly PropertyKey[];

/** Something wrong with the file, before its place in the text is known. No message repeats a value: it may be a secret. */
export interface Finding {
  readonly path: Path;
  /** Where to point: at the key, or at its value. Of a missing key the nearest parent is shown. */
  readonly at: "key" | "value";
  readonly message: string;
  /** The key that an unknown one was probably meant to be. */
  readonly meant?: Path;
}

/** Something wrong with the file, where an editor can jump to it; lines and columns start at 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Such as `projects[0].auth`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** `file:line:column path: message` */
export function formatProblem({ file, line, column, path, message }: Problem): string {
  return [`${file}:${line}:${column}`, path === "" ? message : `${path}: ${message}`].join(" ");
}

/** The order of the text. */
export function byPosition(one: Problem, other: Problem): number {
  return one.line - other.line || one.column - other.column;
}

/** A path as people write it: `projects[0].auth.token`. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      const key = String(step);
      if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
}

/** More differing letters than this are another word, not a slip. */
const largestSlip = 2;

/** The word that was probably meant, or `undefined` if none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((known) => ({ known, slips: distance(word.toLowerCase(), known.toLowerCase()) }))
    .filter(({ known, slips }) => slips <= largestSlip && slips < known.length)
    .sort((one, other) => one.slips - other.slips);
  return best?.known;
}

/** `; did you mean X?`, or nothing if no known word is near. */
export function didYouMean(word: unknown, words: readonly string[]): string {
  const meant = typeof word === "string" ? nearest(word, words) : undefined;
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}
