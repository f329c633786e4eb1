import {
  basicListReply,
  connectionReply,
  dliError,
  enhancedListReply,
  type Reply,
} from "./replies.ts";
import type { SimulatedConnection } from "./scenario.ts";
import { stateAt } from "./timeline.ts";

/** What a path of the DLI API asks for. */
export interface DliRequest {
  readonly projectId: string;
  readonly kind: SimulatedConnection["kind"];
  /** Absent: the list. */
  readonly connectionId?: string;
}

/** Reads the path of a request; `undefined` where DLI has no such API. */
export function dliRequest(path: string): DliRequest | undefined {
  const [, projectId, resource, connectionId] =
    /^\/v2\.0\/([^/]+)\/(datasource-connection|datasource\/enhanced-connections)(?:\/([^/]+))?$/.exec(
      path,
    ) ?? [];
  if (projectId === undefined) return undefined;
  const kind = resource === "datasource-connection" ? "basic" : "enhanced";
  return { projectId, kind, ...(connectionId !== undefined && { connectionId }) };
}

/** The connections of the project at one moment. */
export interface Moment {
  readonly connections: Iterable<SimulatedConnection>;
  readonly elapsedMs: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/**
 * Answers an admitted request. What the API says to an unknown id is not documented for basic connections:
 * each kind gives another of the answers that are known to mean "gone".
 */
export function dliReply(request: DliRequest, query: URLSearchParams, moment: Moment): Reply {
  const { kind, connectionId } = request;
  const { startedAt } = moment;
  const known = [...moment.connections]
    .filter((connection) => connection.kind === kind)
    .map((connection) => stateAt(connection, moment.elapsedMs))
    .filter(({ absent }) => !absent);
  if (connectionId === undefined) {
    return kind === "basic"
      ? basicListReply(known, startedAt)
      : enhancedListReply(known, startedAt, query);
  }
  const asked = known.find(({ id }) => id === connectionId);
  if (asked) return connectionReply(asked, startedAt);
  return kind === "basic"
    ? dliError("DLI.0002", `The object ${connectionId} does not exist.`)
    : dliError("DLI.0001", `Connection ${connectionId} is not exist.`);
}
