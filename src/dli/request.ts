import type { Credentials } from "../core/access.ts";
import type { ConnectionKind } from "../core/model.ts";
import { signer } from "../core/signature.ts";
import type { HttpRequest } from "../http.ts";
import type { DliProject } from "./project.ts";

/** A request as it is sent with these credentials; `at` (epoch milliseconds) dates its signature. */
export type Authorised = (credentials: Credentials, at: number) => HttpRequest;

type Target = Pick<DliProject, "endpoint" | "projectId">;

const paths = {
  basic: "datasource-connection",
  enhanced: "datasource/enhanced-connections",
} as const satisfies Record<ConnectionKind, string>;

/** The GET of one connection. */
export function showConnection(
  project: Target,
  { kind, id }: { readonly kind: ConnectionKind; readonly id: string },
): Authorised {
  return get(project, `${paths[kind]}/${encodeURIComponent(id)}`);
}

/** Where a page begins, and how many connections it has at most. */
export interface Page {
  readonly kind: ConnectionKind;
  readonly offset: number;
  readonly limit: number;
  /** Of the enhanced list: `key=value`, separated by commas. */
  readonly tags?: string | undefined;
}

/** The GET of one page of a list; the basic list is one page, whatever is asked. */
export function listPage(project: Target, { kind, offset, limit, tags }: Page): Authorised {
  const tagged = tags === undefined ? "" : `&tags=${encodeURIComponent(tags)}`;
  const query = kind === "basic" ? "" : `?limit=${limit}&offset=${offset}${tagged}`;
  return get(project, `${paths[kind]}${query}`);
}

/** What is the same each time is prepared once for the same credentials. */
function get({ endpoint, projectId }: Target, resource: string): Authorised {
  const path = `v2.0/${encodeURIComponent(projectId)}/${resource}`;
  const request = {
    method: "GET",
    url: `${endpoint.replace(/\/$/, "")}/${path}`,
    headers: { "X-Project-Id": projectId },
  } as const;
  let last: { readonly credentials: Credentials; readonly headersAt: HeadersAt } | undefined;
  return (credentials, at) => {
    if (last?.credentials !== credentials) {
      last = { credentials, headersAt: authorise(request, credentials) };
    }
    return { ...request, headers: last.headersAt(at) };
  };
}

type HeadersAt = (at: number) => HttpRequest["headers"];

/** The headers of a request, its own among them and signed, as they are at a time (epoch milliseconds). */
export function authorise(request: HttpRequest, credentials: Credentials): HeadersAt {
  const headers = { ...request.headers, Accept: "application/json", "X-Language": "en-us" };
  if (credentials.type === "token") {
    const whole = { ...headers, "X-Auth-Token": credentials.token.reveal() };
    return () => whole;
  }
  const { accessKey, secretKey, securityToken } = credentials;
  const keys = { accessKey: accessKey.reveal(), secretKey: secretKey.reveal() };
  const signatureAt = signer(request, keys);
  return (at) => ({
    ...headers,
    ...signatureAt(at),
    // Not signed: the server shows signed headers in its error texts.
    ...(securityToken && { "X-Security-Token": securityToken.reveal() }),
  });
}
