import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import type { Finding, Path, Problem } from "./problems.ts";
import { formatPath } from "./problems.ts";

/** A configuration text, parsed but not understood yet. */
interface Source {
  readonly document: Document;
  /** Gives a finding its place in the text. */
  readonly locate: (finding: Finding) => Problem;
  /** Whether a path leads to one of these scalars, be it through aliases. */
  readonly leadsTo: (scalars: ReadonlySet<unknown>, path: Path) => boolean;
}

export type Parsed =
  | { readonly source: Source; readonly problems?: never }
  | { readonly problems: readonly Problem[]; readonly source?: never };

/** Characters of text (about 1 MB); a configuration is far smaller. */
const longestText = 1_000_000;

/** Parses YAML. A warning of the parser (an unknown tag, say) is a problem too. */
export function parseSource(text: string, file: string): Parsed {
  const lines = new LineCounter();
  const problemAt: ProblemAt = (offset, message, path = "") => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), path, message };
  };
  if (text.length > longestText) {
    return { problems: [problemAt(0, "is larger than 1 MB: is this the configuration file?")] };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    // A pretty error quotes its line, and the line may hold a secret.
    prettyErrors: false,
  });
  const errors = [...document.errors, ...document.warnings].map(faultOf);
  const faults = errors.length > 0 ? errors : refused(document);
  if (faults.length === 0) return { source: sourceOf(document, problemAt) };
  return {
    problems: firstOfEachLine(faults.map(({ offset, message }) => problemAt(offset, message))),
  };
}

type ProblemAt = (offset: number, message: string, path?: string) => Problem;

function sourceOf(document: Document, problemAt: ProblemAt): Source {
  return {
    document,
    locate: ({ path, at, message }) =>
      problemAt(startOf(pointed(follow(document, path), at)), message, formatPath(path)),
    leadsTo: (scalars, path) => {
      const { found, value } = follow(document, path);
      return found && scalars.has(resolved(document, value));
    },
  };
}

/** Why a text cannot be used at all, and where in it. */
interface Fault {
  readonly offset: number;
  readonly message: string;
}

/** What the parser says, up to where it quotes the text. */
function faultOf({ code, pos: [offset], message }: YAMLError): Fault {
  const said = ownWords.get(code) ?? `is not YAML: ${message.replace(/(?:: | [\\%]).*$/s, "")}`;
  return { offset, message: said };
}

const tooDeep = "is nested too deeply";

const ownWords: ReadonlyMap<string, string> = new Map([
  ["DUPLICATE_KEY", "this key stands here twice"],
  ["MULTIPLE_DOCS", "starts a second document, where only one is read"],
  ["NON_STRING_KEY", "is a key that is not a text"],
  ["RESOURCE_EXHAUSTION", tooDeep],
]);

/** One slip makes the parser stumble again over the rest of its line. */
function firstOfEachLine(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<number>();
  return problems.filter(({ line }) => !seen.has(line) && seen.add(line));
}

/** More aliases than this, or values that stand deeper, are no configuration. */
const mostAliases = 100;
const mostAncestors = 100;

/** Aliases must lead somewhere and must not nest: nested ones multiply beyond memory, or never end. */
function refused(document: Document): readonly Fault[] {
  const faults: Fault[] = [];
  let aliases = 0;
  visit(document, {
    Collection(_role, node, ancestors) {
      if (ancestors.length < mostAncestors) return undefined;
      faults.push({ offset: startOf(node), message: tooDeep });
      return visit.SKIP;
    },
    Alias(_role, node, ancestors) {
      aliases += 1;
      const message = refusalOf(node.resolve(document), aliases, ancestors);
      if (message !== undefined) faults.push({ offset: startOf(node), message });
      return aliases > mostAliases ? visit.BREAK : undefined;
    },
  });
  return faults;
}

function refusalOf(target: unknown, count: number, ancestors: readonly unknown[]) {
  if (count > mostAliases) return `is one alias more than the ${mostAliases} that are allowed`;
  if (target === undefined) return "is an alias without its anchor";
  const nested = ancestors.some(
    (ancestor) => isCollection(ancestor) && ancestor.anchor !== undefined,
  );
  return nested ? "is an alias inside an anchored value, which is not allowed" : undefined;
}

interface Place {
  /** Whether the path was followed to its end, not only to the nearest parent. */
  readonly found: boolean;
  readonly key?: Node;
  readonly value: Node | null;
}

function follow(document: Document, path: Path): Place {
  let place: Place = { found: true, value: document.contents };
  for (const step of path) {
    const next = stepInto(resolved(document, place.value), step);
    if (next === undefined) return { ...place, found: false };
    place = next;
  }
  return place;
}

function stepInto(node: Node | undefined, step: PropertyKey): Place | undefined {
  if (isSeq(node) && typeof step === "number") {
    const item = node.items[step];
    return isNode(item) ? { found: true, value: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  if (pair === undefined || !isNode(pair.key)) return undefined;
  return { found: true, key: pair.key, value: isNode(pair.value) ? pair.value : null };
}

function resolved(document: Document, node: Node | null): Node | undefined {
  return (isAlias(node) ? node.resolve(document) : node) ?? undefined;
}

/** A scalar is pointed at itself; an empty value, a map or a list at its key. */
function pointed({ found, key, value }: Place, at: Finding["at"]): Node | null {
  const itself = found && at === "value" && !isCollection(value) && !isEmpty(value);
  return itself ? value : (key ?? value);
}

function isEmpty(value: Node | null): boolean {
  return value === null || (isScalar(value) && value.value === null);
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}
