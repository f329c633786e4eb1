import { explainer } from "../../src/core/hints.ts";
import type { AdHocMute } from "../../src/core/mute.ts";
import { listMutes } from "../../src/core/mute-list.ts";
import { notifiersOf } from "../../src/core/notifier-status.ts";
import { type Delivery, restingLane } from "../../src/core/outbox.ts";
import { dliReply, dliRequest } from "../../src/simulator/dli.ts";
import { gatewayError } from "../../src/simulator/replies.ts";
import type { SimulatedConnection } from "../../src/simulator/scenario.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import type { PageSource } from "../../src/web/page-source.ts";
import { startPolls } from "./polled-cloud.ts";
import { aboutWatcher } from "./web-app.ts";

/** Milliseconds. */
const minute = 60_000;
const hour = 60 * minute;
/** An installation that was started the day before, when somebody is woken up. */
const startAt = Date.UTC(2026, 10, 23, 3);
const now = Date.UTC(2026, 10, 24, 3);
const at = (hours: number, minutes: number) => hours * hour + minutes * minute;

const subnet =
  'Failed to get subnet 2c2bd2ed-7296-4c64-9b60-ca25b5eee8fe. Response code : 404, message : {"code":"VPC.0202","message":"Query resource by id 2c2bd2ed-7296-4c64-9b60-ca25b5eee8fe fail.the subnet could not be found."}';

const active = { status: "ACTIVE" };
const restless = Array.from({ length: 5 }, (_, round) => [
  {
    atMs: at(8, 10 * round),
    queues: { clicks: { status: "FAILED", err_msg: "Can't get ready router." } },
  },
  { atMs: at(8, 10 * round + 5), queues: { clicks: active } },
]).flat();

function connectionOf(
  id: string,
  name: string,
  more: Partial<SimulatedConnection> = {},
): SimulatedConnection {
  const fields = {
    name,
    dest_vpc_id: "22094d8f-c310-4621-913d-4c4d655d8495",
    create_time: startAt,
  };
  return { id, kind: "enhanced", queues: { default: active }, fields, ...more };
}

const prod: readonly SimulatedConnection[] = [
  connectionOf("378eb1e6-521d-41a4-a41c-bbb58f34a6d6", "orders-hbase", {
    queues: { etl: active, reports: active },
    timeline: [
      { atMs: at(23, 37), queues: { etl: { status: "CREATING" } } },
      { atMs: at(23, 41), queues: { etl: { status: "FAILED", err_msg: subnet } } },
    ],
  }),
  connectionOf("4c693ecc-bab8-4113-a838-129cedc9a563", "clicks-kafka", {
    queues: { clicks: active, sessions: active },
    pools: { shared: active },
    timeline: restless,
  }),
  connectionOf("5d2c1d44-9b1e-4b8e-8a0f-6c2f0d7f9e01", "billing-dws", {
    queues: { nightly: active },
  }),
  connectionOf("6e9f3a52-0c7d-4f53-b1d9-2a4c8e6b7f02", "ledger-rds", {
    queues: { nightly: active },
    pools: { shared: active },
    timeline: [{ atMs: at(23, 20), pools: { adhoc: { status: "CREATING" } } }],
  }),
  connectionOf("7f1b4c63-1d8e-4a64-82ea-3b5d9f7c8a03", "metrics-opentsdb", {
    kind: "basic",
    fields: { name: "metrics-opentsdb", service: "CloudTable.OPENTSDB" },
    timeline: [{ atMs: at(23, 54), state: "CREATING", process: 0.4 }],
  }),
  connectionOf("803c5d74-2e9f-4b75-93fb-4c6ea08d9b04", "audit-obs"),
  connectionOf("914d6e85-3fa0-4c86-a40c-5d7fb19eac05", "search-css", { pools: { shared: active } }),
];
const staging: readonly SimulatedConnection[] = [
  connectionOf("a25e7f96-40b1-4d97-b51d-6e80c2afbd06", "staging-rds"),
  connectionOf("b36f80a7-51c2-4ea8-c62e-7f91d3b0ce07", "staging-kafka"),
];

