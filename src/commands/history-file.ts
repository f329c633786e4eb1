import { createReadStream } from "node:fs";
import { z } from "zod";
import { formatPath } from "../config/problems.ts";
import { attributeFields, bindingTypes, connectionKinds, failureCauses } from "../core/model.ts";
import type { ObservationRun } from "../core/run.ts";
import { exitStatus, messageOf, UserError } from "../errors.ts";

/** What was observed from `since` until `until` (epoch milliseconds). */
export interface History {
  readonly since: number;
  readonly until: number;
  /** In the order in which they began; some may have begun before `since`. */
  readonly runs: AsyncIterable<ObservationRun>;
}

/**
 * Opens a file as `history --export` writes it (history-export.ts). Throws a {@link UserError} that names the file and
 * the line, now or while it is read on.
 */
export async function openHistoryFile(file: string): Promise<History> {
  const lines = linesOf(file);
  const { value: first } = await lines.next();
  const { since, exported_at } = parse(header, first ?? { file, number: 1, text: "" });
  return { since, until: exported_at, runs: runsIn(lines) };
}

const time = z.iso.datetime().transform((text) => Date.parse(text));

const header = z.object({
  format: z.literal("dli-watch-history"),
  version: z.literal(1),
  since: time,
  exported_at: time,
});

const binding = z.object({
  type: z.enum(bindingTypes),
  name: z.string(),
  peerId: z.string(),
  state: z.string(),
  errMsg: z.string(),
  updatedAt: z.number().exactOptional(),
});

const snapshot = z.object({
  kind: z.enum(connectionKinds),
  id: z.string(),
  state: z.string(),
  errMsg: z.string(),
  process: z.number().exactOptional(),
  createdAt: z.number().exactOptional(),
  attributes: z.partialRecord(z.enum(attributeFields), z.string()),
  bindings: z.object({ queue: z.array(binding).nullable(), pool: z.array(binding).nullable() }),
});

const failure = z.object({
  cause: z.enum(failureCauses),
  message: z.string(),
  requestId: z.string().exactOptional(),
});

const polled = z.object({
  project: z.string(),
  connection: z.string(),
  first_at: time,
  last_at: time,
  polls: z.int().positive(),
});

const run = z
  .discriminatedUnion("outcome", [
    polled.extend({ outcome: z.literal("snapshot"), snapshot }),
    polled.extend({ outcome: z.literal("absent"), message: z.string() }),
    polled.extend({ outcome: z.literal("failed"), failure }),
  ])
  .transform(
    ({ project, connection, first_at, last_at, polls, ...observation }): ObservationRun => {
      return { project, connection, firstAt: first_at, lastAt: last_at, polls, observation };
    },
  );

/** What was told is no part of a rehearsal. */
const entry = z
  .strictObject({ observation: run.optional(), event: z.looseObject({}).optional() })
  .refine((value) => Object.keys(value).length === 1, "must be one observation or event");

interface Line {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

async function* runsIn(lines: AsyncIterable<Line>): AsyncGenerator<ObservationRun> {
  for await (const line of lines) {
    const { observation } = parse(entry, line);
    if (observation) yield observation;
  }
}

function parse<Value>(accepted: z.ZodType<Value>, { file, number, text }: Line): Value {
  const value = jsonOf(text);
  const { data, error } = accepted.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  const what =
    value === undefined
      ? "it is no JSON"
      : [formatPath(issue?.path ?? []), issue?.message].filter(Boolean).join(": ");
  throw new UserError(
    `${file}:${number} is no line of a history that this version reads: ${what}. \`dli-watch history --export\` writes one.`,
    exitStatus.configuration,
  );
}

/** `undefined` where it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The lines of a file, which may be large. */
async function* linesOf(file: string): AsyncGenerator<Line> {
  let number = 0;
  let rest = "";
  try {
    for await (const chunk of createReadStream(file, "utf8")) {
      const complete = `${rest}${chunk}`.split("\n");
      rest = complete.pop() ?? "";
      for (const text of complete) yield { file, number: ++number, text };
    }
  } catch (cause) {
    const message = `${file}: the history cannot be read (${messageOf(cause)})`;
    throw new UserError(message, exitStatus.configuration, { cause });
  }
  if (rest !== "") yield { file, number: number + 1, text: rest };
}
