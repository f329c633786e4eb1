import type { ConnectionKind } from "../core/model.ts";
import { sign } from "../core/signature.ts";
import type { HttpRequest } from "../http.ts";
import type { DliProject } from "./project.ts";

const paths = {
  basic: "datasource-connection",
  enhanced: "datasource/enhanced-connections",
} as const satisfies Record<ConnectionKind, string>;

/** The GET of one connection, authorised; `at` (epoch milliseconds) dates its signature. */
export function showConnection(
  { endpoint, projectId, auth }: DliProject,
  { kind, id }: { readonly kind: ConnectionKind; readonly id: string },
  at: number,
): HttpRequest {
  const path = `v2.0/${encodeURIComponent(projectId)}/${paths[kind]}/${encodeURIComponent(id)}`;
  const request = { method: "GET", url: `${endpoint.replace(/\/$/, "")}/${path}` } as const;
  const signed = { "X-Project-Id": projectId };
  const headers = { ...signed, Accept: "application/json", "X-Language": "en-us" };
  if (auth.type === "token") {
    return { ...request, headers: { ...headers, "X-Auth-Token": auth.token.reveal() } };
  }
  const { accessKey, secretKey, securityToken } = auth;
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