const prodId = "48cc2c48765f481480c7db940d6409d1";
const stagingId = "59dd3d59876f592591d8ec051e7510e2";

function answer(url: string, elapsedMs: number) {
  const { pathname, searchParams } = new URL(url);
  const request = dliRequest(pathname);
  const isStaging = request?.projectId === stagingId;
  const isRefused = isStaging && elapsedMs > at(22, 10);
  const isDown = !isStaging && elapsedMs > at(13, 0) && elapsedMs < at(14, 10);
  if (!request || isRefused || isDown) {
    return gatewayError(isDown ? 503 : 403, {
      code: isDown ? "APIGW.0201" : "APIGW.0302",
      message: isDown ? "Backend unavailable." : "IAM user is not authorized.",
      requestId: "36c9cc8e4d0b1a",
    });
  }
  const connections = isStaging ? staging : prod;
  return dliReply(request, searchParams, { connections, elapsedMs, startedAt: startAt });
}

/** A store in which a day has left its traces, and everything else that the pages read. */
export async function livedIn(): Promise<PageSource & { readonly store: Store }> {
  const store = openMemoryStore();
  const project = { region: "cn-north-4", auth: { token: "a-token-of-iam" }, rate: "60000/1s" };
  const listed = (connections: readonly SimulatedConnection[]) =>
    connections.map(({ id, kind }) => ({ id, kind, labels: { team: "data" } }));
  const projects = [
    { ...project, name: "prod", project_id: prodId, connections: listed(prod) },
    { ...project, name: "staging", project_id: stagingId, connections: listed(staging) },
  ];
  const url = "https://hooks.slack.com/services/T0/B0/x";
  const notifiers = { oncall: { type: "slack", url }, hook: { type: "slack", url } };
  {
    await using polls = await startPolls(
      { projects, notifiers },
      { store, startAt, answer: (request) => answer(request.url, polls.clock.now() - startAt) },
    );
    for (let elapsed = 0; elapsed < now - startAt; elapsed += minute) {
      await polls.clock.advance(minute);
    }
  }
  const waiting = await settleAll(store);
  return {
    store,
    remembered: () => store.memories(),
    projects: () => projects,
    notifiers: async () => notifiersOf(named, { lanes: lanesWith(waiting), deadLetters, now }),
    mutes: async () => listMutes({ byHand: [mute], planned: [], nextTime: () => undefined, now }),
    about: () => ({ ...aboutWatcher, startedAt: startAt }),
    explain: explainer([]),
    timezone: () => "Asia/Shanghai",
    now: () => now,
  };
}

const named = ["oncall", "hook"].map((name) => ({ name, type: "slack" }));
const deadLetters = new Map<string, number>();
const mute: AdHocMute = {
  id: "01JDEM7K8R5G3E1P7Y6A9QXC2M",
  match: { patterns: { project: "staging" }, labels: {} },
  why: "moving the VPC",
  createdAt: now - hour,
  until: now + 2 * hour,
};

/** All but the last were accepted soon. */
async function settleAll(store: Store): Promise<readonly Delivery[]> {
  const sent = await store.deliveries({ limit: 10_000 });
  const last = sent.filter(({ notifier }) => notifier === "hook").slice(-1);
  const deliveries = sent.map((delivery): Delivery => {
    const attempts = 1;
    return last.includes(delivery)
      ? { ...delivery, attempts: 4, lastError: "ops.example.com answers 503 Service Unavailable" }
      : { ...delivery, state: "accepted", attempts, settledAt: delivery.createdAt + 700 };
  });
  await store.commit({ deliveries });
  return deliveries.filter(({ state }) => state === "waiting");
}

function lanesWith(waiting: readonly Delivery[]): Parameters<typeof notifiersOf>[1]["lanes"] {
  const late = { ...restingLane, failures: 4, resumeAt: now + 4 * minute };
  return {
    memory: (notifier) => (notifier === "hook" ? late : restingLane),
    waiting: (notifier) => waiting.filter((delivery) => delivery.notifier === notifier),
    awaited: () => ["hook"],
  };
}
