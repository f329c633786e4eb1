import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readReply } from "../../src/dli/replies.ts";

const basicId = "378eb1e6-521d-41a4-a41c-bbb58f34a6d6";
const enhancedId = "4c693ecc-bab8-4113-a838-129cedc9a563";

function golden(name: string): string {
  return readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8");
}

describe("a documented answer is a snapshot", () => {
  test("a basic connection that is being created has no rows at all", () => {
    expect(readReply("basic", basicId, golden("basic-creating"))).toEqual({
      snapshot: {
        kind: "basic",
        id: basicId,
        state: "CREATING",
        errMsg: "",
        process: 0,
        createdAt: 1_566_180_327_674,
        attributes: {
          name: "op",
          destination:
            "cloudtable-cf82-zk3-pa6HnHpf.cloudtable.com:2181,cloudtable-cf82-zk2-weBkIrjI.cloudtable.com:2181,cloudtable-cf82-zk1-WY09px9l.cloudtable.com:2181",
          connection_url: "",
          service: "CloudTable.OPENTSDB",
          cluster_name: "",
        },
        bindings: { queue: null, pool: null },
      },
    });
  });

  test("a basic connection that failed says why in its message, its rows in theirs", () => {
    expect(readReply("basic", basicId, golden("basic-failed"))).toMatchObject({
      snapshot: {
        state: "FAILED",
        errMsg: "Can't get ready router.",
        attributes: { connectivity: "unreachable" },
        bindings: {
          queue: [
            {
              type: "queue",
              name: "etl",
              peerId: "d2ae6628-fa37-4e04-806d-c59c497492d1",
              state: "FAILED",
              errMsg: expect.stringContaining('{"code":"VPC.0202"'),
              updatedAt: 1_566_889_577_861,
            },
          ],
          pool: null,
        },
      },
    });
  });

  test("an enhanced connection with a queue", () => {
    expect(readReply("enhanced", enhancedId, golden("enhanced-active"))).toEqual({
      snapshot: {
        kind: "enhanced",
        id: enhancedId,
        state: "ACTIVE",
        errMsg: "",
        createdAt: 1_566_888_011_125,
        attributes: {
          name: "withvpc",
          dest_vpc_id: "22094d8f-c310-4621-913d-4c4d655d8495",
          dest_network_id: "78f2562a-36e4-4b39-95b9-f5aab22e1281",
          hosts: "ecs-97f8-0001=192.168.0.1",
        },
        bindings: {
          queue: [
            {
              type: "queue",
              name: "resource_mode_1",
              peerId: "d2ae6628-fa37-4e04-806d-c59c497492d1",
              state: "ACTIVE",
              errMsg: "",
              updatedAt: 1_566_889_577_861,
            },
          ],
          pool: null,
        },
      },
    });
  });

  test("an enhanced connection with pools; null says nothing, a state nobody knows is passed on", () => {
    const { snapshot } = readReply("enhanced", enhancedId, golden("enhanced-pools"));
    expect(snapshot).toMatchObject({ state: "ACTIVE", bindings: { queue: null } });
    expect(snapshot?.attributes).toEqual({
      dest_vpc_id: "22094d8f-c310-4621-913d-4c4d655d8495",
      hosts: "a=192.168.0.1, b=192.168.0.2",
    });
    expect(snapshot?.bindings.pool).toEqual([
      {
        type: "pool",
        name: "",
        peerId: "22222222-fa37-4e04-806d-c59c497492d1",
        state: "CREATING",
        errMsg: "",
      },
      {
        type: "pool",
        name: "pool_b",
        peerId: "11111111-fa37-4e04-806d-c59c497492d1",
        state: "MELTED",
        errMsg: "",
      },
    ]);
  });
});

