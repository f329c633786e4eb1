import { z } from "zod";
import type { NotifierOptions } from "./notifier.ts";
import { configFile } from "./schema.ts";

type Node = z.core.JSONSchema.BaseSchema;

/** JSON Schema (draft 2020-12) of the configuration file as it is written, with `${…}` still in place. */
export function jsonSchema(notifierOptions: NotifierOptions): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(
    configFile({ notifierOptions }, () => ({ text: "" })),
    {
      io: "input",
      override: ({ zodSchema, jsonSchema: node, path }) => {
        // A mark for this program alone.
        Reflect.deleteProperty(node, "secret");
        mergeIntersection(node);
        if (zodSchema instanceof z.ZodDiscriminatedUnion)
          admitPlugin(node, [...notifierOptions.keys()]);
        if (path.at(-1) !== "propertyNames") admitReference(node);
      },
    },
  );
  return { $schema, title: "Configuration of dli-watch", ...schema };
}

/** Of a notifier whose type is a file or a package, no more is known here than what every notifier has. */
function admitPlugin(node: Node, builtin: string[]): void {
  const {
    fallback = {},
    language = {},
    timezone = {},
    template = {},
  } = node.oneOf?.[0]?.properties ?? {};
  const description =
    "Kind of notifier: one of those that come with dli-watch, or a plug-in: a file such as ./plugins/pager.mjs, or an installed package.";
  node.oneOf?.push({
    type: "object",
    properties: {
      type: { type: "string", not: { enum: builtin }, description },
      ...{ fallback, language, timezone, template },
    },
    required: ["type"],
  });
}

/** A closed map and the keys of a pattern: zod takes the keys of both, the members of an `allOf` refuse each other's. */
function mergeIntersection(node: Node): void {
  const [closed, open] = node.allOf ?? [];
  if (!closed || !open?.propertyNames) return;
  delete node.allOf;
  Object.assign(node, closed, {
    patternProperties: { [patternOf(open.propertyNames)]: open.additionalProperties },
  });
}

function patternOf(propertyNames: z.core.JSONSchema._JSONSchema): string {
  return (typeof propertyNames === "object" && propertyNames.pattern) || "";
}

/** Keywords that no `${…}` would satisfy before it is resolved. */
const restricting = [
  ...["type", "enum", "pattern", "format", "minLength", "maxLength"],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
] as const;

/** What is true of a scalar need only be true of it once its `${…}` are resolved. */
function admitReference(node: Node): void {
  // A reference gives a text, which is no true either.
  const isPlain = ["object", "array", "string", "boolean"].some((type) => type === node.type);
  const restrictions = restricting.filter((keyword) => keyword in node);
  if (restrictions.length === 0 || (isPlain && restrictions.length === 1)) return;
  const resolved = Object.fromEntries(restrictions.map((keyword) => [keyword, node[keyword]]));
  for (const keyword of restrictions) delete node[keyword];
  node.anyOf = [resolved, { type: "string", pattern: "\\$\\{[^}]+\\}" }];
}
