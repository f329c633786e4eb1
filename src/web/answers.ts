import { z } from "zod";
import { bindingTypes, failureCauses } from "../core/model.ts";
import { deliveryStates } from "../core/outbox.ts";
import { event, eventConnection } from "./event-answer.ts";

/*
 * What the API answers with, as schemas: the document at /api/openapi.json is made of them, and the compiler holds the
 * answers to them. Absent is what does not apply.
 */

const time = z.iso.datetime();

/** A list, and the cursor to what follows. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

export const connection = eventConnection
  .extend({
    project: z.string(),
    err_msg: z.string().optional().describe("Why it is FAILED."),
    since: time.optional().describe("When its state was first seen."),
    seen_at: time.optional().describe("When a poll of it was last read."),
    incident: z.string().optional(),
    unreachable: z
      .strictObject({
        since: time,
        cause: z.enum(failureCauses),
        message: z.string(),
        incident: z.string().optional(),
      })
      .optional()
      .describe("How its latest polls failed; with an incident as soon as they count."),
    gone: z.boolean().describe("It was seen, and is deleted."),
    not_found: z.boolean().describe("It was never seen, and the API says that it does not exist."),
    bad: z.boolean().describe("It, the sight of it, or one of its bindings is in trouble."),
    bindings: z.array(
      z.strictObject({
        type: z.enum(bindingTypes),
        name: z.string(),
        peer_id: z.string(),
        state: z.string(),
        err_msg: z.string(),
        since: time.optional(),
        incident: z.string().optional(),
        bad: z.boolean(),
      }),
    ),
    page: z.url().optional().describe("Its page, where public_url is configured."),
    console: z.url().optional().describe("DLI in the vendor's console."),
  })
  .describe("A connection and what is bound to it, as last seen.");

export const delivery = z
  .strictObject({
    id: z.string(),
    event: z.string().describe("Id of the event."),
    notifier: z.string(),
    state: z.enum(deliveryStates),
    attempts: z.int(),
    last_error: z
      .string()
      .describe("Why the last attempt was not accepted, or why it was closed; empty if neither."),
    next_at: time.nullable().describe("When it is tried next, while it waits."),
    created_at: time,
    settled_at: time.nullable(),
  })
  .describe("A notice on its way to a notifier.");

/** A connection, the latest notices about it first, and to whom each was told. */
export const history = listOf(z.strictObject({ event, deliveries: z.array(delivery) })).extend({
  connection,
});

export const notifier = z
  .strictObject({
    name: z.string(),
    type: z.string().optional().describe("Absent for one that is configured no more."),
    fallback: z.string().optional(),
    state: z
      .enum(["working", "retrying", "failing"])
      .describe("failing: it refuses everything; retrying: the last attempt was not accepted."),
    failing: z.strictObject({ since: time, incident: z.string(), error: z.string() }).optional(),
    resume_at: time.optional().describe("When it is tried again, if not at once."),
    waiting: z.int().describe("Deliveries that wait to be sent."),
    waiting_since: time.optional().describe("Since when the oldest of them waits."),
    held: z.int().describe("Deliveries that are delayed, or collected for a digest."),
    dead: z.int().describe("Deliveries that were given up."),
  })
  .describe("How the telling goes through a notifier.");

export const mute = z
  .strictObject({
    id: z.string().optional().describe("Absent for one of the configuration."),
    name: z.string(),
    match: z.string().describe("What it covers, in words; empty for everything."),
    on: z.boolean(),
    until: time.optional().describe("When it ends, if it is on."),
    from: time.optional().describe("When it begins next, if it is off and ever does."),
  })
  .describe("What is recorded, but not told.");

export const status = z
  .strictObject({
    name: z.string().describe("Name of this installation."),
    public_url: z.url().optional(),
    started_at: time,
    seen_before: time
      .optional()
      .describe("When anything had been seen last before the start; nothing was, in between."),
    sequence: z.int().describe("Of the last event."),
    trouble: z
      .array(z.string())
      .describe("What is wrong with the watcher itself, as /healthz and /readyz have it."),
    configuration: z.strictObject({
      loaded_at: time,
      problems: z.array(z.string()).describe("Why a later file was not taken up."),
    }),
    connections: z.strictObject({ watched: z.int(), bad: z.int() }),
    projects: z.array(
      z.strictObject({
        name: z.string(),
        bad: z.boolean(),
        seen_at: time.optional().describe("When a poll of any of its connections was last read."),
        unreachable: z.strictObject({ since: time, incident: z.string() }).optional(),
        slowdown: z
          .strictObject({ interval_ms: z.int(), since: time })
          .optional()
          .describe("The cloud throttles: so long between two requests now."),
      }),
    ),
  })
  .describe("How the watcher itself is doing, and its projects.");

export const problem = z
  .strictObject({ error: z.string() })
  .describe("What is wrong, and what to do about it.");
