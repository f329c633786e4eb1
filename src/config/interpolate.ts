import { type Document, isPair, isSeq, type Node, type Scalar, visit } from "yaml";
import type { Finding, Path } from "./problems.ts";

/** What `${…}` may refer to. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file, its path relative to the configuration file; or why it cannot be read. */
  readonly readText: ReadText;
}

export type ReadText = (path: string) => TextOrReason;
export type TextOrReason =
  | { readonly text: string; readonly reason?: never }
  | { readonly reason: string; readonly text?: never };

export interface Interpolated {
  readonly findings: readonly Finding[];
  /** Scalars that still hold their `${…}`: what else may be wrong with them is not known. */
  readonly unresolved: ReadonlySet<Node>;
}

/**
 * Replaces `${VAR}`, `${VAR:-default}`, `${VAR:?message}`, `${file:/path}` and `$$` in every scalar value, keys aside.
 * The text is parsed already, so no value can change the structure.
 */
export function interpolate(document: Document, surroundings: Surroundings): Interpolated {
  const findings: Finding[] = [];
  const unresolved = new Set<Node>();
  visit(document, {
    Scalar(role, node, ancestors) {
      if (role === "key" || typeof node.value !== "string") return;
      const { text, reason } = resolveText(node.value, surroundings);
      if (reason === undefined) node.value = text;
      else {
        findings.push({ path: pathOf(node, ancestors), at: "value", message: reason });
        unresolved.add(node);
      }
    },
  });
  return { findings, unresolved };
}

/** The text with every reference replaced, or why the first broken one cannot be. */
export function resolveText(text: string, surroundings: Surroundings): TextOrReason {
  let broken: string | undefined;
  const resolved = text.replace(/\$(?:\$|\{([^}]*)(\}?))/g, (found, body = "", end = "") => {
    if (found === "$$") return "$";
    const reference =
      end === "" ? { reason: `has a \${ without its }` } : resolve(body, surroundings);
    broken ??= reference.reason;
    return reference.text ?? found;
  });
  return broken === undefined ? { text: resolved } : { reason: broken };
}

function resolve(body: string, { env, readText }: Surroundings): TextOrReason {
  if (body.startsWith("file:")) {
    const { text, reason } = readText(body.slice("file:".length));
    return text === undefined ? { reason } : { text: text.replace(/\r?\n$/, "") };
  }
  const [, name, operator, rest = ""] = /^([A-Za-z_]\w*)(?:(:-|:\?)(.*))?$/s.exec(body) ?? [];
  if (name === undefined) {
    return {
      reason: `must refer as \${VAR}, \${VAR:-default}, \${VAR:?message} or \${file:/path}; a literal $ is $$`,
    };
  }
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  // As in a shell, an operator takes an empty variable for a missing one.
  if (value !== undefined && (value !== "" || operator === undefined)) return { text: value };
  if (operator === ":-") return { text: rest };
  return { reason: rest || `needs the environment variable ${name}, which is not set` };
}

function pathOf(node: Scalar, ancestors: readonly unknown[]): Path {
  return ancestors.flatMap((ancestor, index) =>
    describeStep(ancestor, ancestors[index + 1] ?? node),
  );
}

function describeStep(ancestor: unknown, child: unknown): Path {
  if (isPair(ancestor)) return [String(ancestor.key)];
  return isSeq(ancestor) ? [ancestor.items.indexOf(child)] : [];
}
