import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { NoticeType } from "../../src/core/event.ts";
import { noticeTypes } from "../../src/core/event.ts";
import type { ConnectionMemory } from "../../src/core/memory.ts";
import type { Binding } from "../../src/core/model.ts";
import type { Delivery } from "../../src/core/outbox.ts";
import { Secret } from "../../src/core/secret.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import type { Store, StoredEvent } from "../../src/store/store.ts";
import { sampleEvent } from "../support/events.ts";
import { delivery as sampleDelivery } from "../support/store-samples.ts";
import { aboutWatcher, appWith, ask } from "../support/web-app.ts";

const start = Date.UTC(2026, 10, 24);
const noon = start + 12 * 3_600_000;
const hostile = "<script>alert(1)</script>\u0000\u202e \"'`\\<!channel>\x1b[31m";

let store: Store;
beforeEach(() => {
  store = openMemoryStore();
});

function get(path: string) {
  const connections = [{ id: "c1", labels: { team: "data" }, kind: "auto" }];
  const projects = [{ name: "prod", connections, auth: { token: new Secret("s3cret") } }];
  return ask(appWith({ store, projects: () => projects, now: () => noon }), `/api/v1/${path}`);
}

const listBody = z.strictObject({
  items: z.array(z.looseObject({ id: z.string() })),
  next: z.string().nullable(),
});

async function list(path: string) {
  return listBody.parse((await get(path)).body);
}

/** The list's ids and its cursor. */
async function ids(path: string) {
  const { items, next } = await list(path);
  return { ids: items.map(({ id }) => id), next };
}

function ulid(number: number): string {
  return `01JDEM7K8R5G3E1P7Y6A9Q${String(number).padStart(4, "0")}`;
}

/** One an hour. */
function storedEvent(sequence: number, type: NoticeType = "transition", title = ""): StoredEvent {
  const event = { ...sampleEvent(type, { sequence, title }), id: ulid(sequence) };
  return {
    id: event.id,
    sequence,
    time: start + sequence * 3_600_000,
    type: event.type,
    project: "prod",
    connection: "c1",
    json: JSON.stringify(event),
  };
}

function delivery(number: number, changed: Partial<Delivery> = {}): Delivery {
  const event = { ...storedEvent(1), time: start };
  return sampleDelivery(event, { id: ulid(number), ...changed });
}

describe("/connections", () => {
  test("lists what is configured, and of the configuration what may be seen", async () => {
    const connection = { project: "prod", id: "c1", name: "c1", labels: { team: "data" } };
    const nothingSeen = { gone: false, not_found: false, bad: false, bindings: [] };
    const { status, body } = await get("connections");
    expect(status).toBe(200);
    expect(body).toStrictEqual({ items: [{ ...connection, ...nothingSeen }], next: null });
  });

  test("hostile names and reasons pass as they are", async () => {
    const memory: ConnectionMemory = {
      snapshot: {
        kind: "enhanced",
        id: "c1",
        state: "ACTIVE",
        errMsg: "",
        attributes: { name: hostile },
        bindings: {
          queue: [{ type: "queue", name: hostile, peerId: "", state: "FAILED", errMsg: hostile }],
          pool: null,
        },
      },
      connection: { since: start },
      bindings: {},
      pending: {},
    };
    await store.commit({ connections: [{ project: "prod", id: "c1", memory }] });
    expect((await list("connections")).items).toMatchObject([
      { name: hostile, bindings: [{ name: hostile, err_msg: hostile, bad: true }] },
    ]);
  });
});

