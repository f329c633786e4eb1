import { describe, expect, test } from "vitest";
import { readReply } from "../../src/dli/replies.ts";
import { basicId, enhancedId, golden } from "../support/dli-client.ts";

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
