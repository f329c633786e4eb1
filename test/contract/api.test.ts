import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { noticeTypes } from "../../src/core/event.ts";
import { openApi } from "../../src/web/openapi.ts";
import { sampleEvent } from "../support/events.ts";
import { projectOf, startCloud, startRecording } from "../support/installation.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { startWatching } from "../support/watching.ts";
import { appWith } from "../support/web-app.ts";

const document = openApi();
const ajv = new Ajv2020({
  allErrors: true,
  keywords: ["components"],
  formats: {
    "date-time": (text: string) => new Date(Date.parse(text)).toISOString() === text,
    uri: URL.canParse,
  },
}).addSchema({ $id: "api", components: document.components });

/** What is wrong with an answer by the schema of this name. */
function wrongIn(name: string, answer: unknown): unknown {
  const valid = ajv.getSchema(`api#/components/schemas/${name}`);
  if (!valid) throw new Error(`There is no schema ${name}`);
  return valid(answer) ? [] : valid.errors;
}

test("the document is OpenAPI 3.1", async () => {
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
  expect(result).toMatchObject({ valid: true });
});

test("it names every path, and there is no other", () => {
  const served = appWith()
    .routes.filter(({ method, path }) => method === "GET" && path.startsWith("/api/v1/"))
    .map(({ path }) => path.replaceAll(/:(\w+)/g, "{$1}"));
  expect([...new Set(served)].sort()).toEqual(
    Object.keys(document.paths)
      .map((path) => `/api/v1${path}`)
      .sort(),
  );
});

test.each(noticeTypes)("an event of type %s is as it says", (type) => {
  expect(wrongIn("event", sampleEvent(type))).toEqual([]);
});

test("what a real watcher answers is as the document says", async () => {
  const queues = { etl: { status: "FAILED", err_msg: "no router" }, logs: { status: "ACTIVE" } };
  const cloud = await startCloud({
    connections: [
      { id: basicId, kind: "basic", queues },
      { id: enhancedId, kind: "enhanced" },
    ],
  });
  const [hook, refusing] = [await startRecording(), await startRecording({ status: 404 })];
  const { url } = await startWatching({
    public_url: "https://watch.example.com",
    projects: [
      projectOf(cloud, [basicId, enhancedId, "unknown"], { region: "cn-north-4" }),
      projectOf({ url: "http://127.0.0.1:9" }, [basicId], { name: "dark" }),
    ],
    notifiers: {
      hook: { type: "webhook", url: hook.origin },
      gone: { type: "webhook", url: refusing.origin, fallback: "hook" },
    },
    mutes: [{ name: "sundays", match: { project: "x*" }, cron: "0 2 * * 0", for: "2h" }],
  });
  // The failed queue, the unknown connection, the dark project, and that the other notifier refuses everything.
  await hook.arrived(4);
  const get = async (path: string) => {
    const response = await fetch(`${url}/api/v1/${path}`);
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  const lists = [
    ["connections", "connections", 4],
    ["connections?state=failed", "connections", 1],
    [`connections/prod/${basicId}`, "history", 1],
    [`connections/dark/${basicId}`, "history", 0],
    ["transitions", "transitions", 3],
    ["deliveries", "deliveries", 7],
    ["notifiers", "notifiers", 2],
    ["mutes", "mutes", 1],
  ] as const;
  for (const [path, name, count] of lists) {
    const { status, body } = await get(path);
    expect
      .soft([path, status, wrongIn(name, body), body.items?.length])
      .toEqual([path, 200, [], count]);
  }
  const { body } = await get("status");
  expect.soft(wrongIn("status", body)).toEqual([]);
  expect.soft(body).toMatchObject({ connections: { watched: 4, bad: 3 }, trouble: [] });
  for (const path of ["nothing", "connections/prod/nothing", "transitions?since=then"]) {
    const { status, body } = await get(path);
    expect.soft([path, status >= 400, wrongIn("problem", body)]).toEqual([path, true, []]);
  }
});
