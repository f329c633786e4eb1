import { dirname, join, relative } from "node:path/posix";
import { type Node, SyntaxKind } from "typescript/unstable/ast";
import {
  isCallExpression,
  isExportDeclaration,
  isIdentifier,
  isImportDeclaration,
  isLiteralTypeNode,
  isObjectBindingPattern,
  isPropertyAccessExpression,
  isStringLiteralLikeNode,
  isVariableDeclaration,
} from "typescript/unstable/ast/is";
import type { FileSystem } from "typescript/unstable/fs";
import { API } from "typescript/unstable/sync";

/** A source file as the rules of the house see it. */
export interface Module {
  /** Its path from the project's directory, like `src/core/model.ts`. */
  readonly file: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** The members of `process` it uses: `env`, `argv`, … */
  readonly process: readonly string[];
}

export interface Import {
  /** A module's path, or what is no file of ours as it is written: `hono/validator`, `node:fs`. */
  readonly to: string;
  readonly kind: "static" | "type" | "dynamic";
}

/** Reads what `tsconfig.build.json` includes, with the compiler's own eyes: no way to import escapes. */
export function readModules(directory: string, files: FileSystem = {}): readonly Module[] {
  const compiler = new API({ cwd: directory, fs: files });
  try {
    const snapshot = compiler.updateSnapshot({ openProjects: ["tsconfig.build.json"] });
    return snapshot.getProjects().flatMap(({ rootFiles, program }) =>
      rootFiles
        .map((name) => program.getSourceFile(name))
        .filter((source) => source !== undefined)
        .map((source) => {
          const file = relative(directory, source.fileName);
          return {
            file,
            lines: source.text.trimEnd().split("\n").length,
            imports: source.imports.map((specifier) => readImport(file, specifier)),
            process: processMembers(source),
          };
        }),
    );
  } finally {
    compiler.close();
  }
}

function readImport(file: string, specifier: Node): Import {
  if (!isStringLiteralLikeNode(specifier)) throw new Error(`${file} imports what is no text`);
  const { text, parent } = specifier;
  const to = text.startsWith(".") ? join(dirname(file), text) : text;
  return { to, kind: kindOf(parent) };
}

function kindOf(importing: Node): Import["kind"] {
  if (isCallExpression(importing)) return "dynamic";
  const erased =
    isLiteralTypeNode(importing) ||
    (isExportDeclaration(importing) && importing.isTypeOnly) ||
    (isImportDeclaration(importing) &&
      importing.importClause?.phaseModifier === SyntaxKind.TypeKeyword);
  return erased ? "type" : "static";
}

/** What `process.env` and `const { env } = process` name, at and below a node. */
function processMembers(node: Node): readonly string[] {
  const members: string[] = [];
  if (isPropertyAccessExpression(node) && isProcess(node.expression)) members.push(node.name.text);
  if (isVariableDeclaration(node) && isProcess(node.initializer)) {
    const taken = isObjectBindingPattern(node.name) ? node.name.elements : [];
    members.push(...taken.map(({ propertyName, name }) => (propertyName ?? name)?.getText() ?? ""));
  }
  node.forEachChild((child) => {
    members.push(...processMembers(child));
  });
  return members;
}

function isProcess(node: Node | undefined): boolean {
  return node !== undefined && isIdentifier(node) && node.text === "process";
}
