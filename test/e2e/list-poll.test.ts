import { expect, test } from "vitest";
import type { SimulatedConnection } from "../../src/simulator/scenario.ts";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
  toldOf,
} from "../support/installation.ts";
import { startWatching, statesOf } from "../support/watching.ts";

/** Whether a request asks for a list of enhanced connections. */
const isPage = ({ url }: { readonly url: string }) => url.includes("enhanced-connections?");

test("connections in every state are told alike, by the list and each by itself", async () => {
  const connections: readonly SimulatedConnection[] = [
    { id: "e1", kind: "enhanced", queues: { etl: {}, bi: { status: "CREATING" } } },
    {
      id: "e2",
      kind: "enhanced",
      queues: { etl: { status: "FAILED", err_msg: "no router" } },
      fields: { name: "orders" },
    },
    { id: "e3", kind: "enhanced", pools: { p1: { status: "strange" } } },
    { id: "e4", kind: "enhanced", state: "DELETED" },
    { id: "b1", kind: "basic", state: "FAILED", message: "no subnet" },
  ];
  const cloud = await startCloud({ connections: [...connections] });
  const hook = await startRecording();
  const ids = connections.map(({ id }) => id);
  const watching = await startWatching({
    projects: (["list", "show"] as const).map((poll_by) =>
      projectOf(cloud, ids, { name: poll_by, poll_by }),
    ),
    notifiers: { hook: { type: "webhook", url: hook.origin } },
    policy: { first_sight: "all" },
  });
  await toldOf(hook, "list", 9);
  await toldOf(hook, "show", 9);
  cloud.set("e1", { queues: { bi: { status: "FAILED", err_msg: "conflict" } } });
  cloud.set("e2", { queues: { etl: { status: "ACTIVE" } }, fields: { name: "renamed" } });
  cloud.set("e3", { absent: true });
  cloud.set("b1", { state: "ACTIVE" });
  const [listed, shown] = await Promise.all(
    ["list", "show"].map(async (project) => (await toldOf(hook, project, 14)).map(lineOf).sort()),
  );
  expect(listed).toEqual(shown);
  expect(await statesOf(watching, "list")).toEqual(await statesOf(watching, "show"));
});

test.each([
  [403, '{"error_code":"DLI.0003","error_msg":"no permission to list"}'],
  [404, "<html>no such page</html>"],
])("where the list is refused with %i, each is asked for by itself", async (status, body) => {
  const ids = ["e1", "e2", "e3"];
  const cloud = await startCloud({
    connections: ids.map((id) => ({ id, kind: "enhanced", queues: { etl: {} } })),
  });
  cloud.fault({ url: "enhanced-connections?", status, body });
  const hook = await startRecording();
  const watching = await startWatching({
    projects: [projectOf(cloud, ids)],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
    policy: { unreachable_after: 1 },
  });
  await cloud.asked(8);
  cloud.set("e2", { queues: { etl: { status: "FAILED", err_msg: "no router" } } });
  await hook.arrived(1);
  await cloud.asked(9);
  expect(eventsOf(hook).map(lineOf)).toEqual(["transition queue etl ACTIVE>FAILED"]);
  expect(cloud.requests.filter(isPage)).toHaveLength(1);
  expect(watching.output()).not.toContain("Poll failed");
});
