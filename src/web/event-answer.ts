import { z } from "zod";
import { noticeTypes, severities } from "../core/event.ts";
import { connectionKinds, failureCauses } from "../core/model.ts";

const time = z.iso.datetime();
const severity = z.enum(severities);

/** A connection as events show it: {@link EventConnection} of core. */
export const eventConnection = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(connectionKinds).optional(),
  state: z.string().optional(),
  service: z.string().optional(),
  destination: z.string().optional(),
  connection_url: z.string().optional(),
  cluster_name: z.string().optional(),
  connectivity: z.string().optional(),
  dest_vpc_id: z.string().optional(),
  dest_network_id: z.string().optional(),
  hosts: z.string().optional(),
  process: z.number().optional(),
  create_time: time.optional(),
  labels: z.record(z.string(), z.string()),
});

/** What became of one notice: `data` of an event. */
const eventData = z.strictObject({
  severity,
  title: z.string(),
  summary: z.string(),
  hint: z
    .strictObject({ cause: z.string(), action: z.string(), link: z.string().optional() })
    .optional(),
  project: z
    .strictObject({ name: z.string(), project_id: z.string(), region: z.string().optional() })
    .optional(),
  connection: eventConnection.optional(),
  resource: z.strictObject({
    type: z.enum(["connection", "project", "notifier", "mute", "queue", "pool"]),
    name: z.string(),
    peer_id: z.string().optional(),
  }),
  from: z.string().optional(),
  to: z.string().optional(),
  err_msg: z.string().optional(),
  changed: z
    .array(z.strictObject({ field: z.string(), from: z.string(), to: z.string() }))
    .optional(),
  cause: z.enum(failureCauses).optional(),
  last_known: z.string().optional(),
  last_known_zh: z.string().optional(),
  flapping: z
    .strictObject({ changes: z.int(), since: time, for_ms: z.number().optional() })
    .optional(),
  gap_ms: z.number().optional(),
  meanwhile: z
    .strictObject({
      count: z.int(),
      titles: z.array(z.string()),
      titles_zh: z.array(z.string()).optional(),
      unseen: z.int().optional(),
    })
    .optional(),
  undelivered: z
    .strictObject({
      event: z.string(),
      title: z.string(),
      title_zh: z.string().optional(),
      notifiers: z.array(z.string()),
      error: z.string(),
    })
    .optional(),
  notifier: z.strictObject({ name: z.string(), error: z.string().optional() }).optional(),
  get items() {
    return z.array(event).optional();
  },
  counts: z.strictObject({ info: z.int(), warning: z.int(), critical: z.int() }).optional(),
  muted: z.int().optional(),
  reported_at: time.optional(),
  observed_at: time,
  previous_for_ms: z.number().optional(),
  incident: z.string().optional(),
  sequence: z.int(),
});

/** A notice: {@link Event} of core. */
export const event = z
  .strictObject({
    specversion: z.literal("1.0"),
    id: z.string(),
    source: z.string(),
    type: z.templateLiteral(["dli-watch.", z.enum(noticeTypes)]),
    time,
    subject: z.string(),
    datacontenttype: z.literal("application/json"),
    get data() {
      return eventData;
    },
  })
  .describe("A notice, as CloudEvents 1.0.");
