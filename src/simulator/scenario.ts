import { z } from "zod";
import { parseDuration } from "../core/duration.ts";

const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, "needs a number and a unit: 500ms, 4s, 5m")
  .transform((text) => parseDuration(text) ?? 0);

const apiFields = z.record(z.string(), z.json());

const row = z.strictObject({
  status: z.string().exactOptional(),
  err_msg: z.string().exactOptional(),
  peer_id: z.string().exactOptional().describe("Absent: made up from the name."),
  uuid: z.string().exactOptional().describe("What some versions write instead of peer_id."),
  update_time: z.int().exactOptional().describe("Absent: when the row last changed."),
});

const rows = z
  .record(z.string(), row.nullable())
  .describe("Rows by name, laid over those before; null takes one away.");

const change = z.strictObject({
  absent: z.boolean().exactOptional().describe("Whether the API denies that it exists."),
  state: z.string().exactOptional().describe("Default: ACTIVE."),
  process: z.number().exactOptional().describe("Creation progress from 0.0 to 1.0; basic only."),
  message: z.string().exactOptional(),
  queues: rows.exactOptional(),
  pools: rows.exactOptional(),
  fields: apiFields.exactOptional().describe("Other fields as the API writes them; they win."),
  tags: z
    .record(z.string(), z.string())
    .exactOptional()
    .describe("By which the list of enhanced connections finds it."),
});

const connection = change.extend({
  id: z.string(),
  kind: z.enum(["basic", "enhanced"]),
  timeline: z
    .array(
      change.extend({ at: duration }).transform(({ at, ...changed }) => ({ ...changed, atMs: at })),
    )
    .exactOptional(),
});

const fault = z
  .strictObject({
    at: duration.exactOptional().describe("When it begins; absent: at once."),
    for: duration.exactOptional().describe("How long it lasts; absent: for good."),
    times: z.int().positive().exactOptional().describe("After this many requests it is over."),
    url: z.string().exactOptional().describe("Only requests whose path and query contain this."),
    status: z.int().min(200).max(599).exactOptional(),
    headers: z.record(z.string(), z.string()).exactOptional(),
    body: z.string().exactOptional(),
    fields: apiFields.exactOptional().describe("Laid over the fields of a JSON reply."),
    gzip: z.boolean().exactOptional(),
    framing: z
      .enum(["length", "chunked", "close"])
      .exactOptional()
      .describe("What tells where the body ends; default: its length."),
    delay: duration.exactOptional().describe("Silence before the reply."),
    drip: duration.exactOptional().describe("Pause after each byte of the body."),
    cut: z.int().min(0).exactOptional().describe("Bytes of the body before the socket closes."),
    reset: z.boolean().exactOptional().describe("A reset instead of a reply, or at the cut."),
  })
  .transform(({ at, for: lasting, delay, drip, ...rest }) => ({
    ...rest,
    ...(at !== undefined && { atMs: at }),
    ...(lasting !== undefined && { forMs: lasting }),
    ...(delay !== undefined && { delayMs: delay }),
    ...(drip !== undefined && { dripMs: drip }),
  }));

/** What the simulated cloud holds, whom it lets in, and how both go wrong over time. */
export const scenario = z.strictObject({
  project_id: z.string(),
  credentials: z
    .array(
      z.strictObject({
        access_key: z.string(),
        secret_key: z.string(),
        security_token: z.string().exactOptional(),
      }),
    )
    .exactOptional()
    .describe(
      "Key pairs that are let in. Without credentials, tokens, users and agency everyone is.",
    ),
  tokens: z.array(z.string()).exactOptional().describe("X-Auth-Token values that are let in."),
  users: z
    .array(z.strictObject({ domain: z.string(), name: z.string(), password: z.string() }))
    .exactOptional()
    .describe("Who may fetch a token from IAM."),
  agency: z
    .strictObject({
      tokens: z.boolean().exactOptional().describe("Whether the metadata service has tokens."),
    })
    .exactOptional()
    .describe("Lets the metadata service of an ECS hand out temporary keys, which are let in."),
  life: duration
    .exactOptional()
    .describe("Of tokens and temporary keys; absent: 24 hours and 1 hour."),
  connections: z.array(connection),
  faults: z.array(fault).exactOptional(),
});

/** Parsed; times are in milliseconds since the simulator's start. */
export type Scenario = z.output<typeof scenario>;
export type SimulatedConnection = z.output<typeof connection>;
/** What becomes of a connection; what it does not name stays as it was. */
export type Change = z.output<typeof change>;
export type Row = z.output<typeof row>;
/** What goes wrong with the requests it meets; the one that was added last wins. */
export type Fault = z.output<typeof fault>;
