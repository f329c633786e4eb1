import { expect, test } from "vitest";
import { bindingKey } from "../../src/core/bindings.ts";
import { explainer } from "../../src/core/hints.ts";
import type { ConnectionMemory, Incident, ProjectMemory } from "../../src/core/memory.ts";
import { troublesOf } from "../../src/core/trouble.ts";
import { queue, snapshot, withQueues } from "../support/snapshots.ts";

const now = Date.UTC(2026, 10, 24, 3);
const incident: Incident = { id: "i", openedAt: 20, severity: "critical", told: [] };
const warning: Incident = { ...incident, openedAt: 30, severity: "warning" };
const blindness = {
  polls: 3,
  episode: 0,
  since: 10,
  begunAt: 10,
  cause: "network",
  message: "reset",
} as const;

const bare: ConnectionMemory = { connection: { since: 10 }, bindings: {}, pending: {} };
const active: ConnectionMemory = { ...bare, snapshot: snapshot({ state: "ACTIVE" }) };

function queueMemory(state: string, known: object, errMsg = ""): ConnectionMemory {
  const row = queue("etl", { state, errMsg });
  const bindings = { [bindingKey(row)]: { since: 10, ...known } };
  return { ...bare, snapshot: withQueues(row), bindings };
}

/** What is bad of connections c0, c1, … of one project, in words. */
function troublesIn(memories: readonly ConnectionMemory[], project: Partial<ProjectMemory> = {}) {
  const connections = memories.map((memory, index) => ({
    configured: { id: `c${index}`, name: `c${index}`, labels: {} },
    memory,
  }));
  const remembered = {
    project: { name: "prod", project_id: "p" },
    memory: { episode: 0, ...project },
    connections,
  };
  return troublesOf([remembered], explainer([]), now).map(({ what, draft, since, hint }) => {
    const { severity, resource, connection, to = "", errMsg = "" } = draft;
    const about = `${resource.type} ${resource.name} ${connection?.name ?? draft.project?.name}`;
    return [`${severity} ${about}: ${what} ${to} since ${since}`, errMsg, hint !== undefined];
  });
}

const stuck = { ...warning, problem: { type: "stuck", to: "CREATING" } } as const;
const flapping = { from: "ACTIVE", since: 1, changes: 7 };

test.each<[string, readonly ConnectionMemory[], Partial<ProjectMemory>, unknown]>([
  ["nothing is known", [bare], {}, []],
  ["nothing is bad", [active, queueMemory("ACTIVE", {})], {}, []],
  [
    "a queue has failed",
    [queueMemory("FAILED", { incident }, "Can't get ready router.")],
    {},
    [["critical queue etl c0: state FAILED since 20", "Can't get ready router.", true]],
  ],
  [
    "one had failed when it was first seen, which was not to be told",
    [queueMemory("failed", {}, "whatever")],
    {},
    [["critical queue etl c0: state failed since 10", "whatever", false]],
  ],
  [
    "a connection has failed, and nobody was told",
    [{ ...bare, snapshot: snapshot({ state: "FAILED", errMsg: "no" }) }],
    {},
    [["critical connection c0 c0: state FAILED since 10", "no", false]],
  ],
  [
    "a queue is stuck",
    [queueMemory("CREATING", { incident: stuck, stuck: true })],
    {},
    [["warning queue etl c0: stuck CREATING since 30", "", true]],
  ],
  [
    "a queue is made again after it failed: that is not over",
    [queueMemory("CREATING", { incident })],
    {},
    [["critical queue etl c0: state CREATING since 20", "", false]],
  ],
  [
    "a queue keeps changing",
    [queueMemory("ACTIVE", { incident: warning, flapping })],
    {},
    [["warning queue etl c0: flapping ACTIVE since 30", "", false]],
  ],
  [
    "a connection does not exist",
    [
      {
        ...bare,
        connection: { since: 10, incident: { ...warning, problem: { type: "not_found" } } },
      },
    ],
    {},
    [["warning connection c0 c0: missing  since 30", "", true]],
  ],
  [
    "a connection cannot be seen",
    [{ ...active, blindness, unreachable: warning }],
    {},
    [["warning connection c0 c0: unseen  since 30", "reset", true]],
  ],
  [
    "a project cannot be seen",
    [
      { ...active, blindness },
      { ...active, blindness },
    ],
    { unreachable: warning },
    [["warning project prod prod: unseen  since 30", "reset", true]],
  ],
  [
    "the worst comes first, then what began last",
    [
      queueMemory("CREATING", { incident: stuck }),
      queueMemory("FAILED", { incident }),
      queueMemory("FAILED", { incident: { ...incident, openedAt: 25 } }),
    ],
    {},
    [
      ["critical queue etl c2: state FAILED since 25", "", false],
      ["critical queue etl c1: state FAILED since 20", "", false],
      ["warning queue etl c0: stuck CREATING since 30", "", true],
    ],
  ],
])("%s", (_, memories, project, expected) => {
  expect(troublesIn(memories, project)).toEqual(expected);
});
