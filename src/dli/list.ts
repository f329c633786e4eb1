import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { ConnectionKind, Failure } from "../core/model.ts";
import type { Http, HttpLimits, HttpReply } from "../http.ts";
import type { CredentialSource } from "./auth/credentials.ts";
import { openReply, text } from "./envelope.ts";
import { type Asked, refusalOf, unanswered, unreadable } from "./errors.ts";
import type { DliProject } from "./project.ts";
import { type Caller, listPage, type Page } from "./request.ts";

/** A connection as the list of its kind shows it. */
export interface ListedConnection {
  readonly kind: ConnectionKind;
  readonly id: string;
  /** Empty where the API left it out; so is the state. */
  readonly name: string;
  readonly state: string;
}

/** Every connection of a kind, DELETED ones too, or why they are not known: never a part of them. */
export type Listing =
  | { readonly connections: readonly ListedConnection[]; readonly failure?: never }
  | { readonly failure: Failure; readonly connections?: never };

/** Whom to ask, and through what. */
interface Parts {
  readonly project: Pick<DliProject, "endpoint" | "projectId">;
  readonly credentials: Pick<CredentialSource, "get">;
  readonly http: Pick<Http, "exchange">;
  readonly clock: Pick<Clock, "now">;
}

const pageSize = 100;
/** Nobody has as many: a list that does not end is no list. */
const mostPages = 100;
/** For one page; the basic list is a single one. */
const limits = { deadlineMs: 30_000, maxBytes: 16 << 20, oversize: "fail" } as const;

/** Lists the connections of a kind in a project, a page after the other; a cloud without basic connections has none. */
export async function listConnections(
  { project, credentials: source, http, clock }: Parts,
  kind: ConnectionKind,
  signal?: AbortSignal,
): Promise<Listing> {
  const { credentials, failure } = await source.get(signal);
  if (failure) return { failure };
  const asking = { caller: { ...project, credentials }, http, clock };
  const { host } = new URL(project.endpoint);
  const found = new Map<string, ListedConnection>();
  for (let pages = 0; pages < mostPages; pages++) {
    const page = { kind, offset: found.size, limit: pageSize };
    const { connections, failure } = await readPage(asking, page, {
      ...limits,
      ...(signal && { signal }),
    });
    if (failure) return { failure };
    for (const connection of connections) {
      if (found.has(connection.id)) return { failure: listedTwice(host, connection) };
      found.set(connection.id, connection);
    }
    if (kind === "basic" || connections.length < pageSize) {
      return { connections: [...found.values()] };
    }
  }
  return { failure: endless(host, kind) };
}

interface Asking extends Pick<Parts, "http" | "clock"> {
  readonly caller: Caller;
}

async function readPage(
  { caller, http, clock }: Asking,
  page: Page,
  limits: HttpLimits,
): Promise<Listing> {
  const { reply, failure } = await http.exchange(listPage(caller, page, clock.now()), limits);
  if (failure) return { failure: unanswered(failure) };
  const { host } = new URL(caller.endpoint);
  const { kind } = page;
  if (reply.status < 200 || reply.status > 299) {
    return refused(reply, kind, { host, projectId: caller.projectId, now: clock.now() });
  }
  const { content, problem } = openReply(list, reply.body);
  if (problem !== undefined) {
    const about = `the list of ${kind} connections`;
    return { failure: unreadable(reply, { host, about, problem }) };
  }
  return { connections: content.connections.map((connection) => ({ kind, ...connection })) };
}

function refused(reply: HttpReply, kind: ConnectionKind, asked: Asked): Listing {
  const { observation, noSuchApi } = refusalOf(reply, asked);
  if (noSuchApi && kind === "basic") return { connections: [] };
  if (observation.outcome === "failed") return { failure: observation.failure };
  const message = `${observation.message} – check endpoint, region and project_id (${asked.projectId})`;
  return { failure: { cause: "address", message } };
}

/** An item of either list; its id must do for an address and for the configuration file. */
const item = z
  .object({ connection_id: text, id: text, name: text, state: text, status: text })
  .transform(({ connection_id, id, name, state, status }) => ({
    id: connection_id || id,
    name,
    state: state || status,
  }))
  .refine(({ id }) => /^[A-Za-z0-9-]{1,64}$/.test(id), "has no id of a connection");

const list = z.object({ connections: z.array(item) });

/** An offset that is ignored, or a list that changed between two pages: another connection may be missing. */
function listedTwice(host: string, { kind, id }: ListedConnection): Failure {
  const message = `${host} lists the ${kind} connection ${id} twice: its pages do not fit together – nothing to do here unless it lasts`;
  return { cause: "server", message };
}

function endless(host: string, kind: ConnectionKind): Failure {
  const message = `${host} lists more than ${mostPages * pageSize} ${kind} connections, which is more than is read – name those to watch`;
  return { cause: "server", message };
}
