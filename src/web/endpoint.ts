import type { Context, Hono } from "hono";
import { etag } from "hono/etag";
import type { z } from "zod";
import { badQuery, readQuery } from "./query.ts";
import type { Wire } from "./serve.ts";

/** Something that the API answers: what it may be asked, and with what it answers. */
export interface Endpoint<
  Query extends z.ZodRawShape = z.ZodRawShape,
  Answer extends z.ZodType = z.ZodType,
> {
  /** Below /api/v1, as Hono has it. */
  readonly path: string;
  /** What is answered, in a few words. */
  readonly summary: string;
  readonly query: Query;
  readonly answer: Answer;
  /** What the answer is, if not JSON. */
  readonly contentType?: string;
}

/** As TypeScript has what JSON has: nobody changes it. */
type Frozen<Value> = Value extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;

/** What was asked, parsed, and the request. */
type Handle<Query extends z.ZodRawShape, Answer extends z.ZodType> = (
  asked: z.output<z.ZodObject<Query>>,
  c: Context<Wire>,
) => Promise<Frozen<z.input<Answer>> | Response>;

/** Lets `handle` answer GET at an endpoint; a client that has the answer already (If-None-Match) is told so. */
export function answer<Query extends z.ZodRawShape, Answer extends z.ZodType>(
  app: Hono<Wire>,
  { path, query }: Endpoint<Query, Answer>,
  handle: Handle<Query, Answer>,
): void {
  app.get(path, etag(), async (c) => {
    const asked = readQuery(c, query);
    if ("problem" in asked) return badQuery(c, asked.problem);
    const answered = await handle(asked.data, c);
    return answered instanceof Response ? answered : c.json(answered);
  });
}
