import { describe, expect, test } from "vitest";
import { bindingKey } from "../../src/core/bindings.ts";
import { unseen } from "../../src/core/diff.ts";
import type { ConnectionMemory, Incident, ProjectMemory } from "../../src/core/memory.ts";
import type { Binding, Snapshot } from "../../src/core/model.ts";
import { statusOf } from "../../src/core/status.ts";

const start = Date.UTC(2026, 10, 24, 2);
const startIso = "2026-11-24T02:00:00.000Z";

const etl: Binding = { type: "queue", name: "etl", peerId: "p1", state: "ACTIVE", errMsg: "" };
const failedEtl: Binding = { ...etl, state: "FAILED", errMsg: "Can't get ready router." };

const snapshot: Snapshot = {
  kind: "enhanced",
  id: "c1",
  state: "ACTIVE",
  errMsg: "",
  attributes: { name: "orders" },
  bindings: { queue: [etl], pool: null },
};
const memory: ConnectionMemory = {
  snapshot,
  connection: { since: start },
  bindings: { [bindingKey(etl)]: { since: start } },
  pending: {},
  seenAt: start + 60_000,
};
const incident: Incident = { id: "incident", openedAt: start, severity: "critical", told: [] };
const blindness = {
  polls: 1,
  episode: 0,
  since: start,
  begunAt: start,
  cause: "network" as const,
  message: "dli.example.com refused the connection",
};

/** The status of one connection of one project. */
function statusOfOne(
  remembered: ConnectionMemory | undefined,
  { project = { episode: 0 }, name }: { project?: ProjectMemory; name?: string } = {},
) {
  const connection = { id: "c1", labels: { team: "data" }, ...(name && { name }) };
  const { connections, projects } = statusOf([{ name: "prod", connections: [connection] }], {
    connections: remembered ? [{ project: "prod", id: "c1", memory: remembered }] : [],
    projects: [{ name: "prod", memory: project }],
  });
  return { connection: connections[0], project: projects[0] };
}

describe("a connection", () => {
  test("that is well", () => {
    expect(statusOfOne(memory).connection).toEqual({
      project: "prod",
      id: "c1",
      name: "orders",
      kind: "enhanced",
      state: "ACTIVE",
      since: startIso,
      seen_at: "2026-11-24T02:01:00.000Z",
      labels: { team: "data" },
      gone: false,
      not_found: false,
      bad: false,
      bindings: [
        {
          type: "queue",
          name: "etl",
          peer_id: "p1",
          state: "ACTIVE",
          err_msg: "",
          since: startIso,
          bad: false,
        },
      ],
    });
  });

  test("never polled has no state", () => {
    expect(statusOfOne(undefined).connection).toEqual({
      project: "prod",
      id: "c1",
      name: "c1",
      labels: { team: "data" },
      gone: false,
      not_found: false,
      bad: false,
      bindings: [],
    });
  });

  test("whose first state is still to be confirmed has none yet", () => {
    const { connection } = statusOfOne({ ...memory, snapshot: unseen(snapshot) });
    expect(connection).toMatchObject({ name: "c1", bad: false, bindings: [] });
    expect(connection).not.toHaveProperty("state");
  });

  test("shows the attributes and times the API gave", () => {
    const basic: Snapshot = {
      ...snapshot,
      kind: "basic",
      process: 0.5,
      createdAt: start,
      attributes: { service: "DWS", destination: "h:1,h:2", connection_url: "" },
    };
    expect(statusOfOne({ ...memory, snapshot: basic }).connection).toMatchObject({
      kind: "basic",
      name: "c1",
      process: 0.5,
      create_time: startIso,
      service: "DWS",
      destination: "h:1,h:2",
      connection_url: "",
    });
  });

  test("goes by its configured name first", () => {
    expect(statusOfOne(memory, { name: "hbase" }).connection?.name).toBe("hbase");
  });

  const gone = { ...snapshot, state: "deleted", bindings: { queue: [], pool: [] } };
  test.each<[string, ConnectionMemory, object]>([
    [
      "FAILED",
      { ...memory, snapshot: { ...snapshot, state: "Failed", errMsg: "no router" } },
      { bad: true, err_msg: "no router" },
    ],
    [
      "in an incident",
      { ...memory, connection: { since: start, incident } },
      { bad: true, incident: "incident" },
    ],
    [
      "with a FAILED binding",
      { ...memory, snapshot: { ...snapshot, bindings: { queue: [failedEtl], pool: [] } } },
      { bad: true, bindings: [{ bad: true, err_msg: failedEtl.errMsg }] },
    ],
    [
      "with a binding in an incident",
      { ...memory, bindings: { [bindingKey(etl)]: { since: start, incident } } },
      { bad: true, bindings: [{ bad: true, incident: "incident" }] },
    ],
    ["gone", { ...memory, snapshot: gone }, { gone: true, bad: false }],
    [
      "not found",
      { connection: { since: start, incident }, bindings: {}, pending: {} },
      { not_found: true, bad: true, incident: "incident" },
    ],
    [
      "not seen lately",
      { ...memory, blindness },
      {
        state: "ACTIVE",
        bad: false,
        unreachable: { since: startIso, cause: "network", message: blindness.message },
      },
    ],
    [
      "unreachable",
      { ...memory, blindness, unreachable: incident },
      { state: "ACTIVE", bad: true, unreachable: { cause: "network", incident: "incident" } },
    ],
  ])("%s", (_, remembered, expected) => {
    expect(statusOfOne(remembered).connection).toMatchObject(expected);
  });
});

