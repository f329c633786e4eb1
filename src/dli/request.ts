import type { Credentials } from "../core/access.ts";
import type { ConnectionKind } from "../core/model.ts";
import { sign } from "../core/signature.ts";
import type { HttpRequest } from "../http.ts";
import type { DliProject } from "./project.ts";

/** Whom a request asks, and by what it is authorised. */
export interface Caller extends Pick<DliProject, "endpoint" | "projectId"> {
  readonly credentials: Credentials;
}

const paths = {
  basic: "datasource-connection",
  enhanced: "datasource/enhanced-connections",
} as const satisfies Record<ConnectionKind, string>;

/** The GET of one connection, authorised; `at` (epoch milliseconds) dates its signature. */
export function showConnection(
  caller: Caller,
  { kind, id }: { readonly kind: ConnectionKind; readonly id: string },
  at: number,
): HttpRequest {
  return get(caller, `${paths[kind]}/${encodeURIComponent(id)}`, at);
}

/** Where a page begins, and how many connections it has at most. */
export interface Page {
  readonly kind: ConnectionKind;
  readonly offset: number;
  readonly limit: number;
  /** Of the enhanced list: `key=value`, separated by commas. */
  readonly tags?: string | undefined;
}

/** The GET of one page of a list, authorised; the basic list is one page, whatever is asked. */
export function listPage(
  caller: Caller,
  { kind, offset, limit, tags }: Page,
  at: number,
): HttpRequest {
  const tagged = tags === undefined ? "" : `&tags=${encodeURIComponent(tags)}`;
  const query = kind === "basic" ? "" : `?limit=${limit}&offset=${offset}${tagged}`;
  return get(caller, `${paths[kind]}${query}`, at);
}

function get(
  { endpoint, projectId, credentials }: Caller,
  resource: string,
  at: number,
): HttpRequest {
  const path = `v2.0/${encodeURIComponent(projectId)}/${resource}`;
  const request = { method: "GET", url: `${endpoint.replace(/\/$/, "")}/${path}` } as const;
  const signed = { "X-Project-Id": projectId };
  const headers = { ...signed, Accept: "application/json", "X-Language": "en-us" };
  if (credentials.type === "token") {
    return { ...request, headers: { ...headers, "X-Auth-Token": credentials.token.reveal() } };
  }
  const { accessKey, secretKey, securityToken } = credentials;
  const keys = { accessKey: accessKey.reveal(), secretKey: secretKey.reveal() };
  return {
    ...request,
    headers: {
      ...headers,
      ...sign({ ...request, headers: signed }, keys, at),
      // Not signed: the server shows signed headers in its error texts.
      ...(securityToken && { "X-Security-Token": securityToken.reveal() }),
    },
  };
}
