import { z } from "zod";
import { distinctBindings } from "../core/bindings.ts";
import {
  type AttributeField,
  attributeFields,
  type Binding,
  type BindingType,
  type ConnectionKind,
  documentedStates,
  type Snapshot,
} from "../core/model.ts";
import { oneLine } from "../core/text.ts";
import { openReply, problemOf, text } from "./envelope.ts";

/** A reply as a snapshot, or what is wrong with it: the field and what it holds. */
export type Reading =
  | { readonly snapshot: Snapshot; readonly problem?: never }
  | { readonly problem: string; readonly snapshot?: never };

/** Reads the body of a 2xx reply about the connection `id`. Fields nobody uses are not looked at. */
export function readReply(kind: ConnectionKind, id: string, body: string): Reading {
  const opened = kind === "basic" ? openReply(basic, body) : openReply(enhanced, body);
  if (opened.problem !== undefined) return opened;
  const { id: answered } = opened.content;
  if (answered !== undefined && answered.toLowerCase() !== id.toLowerCase()) {
    return { problem: `it speaks of another connection, ${oneLine(answered)}` };
  }
  return snapshotOf(kind, id, opened.content);
}

/** Reads the item of an enhanced connection in a list: it has the fields of a reply of its own. */
export function readItem(id: string, item: unknown): Reading {
  const { data, error } = enhanced.safeParse(item);
  return error
    ? { problem: problemOf(error, JSON.stringify(item)) }
    : snapshotOf("enhanced", id, data);
}

function snapshotOf(
  kind: ConnectionKind,
  id: string,
  { id: _, queues, pools, ...snapshot }: z.output<typeof basic | typeof enhanced>,
): Reading {
  const queue = bindings("queue", queues);
  const pool = bindings("pool", pools);
  if (queue.problem !== undefined) return queue;
  if (pool.problem !== undefined) return pool;
  return { snapshot: { ...snapshot, kind, id, bindings: { queue: queue.rows, pool: pool.rows } } };
}

const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
const optionalNumber = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined);

/** Epoch milliseconds; a number that is no time says nothing. */
const optionalTime = z.preprocess(
  (value) => (typeof value === "number" && !isTime(value) ? undefined : value),
  optionalNumber,
);

/** Whole milliseconds within the range of `Date`. */
function isTime(value: number): boolean {
  return new Date(value).getTime() === value;
}

/** Documented states in upper case, any other as the API wrote it. */
const state = z
  .string()
  .min(1)
  .transform((value) => documentedStates.find((known) => known === value.toUpperCase()) ?? value);

const row = z
  .object({
    name: text,
    peer_id: optionalText,
    uuid: optionalText,
    status: state,
    err_msg: text,
    update_time: optionalTime,
  })
  .refine((value) => value.name || value.peer_id || value.uuid, "has neither name nor id");

const rows = z
  .array(row)
  .nullish()
  .transform((value) => value ?? null);

const hosts = z
  .array(z.object({ name: text, ip: text }))
  .nullish()
  .transform((list) =>
    list
      ?.map(({ name, ip }) => `${name}=${ip}`)
      .sort()
      .join(", "),
  );

/** `GET …/datasource-connection/{id}`. Its top-level message is a reason only while it is FAILED. */
const basic = z
  .object({
    connection_id: optionalText,
    state,
    message: text,
    process: optionalNumber,
    create_time: optionalTime,
    available_queue_info: rows,
    name: optionalText,
    destination: optionalText,
    connection_url: optionalText,
    service: optionalText,
    cluster_name: optionalText,
    connectivity: optionalText,
  })
  .transform(
    ({
      connection_id,
      state,
      message,
      process,
      create_time,
      available_queue_info,
      ...attributes
    }) => ({
      id: connection_id,
      state,
      errMsg: state === "FAILED" ? message : "",
      ...(process !== undefined && { process }),
      ...(create_time !== undefined && { createdAt: create_time }),
      attributes: present(attributes),
      queues: available_queue_info,
      pools: null,
    }),
  );

/** `GET …/datasource/enhanced-connections/{id}`. */
const enhanced = z
  .object({
    id: optionalText,
    status: state,
    create_time: optionalTime,
    available_queue_info: rows,
    elastic_resource_pools: rows,
    name: optionalText,
    dest_vpc_id: optionalText,
    dest_network_id: optionalText,
    hosts,
  })
  .transform(
    ({ id, status, create_time, available_queue_info, elastic_resource_pools, ...attributes }) => ({
      id,
      state: status,
      errMsg: "",
      ...(create_time !== undefined && { createdAt: create_time }),
      attributes: present(attributes),
      queues: available_queue_info,
      pools: elastic_resource_pools,
    }),
  );

/** Without the fields the answer did not carry: they say nothing. */
function present(
  fields: Partial<Record<AttributeField, string | undefined>>,
): Snapshot["attributes"] {
  const attributes: Partial<Record<AttributeField, string>> = {};
  for (const field of attributeFields) {
    const value = fields[field];
    if (value !== undefined) attributes[field] = value;
  }
  return attributes;
}

type Bindings =
  | { readonly rows: readonly Binding[] | null; readonly problem?: never }
  | { readonly problem: string; readonly rows?: never };

function bindings(type: BindingType, rows: z.output<typeof row>[] | null): Bindings {
  if (rows === null) return { rows: null };
  const { bindings, contradiction } = distinctBindings(
    rows.map(({ name, peer_id, uuid, status, err_msg, update_time }) => ({
      type,
      name,
      peerId: peer_id ?? uuid ?? "",
      state: status,
      errMsg: err_msg,
      ...(update_time !== undefined && { updatedAt: update_time }),
    })),
  );
  if (bindings) return { rows: bindings };
  const [{ name, peerId, state }, other] = contradiction;
  return {
    problem: `${type} ${oneLine(name || peerId)} is listed twice, as ${oneLine(state)} and as ${oneLine(other.state)}, with different texts or states`,
  };
}
