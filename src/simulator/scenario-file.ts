import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { exitStatus, UserError } from "../errors.ts";
import { type Scenario, scenario } from "./scenario.ts";

/** Reads a scenario; throws a {@link UserError} that names every mistake as `file:line:column path: message`. */
export function parseScenario(text: string, file: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const report = (offset: number, message: string): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col} ${message}`;
  };
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) {
    throw mistakes(syntax.map(({ pos: [offset], message }) => report(offset, message)));
  }
  const parsed = scenario.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw mistakes(
    parsed.error.issues
      .flatMap((issue) =>
        issue.code === "unrecognized_keys"
          ? issue.keys.map((key) => ({ path: [...issue.path, key], message: "is no known key" }))
          : [issue],
      )
      .map(({ path, message }) =>
        report(offsetOf(document, path), `${path.map(String).join(".") || "scenario"}: ${message}`),
      ),
  );
}

function mistakes(found: readonly string[]): UserError {
  return new UserError(found.join("\n"), exitStatus.configuration);
}

/** Where the value at `path` begins, or the nearest one around it that the file has. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
}
