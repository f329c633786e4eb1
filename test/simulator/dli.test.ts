import { request } from "undici";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  basicId,
  enhancedId,
  projectId,
  type SimulatorUnderTest,
  simulate,
} from "../support/simulator.ts";

const basicPath = `/v2.0/${projectId}/datasource-connection`;
const enhancedPath = `/v2.0/${projectId}/datasource/enhanced-connections`;
const peerId = "d2ae6628-fa37-4e04-806d-c59c497492d1";

let simulator: SimulatorUnderTest;
beforeEach(async () => {
  simulator = await simulate({
    connections: [
      {
        id: basicId,
        kind: "basic",
        state: "CREATING",
        process: 0,
        fields: {
          name: "op",
          service: "CloudTable.OPENTSDB",
          create_time: 1566180327674,
          count: 1,
        },
      },
      {
        id: enhancedId,
        kind: "enhanced",
        fields: { name: "withvpc", hosts: [{ ip: "192.168.0.1", name: "ecs-97f8-0001" }] },
        queues: { resource_mode_1: { peer_id: peerId } },
      },
      {
        id: "e2",
        kind: "enhanced",
        fields: { name: "second" },
        pools: { p: { uuid: "u" } },
        tags: { env: "prod", team: "data" },
      },
      { id: "e3", kind: "enhanced", fields: { name: "third" }, state: "DELETED" },
    ],
  });
});
afterEach(() => simulator[Symbol.asyncDispose]());

async function get(path: string) {
  const { statusCode, headers, body } = await request(simulator.url + path);
  return { status: statusCode, headers, body: JSON.parse(await body.text()) };
}

