import { createHash } from "node:crypto";
import type { ConnectionState, TimedRows } from "./timeline.ts";

/** A reply before it is written to the wire: an object becomes JSON, a text stays as it is. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Fields;
}

type Fields = Readonly<Record<string, unknown>>;

/** `GET …/{connection_id}` of either kind; `startedAt` is the simulator's start in epoch milliseconds. */
export function connectionReply(state: ConnectionState, startedAt: number): Reply {
  const envelope = { is_success: true, message: state.message };
  return { status: 200, body: { ...envelope, ...connectionFields(state, startedAt) } };
}

/** `GET …/datasource-connection`: all at once, and of the queues only their names. */
export function basicListReply(states: readonly ConnectionState[], startedAt: number): Reply {
  const connections = states.map((state) => {
    const { available_queue_info, ...fields } = connectionFields(state, startedAt);
    return { ...fields, queue_list: Object.keys(state.queues ?? {}) };
  });
  return listReply(connections, connections.length);
}

/** `GET …/enhanced-connections?limit=&offset=&status=&name=&tags=`: a limit of 0 means all; several tags are `k1=v1,k2=v2`. */
export function enhancedListReply(
  states: readonly ConnectionState[],
  startedAt: number,
  query: URLSearchParams,
): Reply {
  const limit = Number(query.get("limit") ?? 100);
  const offset = Number(query.get("offset") ?? 0);
  if (![limit, offset].every((count) => Number.isInteger(count) && count >= 0)) {
    return dliError("DLI.0001", "limit and offset must be whole numbers of at least 0.");
  }
  const wanted = { status: query.get("status"), name: query.get("name") };
  const tags = query.get("tags")?.split(",") ?? [];
  const found = states
    .filter((state) => tags.every((tag) => hasTag(state, tag)))
    .map((state) => connectionFields(state, startedAt))
    .filter(({ status }) => wanted.status === null || status === wanted.status)
    .filter(({ name }) => wanted.name === null || name === wanted.name);
  return listReply(found.slice(offset, limit === 0 ? undefined : offset + limit), found.length);
}

function hasTag({ tags = {} }: ConnectionState, tag: string): boolean {
  return Object.entries(tags).some(([key, value]) => `${key}=${value}` === tag);
}

/** A refusal of DLI itself, which answers 400 to nearly everything. */
export function dliError(code: string, message: string): Reply {
  return { status: 400, body: { error_code: code, error_msg: message } };
}

/** A refusal of the API gateway, before DLI saw the request. */
export function gatewayError(
  status: number,
  error: { readonly code: string; readonly message: string; readonly requestId: string },
): Reply {
  const { code, message, requestId } = error;
  return { status, body: { error_code: code, error_msg: message, request_id: requestId } };
}

/** A refusal of IAM, which has a shape of its own. */
export function iamError(code: number, title: string, message: string): Reply {
  return { status: code, body: { error: { code, message, title } } };
}

function listReply(connections: readonly Fields[], count: number): Reply {
  return { status: 200, body: { is_success: true, message: "", connections, count } };
}

function connectionFields(connection: ConnectionState, startedAt: number): Fields {
  const { id, kind, state, process, queues, pools, fields } = connection;
  return {
    ...(kind === "basic" ? { connection_id: id, state } : { id, status: state }),
    ...(process !== undefined && { process }),
    ...(queues && { available_queue_info: rowsOf(queues, `${id}/queues`, startedAt) }),
    ...(pools && { elastic_resource_pools: rowsOf(pools, `${id}/pools`, startedAt) }),
    ...fields,
  };
}

function rowsOf(rows: TimedRows, owner: string, startedAt: number): readonly Fields[] {
  return Object.entries(rows).map(([name, { changedMs, ...row }]) => ({
    name,
    status: "ACTIVE",
    err_msg: "",
    update_time: startedAt + changedMs,
    ...(row.uuid === undefined && { peer_id: uuidOf(`${owner}/${name}`) }),
    ...row,
  }));
}

/** The same UUID for the same text, so that a row keeps its peering. */
function uuidOf(text: string): string {
  return createHash("sha256")
    .update(text)
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
