import type { Binding, BindingType, Snapshot } from "../../src/core/model.ts";

/** A snapshot of the documented sample connection, with what the test says instead. */
export function snapshot(said: Partial<Snapshot> = {}): Snapshot {
  return {
    kind: "basic",
    id: "378eb1e6-521d-41a4-a41c-bbb58f34a6d6",
    state: "ACTIVE",
    errMsg: "",
    attributes: {
      name: "op",
      service: "CloudTable.OPENTSDB",
      destination: "a:2181",
      connectivity: "",
    },
    ...said,
    bindings: { queue: [], pool: [], ...said.bindings },
  };
}

/** A binding, ACTIVE unless the test says otherwise. */
function binding(type: BindingType, name: string, said: Partial<Binding> = {}): Binding {
  return { type, name, peerId: `peer-of-${name}`, state: "ACTIVE", errMsg: "", ...said };
}

export const queue = (name: string, said: Partial<Binding> = {}) => binding("queue", name, said);

/** A snapshot with these queues. */
export function withQueues(...queues: readonly Binding[]): Snapshot {
  return snapshot({ bindings: { queue: queues, pool: [] } });
}