describe("/connections, filtered and page by page", () => {
  const queue = (name: string, state: string) =>
    ({ type: "queue", name, peerId: "", state, errMsg: "" }) as const;
  /** Four connections of two projects; those of equal ids are others. */
  async function watched() {
    const row = (
      project: string,
      id: string,
      name: string,
      state: string,
      queues: Binding[] = [],
    ) => ({
      project,
      id,
      memory: {
        snapshot: {
          kind: "enhanced",
          id,
          state,
          errMsg: "",
          attributes: { name },
          bindings: { queue: queues, pool: null },
        },
        connection: { since: start },
        bindings: {},
        pending: {},
      } satisfies ConnectionMemory,
    });
    await store.commit({
      connections: [
        row("prod", "c1", "orders", "ACTIVE", [queue("ETL", "FAILED")]),
        row("prod", "c2", "Billing", "CREATING"),
        row("a/b", "c1", "logs", "ACTIVE"),
        row("a/b", "c%2", "orders-old", "FAILED"),
      ],
    });
    const projects = ["prod", "a/b"].map((name) => ({
      name,
      connections: (name === "prod" ? ["c1", "c2"] : ["c1", "c%2"]).map((id) => ({
        id,
        labels: {},
      })),
    }));
    const app = appWith({ store, projects: () => projects });
    return async (query: string) => {
      const { body } = await ask(app, `/api/v1/connections${query}`);
      const { items, next } = listBody.parse(body);
      return { names: items.map(({ name }) => name), next };
    };
  }

  test.each([
    ["", ["orders", "Billing", "logs", "orders-old"]],
    ["?project=prod", ["orders", "Billing"]],
    ["?project=a/b", ["logs", "orders-old"]],
    ["?project=none", []],
    ["?state=failed", ["orders", "orders-old"]],
    ["?state=CREATING", ["Billing"]],
    ["?q=ORDERS", ["orders", "orders-old"]],
    ["?q=etl", ["orders"]],
    ["?q=c1", ["orders", "logs"]],
    ["?q=c%252", ["orders-old"]],
    ["?q=c1&state=failed&project=prod", ["orders"]],
  ])("%j: %j", async (query, names) => {
    expect(await (await watched())(query)).toEqual({ names, next: null });
  });

  test("`next` leads to the rest, filtered alike", async () => {
    const list = await watched();
    const pages: unknown[] = [];
    for (let after = ""; after !== "none"; ) {
      const { names, next } = await list(
        `?q=c&limit=1${after && `&after=${encodeURIComponent(after)}`}`,
      );
      pages.push(names);
      after = next ?? "none";
    }
    expect(pages).toEqual([["orders"], ["Billing"], ["logs"], ["orders-old"]]);
  });
});

describe("/connections/{project}/{id}", () => {
  test("shows what was noticed, the latest first, and whom that was told", async () => {
    const events = [1, 2, 3].map((sequence) => storedEvent(sequence));
    const other = { ...storedEvent(4), project: "test" };
    const lastError = "hooks.slack.com answered 503";
    await store.commit({
      events: [...events, other],
      deliveries: [
        delivery(1, { event: ulid(2) }),
        delivery(2, { event: ulid(2), notifier: "hook", lastError }),
        delivery(3, { event: ulid(3) }),
      ],
    });
    const { body } = await get("connections/prod/c1?limit=2");
    expect(body).toMatchObject({
      connection: { project: "prod", id: "c1", labels: { team: "data" } },
      items: [
        { event: { id: ulid(3) }, deliveries: [{ notifier: "oncall", state: "waiting" }] },
        {
          event: { id: ulid(2) },
          deliveries: [{ notifier: "oncall" }, { notifier: "hook", last_error: lastError }],
        },
      ],
      next: "2",
    });
    expect(await get("connections/prod/c1?limit=2&before=2")).toMatchObject({
      body: { items: [{ event: { id: ulid(1) }, deliveries: [] }], next: null },
    });
  });

  test.each(["connections/prod/c2", "connections/test/c1", "connections/prod/c1%2F"])(
    "%s is not there",
    async (path) => {
      expect(await get(path)).toMatchObject({
        status: 404,
        body: { error: expect.stringMatching(/^no such connection is watched in this project/) },
      });
    },
  );
});

