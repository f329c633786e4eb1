import { z } from "zod";
import { connection, delivery, mute, notifier, problem } from "./answers.ts";
import type { Endpoint } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { event } from "./event-answer.ts";

/** The API as OpenAPI 3.1, made of the schemas by which it is asked and answers. */
export function openApi() {
  const operations = Object.entries<Endpoint>(endpoints);
  return {
    openapi: "3.1.1",
    info: {
      title: "dli-watch",
      version: "1",
      summary: "The state of DLI datasource connections, what was noticed, and who was told.",
    },
    servers: [{ url: "/api/v1" }],
    security: [{}, { bearer: [] }, { basic: [] }],
    paths: Object.fromEntries(
      operations.map(([id, endpoint]) => [
        endpoint.path.replaceAll(pathParameter, "{$1}"),
        { get: operationOf(id, endpoint) },
      ]),
    ),
    components: {
      schemas: schemasOf({
        ...Object.fromEntries(operations.map(([id, endpoint]) => [id, endpoint.answer])),
        ...{ connection, delivery, event, mute, notifier, problem },
      }),
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        basic: { type: "http", scheme: "basic", description: "The token is the password." },
      },
    },
  };
}

const pathParameter = /:(\w+)/g;

function operationOf(operationId: string, { path, summary, query, contentType }: Endpoint) {
  const inPath = [...path.matchAll(pathParameter)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  return {
    operationId,
    summary,
    parameters: [...inPath, ...Object.entries(query).map(queryParameter)],
    responses: {
      200: { description: "What was asked for.", ...content(operationId, contentType) },
      304: { description: "If-None-Match names what would be answered." },
      default: { description: "What is wrong, and what to do about it.", ...content("problem") },
    },
  };
}

function content(name: string, contentType = "application/json") {
  return { content: { [contentType]: { schema: { $ref: reference(name) } } } };
}

function queryParameter([name, type]: [string, z.core.$ZodType]) {
  const { $schema, description, ...schema } = z.toJSONSchema(type, { io: "input" });
  return { name, in: "query", description, schema };
}

function reference(name: string): string {
  return `#/components/schemas/${name}`;
}

/** Each by its name; where one holds another it refers to it. */
function schemasOf(named: Readonly<Record<string, z.ZodType>>) {
  const registry = z.registry<{ readonly id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: reference,
    override({ jsonSchema }) {
      // The format says it; the pattern that zod adds is for nobody to read.
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema]),
  );
}
