import { describe, expect, test } from "vitest";
import type { SimulatedConnection } from "../../src/simulator/scenario.ts";
import { stateAt } from "../../src/simulator/timeline.ts";

const connection: SimulatedConnection = {
  id: "one",
  kind: "basic",
  state: "CREATING",
  process: 0,
  fields: { name: "op", service: "RDS" },
  timeline: [
    { atMs: 8_000, state: "ACTIVE", process: 1, queues: { etl: { status: "CREATING" } } },
    { atMs: 4_000, process: 0.6 },
    { atMs: 12_000, queues: { etl: { status: "FAILED", err_msg: "no router" } } },
    { atMs: 14_000, queues: { etl: { peer_id: "p1" }, adhoc: {} } },
    { atMs: 20_000, queues: { etl: { status: "ACTIVE" } }, fields: { service: "DWS" } },
    { atMs: 30_000, queues: { etl: null } },
    { atMs: 40_000, absent: true },
    { atMs: 50_000, absent: false, message: "back" },
  ],
};

const adhoc = { changedMs: 14_000 };

describe("a connection's state is what its changes up to the moment make of it", () => {
  test.each([
    [0, { state: "CREATING", process: 0, message: "" }],
    [3_999, { process: 0 }],
    [4_000, { state: "CREATING", process: 0.6 }],
    [
      8_000,
      { state: "ACTIVE", queues: { etl: { status: "CREATING", err_msg: "", changedMs: 8_000 } } },
    ],
    [12_000, { queues: { etl: { status: "FAILED", err_msg: "no router", changedMs: 12_000 } } }],
    [
      14_000,
      {
        queues: {
          etl: { status: "FAILED", err_msg: "no router", peer_id: "p1", changedMs: 14_000 },
          adhoc,
        },
      },
    ],
    [
      20_000,
      {
        fields: { name: "op", service: "DWS" },
        queues: { etl: { status: "ACTIVE", err_msg: "", peer_id: "p1", changedMs: 20_000 }, adhoc },
      },
    ],
    [30_000, { queues: { adhoc } }],
    [40_000, { absent: true }],
    [50_000, { absent: false, message: "back", state: "ACTIVE", process: 1, queues: { adhoc } }],
  ])("at %i ms", (elapsedMs, expected) => {
    expect(stateAt(connection, elapsedMs)).toMatchObject(expected);
  });

  test("queues and pools are unheard of until the scenario speaks of them", () => {
    expect(stateAt(connection, 7_999)).not.toHaveProperty("queues");
    expect(stateAt(connection, 50_000)).not.toHaveProperty("pools");
    expect(stateAt(connection, 30_000).queues).not.toHaveProperty("etl");
  });

  test("a connection of which nothing is said is ACTIVE", () => {
    expect(stateAt({ id: "two", kind: "enhanced" }, 5)).toEqual({
      id: "two",
      kind: "enhanced",
      state: "ACTIVE",
      message: "",
    });
  });
});
