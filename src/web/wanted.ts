import { sameState } from "../core/model.ts";
import type { ConnectionStatus } from "../core/status.ts";

/** Which connections somebody wants to see; what is absent does not matter. */
export interface Wanted {
  readonly project?: string;
  /** Of the connection, or of one of its queues and pools. */
  readonly state?: string;
  /** A part of a name, an id, a label such as `team=data`, or a reason, its own or of one of its queues and pools; letter case does not matter. */
  readonly q?: string;
}

/** Whether a connection is one of those. */
export function isWanted(connection: ConnectionStatus, { project, state, q }: Wanted): boolean {
  const states = [connection.state ?? "", ...connection.bindings.map((binding) => binding.state)];
  return (
    (project === undefined || connection.project === project) &&
    (state === undefined || states.some((one) => sameState(one, state))) &&
    (q === undefined ||
      textsOf(connection).some((text) => text.toLowerCase().includes(q.toLowerCase())))
  );
}

function textsOf(connection: ConnectionStatus): readonly string[] {
  const { id, name, labels, err_msg = "", unreachable, bindings } = connection;
  return [
    ...[id, name, err_msg, unreachable?.message ?? ""],
    ...Object.entries(labels).map(([label, value]) => `${label}=${value}`),
    ...bindings.flatMap((binding) => [binding.name, binding.peer_id, binding.err_msg]),
  ];
}
