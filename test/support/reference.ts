import { stringify } from "yaml";

/** What is read of a JSON Schema. */
export interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: string;
  readonly $ref?: string;
  readonly $defs?: Definitions;
}

type Definitions = Readonly<Record<string, Schema>>;

/** Says in another language what the schema says in English. */
export type Translate = (text: string) => string;

/** The reference of the configuration in Markdown: a table for each map, under the places where it may stand. */
export function reference({ $defs = {}, ...file }: Schema, translate: Translate): string {
  const { pattern: _, ...definitions } = $defs; // what one may be, the key `match` tells
  const tables = Map.groupBy(mapsIn({ place: "", schema: file }, definitions), ({ schema }) =>
    tableOf(schema, translate),
  );
  return [...tables]
    .map(([table, maps]) => {
      const places = maps.flatMap(({ place }) => (place ? [`\`${place}\``] : []));
      return places.length > 0 ? `### ${places.join(", ")}\n\n${table}` : table;
    })
    .join("\n");
}

/** A schema, and where in the file it stands, as `projects[].auth`. */
interface Placed {
  readonly place: string;
  readonly schema: Schema;
}

/** Every map in a schema, the outer before the inner ones. */
function mapsIn({ place, schema }: Placed, definitions: Definitions): readonly Placed[] {
  const name = schema.$ref?.replace("#/$defs/", "") ?? "";
  const { [name]: defined, ...others } = definitions; // a matcher may hold another: each is told once
  if (defined) return mapsIn({ place, schema: defined }, others);
  const inner = innerOf({ place, schema }).flatMap((one) => mapsIn(one, definitions));
  return schema.properties ? [{ place, schema }, ...inner] : inner;
}

function innerOf({ place, schema }: Placed): readonly Placed[] {
  const { properties = {}, items, additionalProperties, anyOf = [], oneOf = [] } = schema;
  return [
    ...Object.entries(properties).map(([key, one]) => ({
      place: place ? `${place}.${key}` : key,
      schema: one,
    })),
    ...(items ? [{ place: `${place}[]`, schema: items }] : []),
    ...(additionalProperties ? [{ place: `${place}.NAME`, schema: additionalProperties }] : []),
    ...anyOf.map((one) => ({ place, schema: one })),
    ...kindsOf(place, oneOf),
  ];
}

/** What all kinds of notifier have, which is all that is known of a plug-in; then what each has beside it. */
function kindsOf(place: string, oneOf: readonly Schema[]): readonly Placed[] {
  const kinds = oneOf.filter(({ properties }) => properties);
  const plugin = kinds.at(-1);
  if (!plugin?.properties) return [];
  const { properties: shared } = plugin;
  return [
    { place, schema: plugin },
    ...kinds.slice(0, -1).map(({ properties = {}, ...kind }) => ({
      place: `${place}: { type: ${properties["type"]?.const} }`,
      schema: {
        ...kind,
        properties: Object.fromEntries(
          Object.entries(properties).filter(
            ([key, one]) => key !== "type" && stringify(one) !== stringify(shared[key]),
          ),
        ),
      },
    })),
  ];
}

function tableOf(
  { properties = {}, patternProperties = {}, required = [] }: Schema,
  translate: Translate,
): string {
  const rows = [
    ...Object.entries(properties),
    ...Object.entries(patternProperties).map(
      ([pattern, one]) => [`${/\w+/.exec(pattern)}.X`, one] as const,
    ),
  ].map(([key, { description = "", ...one }]) => {
    const [text = "", stated] = description.split(/ Default: (.*)\.$/);
    const preset = required.includes(key)
      ? translate("required")
      : (defaultOf(one, translate) ?? translate(stated ?? ""));
    return `| \`${key}\` | ${translate(text)} | ${preset} |\n`;
  });
  const head = ["key", "what it is", "default"].map(translate);
  return `| ${head.join(" | ")} |\n| --- | --- | --- |\n${rows.join("")}`;
}

/** What the schema has for a default; some only say it, in their description. */
function defaultOf(
  { default: value, properties }: Schema,
  translate: Translate,
): string | undefined {
  if (value === undefined) return undefined;
  const text = stringify(value, { collectionStyle: "flow" }).trim();
  if (text !== "{}" && text !== "[]") return `\`${text}\``;
  return translate(properties ? "see below" : "none");
}