describe("one connection", () => {
  test("of the basic kind is the documented sample", async () => {
    expect(await get(`${basicPath}/${basicId}`)).toMatchObject({
      status: 200,
      headers: {
        "content-type": "application/json",
        date: "Tue, 24 Nov 2026 02:00:00 GMT",
        "x-request-id": "00000000000000000000000000000001",
      },
    });
    expect((await get(`${basicPath}/${basicId}`)).body).toEqual({
      is_success: true,
      message: "",
      connection_id: basicId,
      state: "CREATING",
      process: 0,
      name: "op",
      service: "CloudTable.OPENTSDB",
      create_time: 1566180327674,
      count: 1,
    });
  });

  test("of the enhanced kind is the documented sample", async () => {
    const row = { name: "resource_mode_1", status: "ACTIVE", peer_id: peerId, err_msg: "" };
    expect((await get(`${enhancedPath}/${enhancedId}`)).body).toEqual({
      is_success: true,
      message: "",
      id: enhancedId,
      name: "withvpc",
      status: "ACTIVE",
      available_queue_info: [{ ...row, update_time: Date.UTC(2026, 10, 24, 2) }],
      hosts: [{ ip: "192.168.0.1", name: "ecs-97f8-0001" }],
    });
  });

  test("changes when the test says so, and its rows say when", async () => {
    await simulator.clock.advance(5_000);
    simulator.set(basicId, { state: "FAILED", message: "Can't get ready router." });
    simulator.set(basicId, { queues: { etl: { status: "FAILED", err_msg: "no" }, adhoc: {} } });
    const { body } = await get(`${basicPath}/${basicId}`);
    expect(body).toMatchObject({
      is_success: true,
      state: "FAILED",
      message: "Can't get ready router.",
      available_queue_info: [
        {
          name: "etl",
          status: "FAILED",
          err_msg: "no",
          update_time: Date.UTC(2026, 10, 24, 2, 0, 5),
        },
        { name: "adhoc", status: "ACTIVE" },
      ],
    });
    const [etl, adhoc] = body.available_queue_info;
    expect(etl.peer_id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(adhoc.peer_id).not.toBe(etl.peer_id);
  });

  test("may write uuid instead of peer_id, and any field in any form", async () => {
    simulator.set("e2", { fields: { status: 5, available_queue_info: null } });
    expect((await get(`${enhancedPath}/e2`)).body).toEqual({
      is_success: true,
      message: "",
      id: "e2",
      name: "second",
      status: 5,
      available_queue_info: null,
      elastic_resource_pools: [
        { name: "p", uuid: "u", status: "ACTIVE", err_msg: "", update_time: expect.any(Number) },
      ],
    });
  });

  test.each([
    ["basic", `${basicPath}/${enhancedId}`, "DLI.0002"],
    ["enhanced", `${enhancedPath}/${basicId}`, "DLI.0001"],
  ])("that is unknown as %s is refused in DLI's own shape", async (_kind, path, code) => {
    expect(await get(path)).toMatchObject({
      status: 400,
      body: { error_code: code, error_msg: expect.stringMatching(/ exist\.$/) },
    });
  });

  test("that is gone is unknown", async () => {
    simulator.set(enhancedId, { absent: true });
    expect((await get(`${enhancedPath}/${enhancedId}`)).body).toEqual({
      error_code: "DLI.0001",
      error_msg: `Connection ${enhancedId} is not exist.`,
    });
  });

  test("that the scenario lacks cannot be changed", () => {
    expect(() => simulator.set("none", {})).toThrow("the scenario has no connection none");
  });
});

describe("the lists", () => {
  test("of basic connections name the queues alone", async () => {
    simulator.set(basicId, { queues: { etl: {} } });
    const { body } = await get(basicPath);
    expect(body).toMatchObject({ is_success: true, count: 1 });
    expect(body.connections).toEqual([
      {
        connection_id: basicId,
        name: "op",
        state: "CREATING",
        process: 0,
        service: "CloudTable.OPENTSDB",
        create_time: 1566180327674,
        count: 1,
        queue_list: ["etl"],
      },
    ]);
  });

  test.each([
    ["", [enhancedId, "e2", "e3"]],
    ["?limit=2", [enhancedId, "e2"]],
    ["?limit=2&offset=2", ["e3"]],
    ["?offset=3", []],
    ["?limit=0", [enhancedId, "e2", "e3"]],
    ["?status=ACTIVE", [enhancedId, "e2"]],
    ["?status=ACTIVE&limit=1&offset=1", ["e2"]],
    ["?name=third", ["e3"]],
    ["?tags=team%3Ddata", ["e2"]],
    ["?tags=team%3Ddata%2Cenv%3Dprod", ["e2"]],
    ["?tags=team%3Ddata%2Cenv%3Dtest", []],
  ])("of enhanced connections%s", async (query, expected) => {
    const { body } = await get(enhancedPath + query);
    expect(body.connections.map(({ id }: { id: string }) => id)).toEqual(expected);
  });

  test("of enhanced connections carry the rows, and count what was found", async () => {
    expect((await get(`${enhancedPath}?limit=1`)).body).toMatchObject({
      is_success: true,
      connections: [{ id: enhancedId, available_queue_info: [{ name: "resource_mode_1" }] }],
      count: 3,
    });
  });

  test.each(["limit=many", "offset=-1", "limit=1.5"])("refuse %s", async (query) => {
    expect(await get(`${enhancedPath}?${query}`)).toMatchObject({
      status: 400,
      body: { error_code: "DLI.0001" },
    });
  });

  test("leave out what is gone", async () => {
    simulator.set(basicId, { absent: true });
    expect((await get(basicPath)).body).toMatchObject({ connections: [], count: 0 });
  });
});

describe("the gateway", () => {
  test.each([
    "/",
    "/v2.0",
    `/v1.0/${projectId}/datasource-connection`,
    `${basicPath}/${basicId}/queues`,
    "/v3/auth/tokens",
  ])("knows no %s", async (path) => {
    expect(await get(path)).toMatchObject({
      status: 404,
      body: { error_code: "APIGW.0101", request_id: "00000000000000000000000000000001" },
    });
  });

  test("refuses another project", async () => {
    expect(await get("/v2.0/other/datasource-connection")).toMatchObject({
      status: 403,
      body: { error_code: "APIGW.0310" },
    });
  });
});

test("every request is observed with its headers and its status", async () => {
  await request(`${simulator.url}${basicPath}?a=b`, { headers: { "X-Language": "en-us" } });
  await get(`${basicPath}/nothing`);
  expect(simulator.served).toMatchObject([
    { method: "GET", url: `${basicPath}?a=b`, headers: { "x-language": "en-us" }, status: 200 },
    { url: `${basicPath}/nothing`, status: 400 },
  ]);
});
