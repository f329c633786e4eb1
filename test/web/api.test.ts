import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { NoticeType } from "../../src/core/event.ts";
import { noticeTypes } from "../../src/core/event.ts";
import type { ConnectionMemory } from "../../src/core/memory.ts";
import type { Delivery } from "../../src/core/outbox.ts";
import { Secret } from "../../src/core/secret.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import type { Store, StoredEvent } from "../../src/store/store.ts";
import { sampleEvent } from "../support/events.ts";
import { delivery as sampleDelivery } from "../support/store-samples.ts";
import { appWith, ask } from "../support/web-app.ts";

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
    ["connections?state=FAILED", "state: not a parameter here; these are: none"],
    [
      "deliveries?limit=x&state=x",
      `state: must be one of waiting, accepted, dead, closed; ${wholeNumber}`,
    ],
  ])("%s", async (path, error) => {
    expect(await get(path)).toMatchObject({ status: 400, body: { error } });
  });
});
