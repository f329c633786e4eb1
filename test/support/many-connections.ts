import { bindingKey } from "../../src/core/bindings.ts";
import type { ConnectionMemory } from "../../src/core/memory.ts";
import type { PageSource } from "../../src/web/page-source.ts";
import { queue, snapshot } from "./snapshots.ts";

/** When they are looked at; they were first seen at various times before, each with its queues. */
const now = Date.UTC(2026, 10, 24, 3);

/** So many connections of one project that are well, each with two queues. */
export function manyConnections(
  count: number,
): Pick<PageSource, "projects" | "remembered" | "now"> {
  const ids = Array.from(
    { length: count },
    (_, index) => `378eb1e6-521d-41a4-a41c-${String(index).padStart(12, "0")}`,
  );
  const connections = ids.map((id) => ({ id, labels: { team: "data" } }));
  const memories = ids.map((id, index) => ({ project: "prod", id, memory: memoryOf(id, index) }));
  return {
    projects: () => [{ name: "prod", project_id: "p", connections }],
    remembered: async () => ({ connections: memories, projects: [] }),
    now: () => now,
  };
}

function memoryOf(id: string, index: number): ConnectionMemory {
  const since = now - 1_000 * (index + 1) * index;
  const queues = [queue(`etl_${index}`), queue(`reports_${index}`)];
  const attributes = { name: `orders-hbase-${index}` };
  return {
    snapshot: snapshot({ id, attributes, bindings: { queue: queues, pool: null } }),
    connection: { since },
    bindings: Object.fromEntries(queues.map((row) => [bindingKey(row), { since }])),
    pending: {},
    seenAt: now,
  };
}
