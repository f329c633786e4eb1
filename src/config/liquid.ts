import { createRequire } from "node:module";
import type { Liquid } from "liquidjs";
import { oneLine, truncate } from "../core/text.ts";
import type { Filled, Template } from "../core/voice.ts";
import { messageOf } from "../errors.ts";
import { didYouMean } from "./problems.ts";

/** A template that can be filled in, or why it is none. */
export type Compiled =
  | { readonly template: Template; readonly fault?: never }
  | { readonly fault: string; readonly template?: never };

/** Characters of a template; milliseconds and values that filling it in may take. */
const longestSource = 10_000;
const longestRenderMs = 1_000;
const mostValues = 1_000_000;

/** What a template is given. */
const variables = ["event", "message"];

/** Compiles a Liquid template whose result has at most `longest` characters. A fault quotes nothing: it may be a secret. */
export function compileTemplate(source: string, longest: number): Compiled {
  if (source.length > longestSource) return { fault: `longer than ${longestSource} characters` };
  const { Context, engine } = liquid();
  try {
    const parsed = engine.parse(source);
    const fault = unknownVariable(engine, parsed);
    if (fault !== undefined) return { fault };
    const fill = (data: object, timezoneOffset: string): Filled => {
      const options = { ...engine.options, timezoneOffset };
      const context = new Context({ ...data }, options, { sync: true }, { liquid: engine });
      const text: unknown = engine.renderSync(parsed, context);
      const { length } = String(text);
      return length > longest
        ? { fault: `it makes ${length} characters, where ${longest} are allowed` }
        : { text: String(text).toWellFormed() };
    };
    return { template: { source, fill: guarded(fill) } };
  } catch (error) {
    return { fault: faultOf(error, engine) };
  }
}

/** Loaded with the first template: it takes time and memory, and most configurations have none. */
function liquid() {
  const { Context, Liquid }: typeof import("liquidjs") = createRequire(import.meta.url)("liquidjs");
  const engine = new Liquid({
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: longestSource,
    renderLimit: longestRenderMs,
    memoryLimit: mostValues,
    dateFormat: "%Y-%m-%d %H:%M:%S",
  });
  for (const tag of ["include", "render", "layout", "block"])
    Reflect.deleteProperty(engine.tags, tag);
  // A field that a notice lacks is `null`, and not nothing at all.
  engine.registerFilter("json", (value: unknown) => JSON.stringify(value ?? null));
  return { Context, engine };
}

function guarded(fill: Template["fill"]): Template["fill"] {
  return (data, timezone) => {
    try {
      return fill(data, timezone);
    } catch (error) {
      return { fault: truncate(oneLine(messageOf(error)), 200) };
    }
  };
}

/** Fields that a notice lacks are empty; a variable that no notice has is a mistake. */
function unknownVariable(engine: Liquid, parsed: ReturnType<Liquid["parse"]>): string | undefined {
  const { globals } = engine.analyzeSync(parsed);
  const unknown = Object.keys(globals).find((name) => !variables.includes(name));
  if (unknown === undefined) return undefined;
  const { row = 1, col = 1 } = globals[unknown]?.[0]?.location ?? {};
  const meant = didYouMean(unknown, variables) || `; there are ${variables.join(" and ")}`;
  return `unknown variable${at(row, col)}${meant}`;
}

function faultOf(error: unknown, { filters, tags }: Liquid): string {
  const message = messageOf(error);
  const [, row, col] = /, line:(\d+), col:(\d+)$/.exec(message) ?? [];
  const place = at(row, col);
  const [, filter] = /^undefined filter: (\w+)/.exec(message) ?? [];
  if (filter) return `unknown filter${place}${didYouMean(filter, Object.keys(filters))}`;
  const [, tag] = /^tag "(\w+)" not found/.exec(message) ?? [];
  if (tag) return `unknown tag${place}${didYouMean(tag, Object.keys(tags))}`;
  return `${message.includes("not closed") ? "not closed" : "not understood"}${place}`;
}

function at(row: string | number | undefined, col: string | number | undefined): string {
  return row === undefined ? "" : ` in its line ${row}, column ${col}`;
}
