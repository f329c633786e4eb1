import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Event } from "../../src/core/event.ts";
import { idsOf, listed } from "./connections.ts";

/*
 * A process of its own that answers GET …/{id} as DLI answers about a basic connection, and …/enhanced-connections/{id}
 * about an enhanced one; every project has a thousand of these in its list. It checks nothing, and takes what a webhook
 * sends to /hook. It notes what came when; `GET /notes` gives the notes, those of its polls once.
 */

/** What the server saw since it was last asked. */
export interface Notes {
  readonly requests: number;
  /** Connections that were answered about, one by one or in a list. */
  readonly polls: number;
  /** When the first of all polls came, in epoch milliseconds. */
  readonly firstPollAt: number;
  /** The longest time between two polls of one connection, in milliseconds. */
  readonly longestGapMs: number;
  /** Of all changes that were delivered. */
  readonly changes: readonly Change[];
}

/** One binding that turned FAILED; times in epoch milliseconds. */
interface Change {
  readonly changedAt: number;
  /** The first answer that said so. */
  readonly answeredAt: number;
  readonly deliveredAt: number;
}

interface Connection {
  body: string;
  polledAt?: number;
  changedAt?: number;
  answeredAt?: number;
}

const connections = new Map<string, Connection>();
let requests = 0;
let polls = 0;
let firstPollAt = 0;
let longestGapMs = 0;
const changes: Change[] = [];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = "" } = request;
  const id = url.slice(url.lastIndexOf("/") + 1);
  if (url === "/notes") send(response, notes());
  else if (url.startsWith("/change/")) send(response, change(id));
  else if (url === "/hook") send(response, noteDelivery(await text(request)));
  else send(response, reply(url, id));
}

function reply(url: string, id: string): string {
  requests += 1;
  if (!url.includes("/enhanced-connections")) return poll(connectionOf(id));
  const query = new URL(url, "http://localhost").searchParams;
  return query.has("limit")
    ? page(Number(query.get("offset")), Number(query.get("limit")))
    : poll(enhanced(id));
}

/** Of the list that every project has. */
function page(offset: number, limit: number): string {
  const ids = idsOf(listed).slice(offset, offset + limit);
  const bodies = ids.map((id) => poll(enhanced(id)));
  return `{"is_success":true,"message":"","count":${listed},"connections":[${bodies.join()}]}`;
}

function enhanced(id: string): Connection {
  const connection = connections.get(id) ?? { body: enhancedBodyOf(id) };
  connections.set(id, connection);
  return connection;
}

function send(response: ServerResponse, body: string): void {
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function poll(connection: Connection): string {
  const now = Date.now();
  polls += 1;
  firstPollAt ||= now;
  longestGapMs = Math.max(longestGapMs, now - (connection.polledAt ?? now));
  connection.polledAt = now;
  if (connection.changedAt !== undefined) connection.answeredAt ??= now;
  return connection.body;
}

function change(id: string): string {
  const connection = connectionOf(id);
  connection.changedAt = Date.now();
  connection.body = bodyOf(id, "Failed", "Failed to get subnet. Response code : 404");
  return "";
}

function noteDelivery(body: string): string {
  const { data }: Event = JSON.parse(body);
  const { changedAt, answeredAt } = connectionOf(data.connection?.id ?? "");
  if (changedAt !== undefined && answeredAt !== undefined) {
    changes.push({ changedAt, answeredAt, deliveredAt: Date.now() });
  }
  return "";
}

function notes(): string {
  const seen: Notes = { requests, polls, firstPollAt, longestGapMs, changes };
  requests = 0;
  polls = 0;
  longestGapMs = 0;
  return JSON.stringify(seen);
}

function connectionOf(id: string): Connection {
  const connection = connections.get(id) ?? { body: bodyOf(id, "Active", "") };
  connections.set(id, connection);
  return connection;
}

function bodyOf(id: string, status: string, reason: string): string {
  return JSON.stringify({
    is_success: true,
    message: "",
    connection_id: id,
    state: "active",
    process: 1,
    name: `orders-${id.slice(0, 8)}`,
    destination: "hbase.example.com:2181",
    connection_url: "",
    service: "CloudTable",
    cluster_name: "",
    connectivity: "reachable",
    create_time: 1_566_180_327_674,
    available_queue_info: ["etl", "reports"].map((name) => ({
      name,
      status,
      err_msg: reason,
      peer_id: `${id}-${name}`,
      update_time: 1_566_889_577_861,
    })),
    count: 2,
  });
}

function enhancedBodyOf(id: string): string {
  return JSON.stringify({
    id,
    name: `orders-${id}`,
    status: "ACTIVE",
    dest_vpc_id: "22094d8f-c310-4621-913d-4c4d655d8495",
    dest_network_id: "78f2562a-36e4-4b39-95b9-f5aab22e1281",
    create_time: 1_566_180_327_674,
    available_queue_info: [],
    elastic_resource_pools: ["etl", "reports"].map((name) => ({
      name,
      status: "ACTIVE",
      err_msg: "",
      peer_id: `${id}-${name}`,
      update_time: 1_566_889_577_861,
    })),
  });
}

const server = createServer({ keepAliveTimeout: 60_000 }, answer);
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.once("disconnect", () => process.exit());