describe("a project", () => {
  test("that can be seen", () => {
    expect(statusOfOne(memory, { project: { episode: 0, seenAt: start } }).project).toEqual({
      name: "prod",
      bad: false,
      seen_at: startIso,
    });
  });

  test("that is unreachable makes its connections so, in its own incident", () => {
    const { project, connection } = statusOfOne(
      { ...memory, blindness },
      { project: { episode: 0, seenAt: start, unreachable: { ...incident, openedAt: start + 1 } } },
    );
    expect(project).toMatchObject({
      bad: true,
      unreachable: { since: startIso, incident: "incident" },
    });
    expect(connection).toMatchObject({ bad: true, unreachable: { incident: "incident" } });
  });

  test("never seen is unreachable since its incident", () => {
    const { project } = statusOfOne(undefined, { project: { episode: 0, unreachable: incident } });
    expect(project).toMatchObject({ bad: true, unreachable: { since: startIso } });
  });
});

test("pages and consoles are linked where they are known", () => {
  const connections = [{ id: "c1", labels: {} }];
  const links = (region: string, publicUrl?: string) => {
    const found = statusOf(
      [{ name: "prod", region, connections }],
      { connections: [], projects: [] },
      publicUrl,
    );
    return found.connections.map(({ page, console }) => [page, console]);
  };
  expect(links("cn-north-4", "https://watch.example.com")).toEqual([
    [
      "https://watch.example.com/connections/prod/c1",
      "https://console.huaweicloud.com/dli/?region=cn-north-4",
    ],
  ]);
  expect(links("")).toEqual([[undefined, undefined]]);
});

test("the order is the configuration's; what it does not name is left out, and equal ids of two projects stay apart", () => {
  const other = { ...memory, snapshot: { ...snapshot, state: "CREATING" } };
  const configured = ["test", "prod"].map((name) => ({
    name,
    connections: ["c2", "c1"].map((id) => ({ id, labels: {} })),
  }));
  const { connections, projects } = statusOf(configured, {
    connections: [
      { project: "prod", id: "c1", memory },
      { project: "prod", id: "removed", memory },
      { project: "test", id: "c1", memory: other },
    ],
    projects: [{ name: "removed", memory: { episode: 0 } }],
  });
  expect(projects.map(({ name }) => name)).toEqual(["test", "prod"]);
  expect(connections.map(({ project, id, state }) => [project, id, state])).toEqual([
    ["test", "c2", undefined],
    ["test", "c1", "CREATING"],
    ["prod", "c2", undefined],
    ["prod", "c1", "ACTIVE"],
  ]);
});