test("the page of a connection is linked where people reach this installation", async () => {
  const projects = [{ name: "a/b", region: "cn-north-4", connections: [{ id: "c1", labels: {} }] }];
  const about = () => ({ ...aboutWatcher, publicUrl: "https://watch.example.com" });
  const { body } = await ask(appWith({ projects: () => projects, about }), "/api/v1/connections");
  expect(body).toMatchObject({
    items: [
      {
        page: "https://watch.example.com/connections/a%2Fb/c1",
        console: "https://console.huaweicloud.com/dli/?region=cn-north-4",
      },
    ],
  });
});

test("/status says what is wrong with the watcher, and with its configuration", async () => {
  const configuration = {
    loadedAt: start,
    problems: ["watch.yaml:3:1 retension: is an unknown key"],
  };
  const about = () => ({
    ...aboutWatcher,
    startedAt: noon,
    seenBefore: start,
    sequence: 17,
    trouble: ["the store cannot be written: disk full"],
    configuration,
  });
  const projects = [{ name: "prod", connections: [{ id: "c1", labels: {} }] }];
  const { body } = await ask(appWith({ projects: () => projects, about }), "/api/v1/status");
  expect(body).toStrictEqual({
    name: "dli-watch",
    started_at: "2026-11-24T12:00:00.000Z",
    seen_before: "2026-11-24T00:00:00.000Z",
    sequence: 17,
    trouble: ["the store cannot be written: disk full"],
    configuration: {
      loaded_at: "2026-11-24T00:00:00.000Z",
      problems: ["watch.yaml:3:1 retension: is an unknown key"],
    },
    connections: { watched: 1, bad: 0 },
    projects: [{ name: "prod", bad: false }],
  });
});

test("who has the answer already is told so; a new one is sent", async () => {
  const app = appWith({ store });
  const first = await ask(app, "/api/v1/transitions");
  const tag = first.headers.get("etag") ?? "";
  const again = () =>
    app.request("/api/v1/transitions", { headers: { host: "localhost", "if-none-match": tag } });
  const same = await again();
  expect([same.status, await same.text(), same.headers.get("etag")]).toEqual([304, "", tag]);
  await store.commit({ events: [storedEvent(1)] });
  expect((await again()).status).toBe(200);
});

describe("/transitions", () => {
  test("are the events as they were frozen, byte for byte", async () => {
    const events = [storedEvent(1, "transition", hostile), storedEvent(2, "recovery")];
    await store.commit({ events });
    const response = await appWith({ store }).request("/api/v1/transitions", {
      headers: { host: "localhost" },
    });
    expect(await response.text()).toBe(
      `{"items":[${events.map(({ json }) => json).join(",")}],"next":null}`,
    );
  });

  test("are what concerns a project, a connection or a binding", async () => {
    await store.commit({ events: noticeTypes.map((type, index) => storedEvent(index + 1, type)) });
    const { items } = await list("transitions");
    expect(items.map(({ type }) => type)).toEqual([
      "dli-watch.transition",
      "dli-watch.recovery",
      "dli-watch.appeared",
      "dli-watch.disappeared",
      "dli-watch.detail",
      "dli-watch.stuck",
      "dli-watch.unstuck",
      "dli-watch.flapping",
      "dli-watch.not_found",
      "dli-watch.unreachable",
      "dli-watch.reachable",
    ]);
  });

  test.each([
    ["", [1, 2, 3]],
    ["?since=0", [1, 2, 3]],
    ["?since=1", [2, 3]],
    ["?since=3", []],
    [`?since=${ulid(2)}`, [3]],
    ["?since=10h", [2, 3]],
    ["?since=2026-11-24T03:00:00Z", [3]],
    ["?since=2026-11-25", []],
  ])("%j: %j", async (query, sequences) => {
    await store.commit({ events: [1, 2, 3].map((sequence) => storedEvent(sequence)) });
    expect(await ids(`transitions${query}`)).toEqual({ ids: sequences.map(ulid), next: null });
  });

  test("`next` leads to the rest", async () => {
    await store.commit({ events: [1, 2, 3].map((sequence) => storedEvent(sequence)) });
    const first = await ids("transitions?limit=2");
    expect(first.ids).toEqual([ulid(1), ulid(2)]);
    expect(await ids(`transitions?limit=2&since=${first.next}`)).toEqual({
      ids: [ulid(3)],
      next: null,
    });
  });
});