describe("an answer that is lenient", () => {
  test.each([
    ["no id", { id: undefined }],
    ["the id in other letters", { id: enhancedId.toUpperCase() }],
    ["fields nobody knows", { surprise: { deep: [1] }, count: "many" }],
    ["no is_success", { is_success: undefined }],
  ])("is read: %s", (_, change) => {
    const body = JSON.stringify({ ...JSON.parse(golden("enhanced-active")), ...change });
    const original = readReply("enhanced", enhancedId, golden("enhanced-active"));
    expect(readReply("enhanced", enhancedId, body)).toEqual(original);
  });

  test("names a binding twice, equally", () => {
    const row = { name: "etl", status: "ACTIVE", err_msg: "" };
    const rows = [row, { ...row, status: "active", update_time: 5 }];
    const { snapshot } = readReply(
      "enhanced",
      enhancedId,
      enhanced({ available_queue_info: rows }),
    );
    expect(snapshot?.bindings.queue).toMatchObject([{ name: "etl", updatedAt: 5 }]);
  });

  test.each(["1e17", "-8640000000000001", "1.5", "1e999"])(
    "leaves out a time that is none: %s",
    (time) => {
      const body = `{"id":"${enhancedId}","status":"ACTIVE","create_time":${time},"available_queue_info":[{"name":"etl","status":"ACTIVE","update_time":${time}}]}`;
      const { snapshot } = readReply("enhanced", enhancedId, body);
      expect(snapshot).not.toHaveProperty("createdAt");
      expect(snapshot?.bindings.queue?.[0]).not.toHaveProperty("updatedAt");
    },
  );

  test("tells empty rows from none", () => {
    const { snapshot } = readReply("enhanced", enhancedId, enhanced({ available_queue_info: [] }));
    expect(snapshot?.bindings).toEqual({ queue: [], pool: null });
  });
});

describe("an answer that cannot be read names what is wrong", () => {
  const row = { name: "etl", status: "ACTIVE" };
  test.each([
    ["", "its body is empty"],
    [" \n", "its body is empty"],
    ["null", "its body is other JSON"],
    ["[]", "its body is other JSON"],
    ['"ACTIVE"', "its body is other JSON"],
    ["<!DOCTYPE html><title>502</title>", "its body is an HTML page"],
    [golden("enhanced-active").slice(0, 200), "its body is no complete JSON"],
    [enhanced({ is_success: false, message: "no\u0000t\nnow" }), "is_success is false: not now"],
    [enhanced({ is_success: "yes" }), "field is_success: "],
    [enhanced({ status: undefined }), "field status: "],
    [enhanced({ status: null }), "field status: "],
    [enhanced({ status: "" }), "field status: "],
    [enhanced({ id: basicId }), `it speaks of another connection, ${basicId}`],
    [enhanced({ id: 7 }), "field id: "],
    [enhanced({ name: 7 }), "field name: "],
    [enhanced({ create_time: "yesterday" }), "field create_time: "],
    [enhanced({ hosts: "none" }), "field hosts: "],
    [enhanced({ available_queue_info: {} }), "field available_queue_info: "],
    [enhanced({ available_queue_info: [null] }), "field available_queue_info[0]: "],
    [
      enhanced({ elastic_resource_pools: [row, { name: "b" }] }),
      "field elastic_resource_pools[1].status: ",
    ],
    [
      enhanced({ available_queue_info: [{ status: "ACTIVE", name: "" }] }),
      "field available_queue_info[0]: has neither name nor id",
    ],
    [
      enhanced({ available_queue_info: [row, { ...row, status: "FAILED" }] }),
      "queue etl is listed twice, as ACTIVE and as FAILED",
    ],
  ])("%j", (body, problem) => {
    expect(readReply("enhanced", enhancedId, body)).toEqual({
      problem: expect.stringContaining(problem),
    });
  });

  test("a basic connection is asked for its own fields", () => {
    expect(readReply("basic", enhancedId, golden("enhanced-active"))).toEqual({
      problem: expect.stringContaining("field state: "),
    });
  });
});

function enhanced(fields: object): string {
  return JSON.stringify({ id: enhancedId, status: "ACTIVE", ...fields });
}
