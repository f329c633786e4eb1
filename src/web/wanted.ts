import { sameState } from "../core/model.ts";
import type { ConnectionStatus } from "../core/status.ts";

/** Which connections somebody wants to see; what is absent does not matter. */
export interface Wanted {
  readonly project?: string;
  /** Of the connection, or of one of its queues and pools. */
  readonly state?: string;
  /** A part of its id, its name, or the name of one of its queues and pools; letter case does not matter. */
  readonly q?: string;
}

/** Whether a connection is one of those. */
export function isWanted(connection: ConnectionStatus, { project, state, q }: Wanted): boolean {
  const { id, name, bindings } = connection;
  const states = [connection.state ?? "", ...bindings.map((binding) => binding.state)];
  const names = [id, name, ...bindings.map((binding) => binding.name)];
  return (
    (project === undefined || connection.project === project) &&
    (state === undefined || states.some((one) => sameState(one, state))) &&
    (q === undefined || names.some((one) => one.toLowerCase().includes(q.toLowerCase())))
  );
}