describe("/deliveries", () => {
  const accepted = { state: "accepted", attempts: 2, lastError: "", settledAt: noon } as const;

  test("show what became of them, and nothing else", async () => {
    const lastError = "hooks.slack.com answered 503";
    await store.commit({
      events: [storedEvent(1)],
      deliveries: [delivery(1, { attempts: 1, lastError }), delivery(2, accepted)],
    });
    const common = { event: ulid(1), notifier: "oncall", created_at: "2026-11-24T00:00:00.000Z" };
    expect((await list("deliveries")).items).toStrictEqual([
      {
        ...common,
        id: ulid(1),
        state: "waiting",
        attempts: 1,
        last_error: lastError,
        next_at: "2026-11-24T00:00:00.000Z",
        settled_at: null,
      },
      {
        ...common,
        id: ulid(2),
        state: "accepted",
        attempts: 2,
        last_error: "",
        next_at: null,
        settled_at: "2026-11-24T12:00:00.000Z",
      },
    ]);
  });

  test.each([
    ["", [1, 2, 3]],
    ["?state=waiting", [1, 3]],
    ["?state=dead", []],
    ["?notifier=hook", [3]],
    ["?notifier=nobody", []],
    ["?state=waiting&notifier=oncall", [1]],
    [`?after=${ulid(1)}`, [2, 3]],
  ])("%j: %j", async (query, numbers) => {
    await store.commit({
      events: [storedEvent(1)],
      deliveries: [delivery(1), delivery(2, accepted), delivery(3, { notifier: "hook" })],
    });
    expect(await ids(`deliveries${query}`)).toEqual({ ids: numbers.map(ulid), next: null });
  });

  test("`next` leads to the rest", async () => {
    const deliveries = [1, 2, 3].map((number) => delivery(number));
    await store.commit({ events: [storedEvent(1)], deliveries });
    const first = await ids("deliveries?limit=2");
    expect(first.ids).toEqual([ulid(1), ulid(2)]);
    expect(await ids(`deliveries?limit=2&after=${first.next}`)).toEqual({
      ids: [ulid(3)],
      next: null,
    });
  });
});

describe("a query that does not fit", () => {
  const wholeNumber = "limit: must be a whole number from 1 to 1000";

  test.each([
    ["transitions?limit=0", wholeNumber],
    ["transitions?limit=1001", wholeNumber],
    ["transitions?limit=1.5", wholeNumber],
    ["transitions?limit=ten", wholeNumber],
    ["transitions?limit=", wholeNumber],
    ["deliveries?limit=1&limit=2", wholeNumber],
    ["deliveries?state=lost", "state: must be one of waiting, accepted, dead, closed"],
    ["deliveries?after=1", "after: must be `next` of the answer before"],
    ["deliveries?notifier=a&notifier=b", "notifier: must be given once"],
    ["transitions?since=1h&since=2h", "since: must be given once"],
    [
      "transitions?since=yesterday",
      "since: must be a time like 2026-11-24T02:00:00Z, a duration like 24h, the id of an event, or `next`",
    ],
    [
      `transitions?since=${ulid(99)}`,
      "since: the event with this id is unknown or forgotten; ask since a time, or since 0 for all that is kept",
    ],
    ["transitions?sinse=1h", "sinse: not a parameter here; these are: since, limit"],
    [
      "connections?bad=true",
      "bad: not a parameter here; these are: project, state, q, after, limit",
    ],
    [
      "connections?after=prod%2Fc9",
      "after: this connection is watched no more; begin anew, without `after`",
    ],
    ["connections/prod/c1?before=x", "before: must be `next` of the answer before"],
    ["notifiers?limit=1", "limit: not a parameter here; these are: none"],
    [
      "deliveries?limit=x&state=x",
      `state: must be one of waiting, accepted, dead, closed; ${wholeNumber}`,
    ],
  ])("%s", async (path, error) => {
    expect(await get(path)).toMatchObject({ status: 400, body: { error } });
  });
});
