import { z } from "zod";
import type { Way } from "../core/dispatch-rules.ts";
import type { ConnectionMemory, LaneMemory, ProjectMemory } from "../core/memory.ts";
import type { Observation } from "../core/model.ts";
import type { AdHocMute, Withheld } from "../core/mute.ts";
import type { Delivery } from "../core/outbox.ts";
import type { Thread } from "../core/thread.ts";
import type { StoredEvent, StoredRun } from "./store.ts";

/** A row of `events`. */
export const eventRow: z.ZodType<StoredEvent> = z.object({
  id: z.string(),
  sequence: z.number(),
  time: z.number(),
  type: z.string(),
  project: z.string(),
  connection: z.string(),
  json: z.string(),
});

/** A row of `deliveries`. */
export const deliveryRow: z.ZodType<Delivery> = z
  .object({
    id: z.string(),
    event: z.string(),
    notifier: z.string(),
    order_key: z.string(),
    sequence: z.number(),
    state: z.enum(["waiting", "accepted", "dead", "closed"]),
    attempts: z.number(),
    last_error: z.string(),
    next_at: z.number(),
    created_at: z.number(),
    settled_at: z.number().nullable(),
    incident: z.string(),
    role: z.enum(["", "opens", "ends", "gone", "state"]),
    hold: z.union([z.enum(["", "delay", "storm"]), z.templateLiteral(["digest ", z.string()])]),
    way: z.union([z.literal("").transform(() => undefined), json<Way>()]),
  })
  .transform(({ order_key, last_error, next_at, created_at, settled_at, hold, way, ...same }) => ({
    ...same,
    orderKey: order_key,
    lastError: last_error,
    nextAt: next_at,
    createdAt: created_at,
    ...(settled_at !== null && { settledAt: settled_at }),
    ...(hold !== "" && { hold }),
    ...(way && { way }),
  }));

/** A notifier and how many deliveries it has that are dead. */
export const deadLettersRow = z
  .object({ notifier: z.string(), dead: z.number() })
  .transform(({ notifier, dead }) => [notifier, dead] as const);

/** A row of `observations`. */
export const runRow: z.ZodType<StoredRun> = z
  .object({
    sequence: z.number(),
    project: z.string(),
    connection: z.string(),
    first_at: z.number(),
    last_at: z.number(),
    polls: z.number(),
    observation: json<Observation>(),
  })
  .transform(({ first_at, last_at, ...same }) => ({ ...same, firstAt: first_at, lastAt: last_at }));

/** A row of `connections`. */
export const connectionRow = z.object({
  project: z.string(),
  id: z.string(),
  memory: json<ConnectionMemory>(),
});

/** A row of `projects`. */
export const projectRow = z.object({ name: z.string(), memory: json<ProjectMemory>() });

/** A row of `lanes`. */
export const laneRow = z.object({ notifier: z.string(), memory: json<LaneMemory>() });

/** A row of `mutes`. */
export const muteRow = z
  .object({ id: z.string(), mute: json<AdHocMute>() })
  .transform(({ mute }) => mute);

/** A row of `threads`. */
export const threadRow: z.ZodType<Thread> = z
  .object({
    notifier: z.string(),
    incident: z.string(),
    handle: z.string().nullable(),
    event: z.string(),
    told_at: z.number(),
    ended_at: z.number().nullable(),
  })
  .transform(({ handle, told_at, ended_at, ...same }) => ({
    ...same,
    toldAt: told_at,
    ...(handle !== null && { handle }),
    ...(ended_at !== null && { endedAt: ended_at }),
  }));

/** A row of `withheld`. */
export const withheldRow = z.object({ mute: z.string(), withheld: json<Withheld>() });

/** A column this store itself wrote as JSON: what shape it has is the promise of the schema's version. */
function json<Value>() {
  return z.string().transform((text): Value => JSON.parse(text));
}
