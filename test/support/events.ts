import type { Event, EventData, NoticeType } from "../../src/core/event.ts";
import { knownHints } from "../../src/core/known-hints.ts";
import { plainVoice } from "../../src/core/voice.ts";
import { inWords } from "../../src/notify/message.ts";
import type { Notice, StoredEvent } from "../../src/notify/notifier.ts";

const connection = {
  id: "378eb1e6-521d-41a4-a41c-bbb58f34a6d6",
  name: "orders-hbase",
  kind: "basic",
  state: "ACTIVE",
  service: "CloudTable.OPENTSDB",
  destination: "",
  connection_url: "",
  cluster_name: "orders",
  connectivity: "Connected",
  process: 1,
  create_time: "2019-08-19T02:05:27.674Z",
  labels: { team: "data" },
} as const;

const queue = {
  type: "queue",
  name: "etl",
  peer_id: "d2ae6628-fa37-4e04-806d-c59c497ca69f",
} as const;
const project = {
  name: "prod",
  project_id: "330e068af1334c9782f4226acc00a2e2",
  region: "cn-north-4",
};
const incident = "01JDEM7K7QW2S0T9H4B8N5XZGA";
const errMsg =
  "VPC.0202 The CIDR 192.168.0.0/24 of the queue overlaps with the subnet of the peer VPC.";

/** A notice within another. */
function listed(
  type: NoticeType,
  data: Partial<EventData> & Pick<EventData, "title" | "severity">,
): Event {
  return {
    specversion: "1.0",
    id: "01JDEM7K7QZK3V6M1C0R2F4D8T",
    source: "dli-watch/prod",
    type: `dli-watch.${type}`,
    time: "2026-11-24T02:10:04.000Z",
    subject: subjectOf(queue),
    datacontenttype: "application/json",
    data: {
      summary: `${data.title}.`,
      project,
      connection,
      resource: queue,
      observed_at: "2026-11-24T02:10:04.000Z",
      sequence: 16,
      ...data,
    },
  };
}

/** What each type of notice adds to, or takes out of, a queue that failed. */
const samples: Readonly<Record<NoticeType, Partial<EventData>>> = {
  transition: {
    severity: "critical",
    title: "Queue etl of orders-hbase is FAILED",
    summary: `Queue etl of orders-hbase is FAILED. It was CREATING for 4m 12s. Reason: ${errMsg}`,
    hint: knownHints.overlap,
    from: "CREATING",
    to: "FAILED",
    err_msg: errMsg,
    reported_at: "2026-11-24T02:10:01.000Z",
    previous_for_ms: 252_000,
    incident,
  },
  recovery: {
    title: "Queue etl of orders-hbase is ACTIVE again",
    summary: "Queue etl of orders-hbase is ACTIVE again. It was FAILED for 1h 5m.",
    from: "FAILED",
    to: "ACTIVE",
    previous_for_ms: 3_900_000,
    incident,
  },
  appeared: {
    severity: "critical",
    title: "Queue etl of orders-hbase appeared and is FAILED",
    summary: `Queue etl of orders-hbase appeared and is FAILED. Reason: ${errMsg}`,
    hint: knownHints.overlap,
    to: "FAILED",
    err_msg: errMsg,
    incident,
  },
  disappeared: {
    severity: "warning",
    title: "Queue etl of orders-hbase is gone",
    summary: "Queue etl of orders-hbase is gone. It was ACTIVE for 12d 3h.",
    from: "ACTIVE",
    previous_for_ms: 1_047_600_000,
  },
  detail: {
    severity: "warning",
    title: "Connection orders-hbase changed: connectivity, cluster_name",
    summary:
      'Connection orders-hbase changed: connectivity, cluster_name. connectivity: "Connected" is now "". cluster_name: "" is now "orders".',
    resource: { type: "connection", name: "orders-hbase" },
    changed: [
      { field: "connectivity", from: "Connected", to: "" },
      { field: "cluster_name", from: "", to: "orders" },
    ],
  },
  stuck: {
    severity: "warning",
    title: "Queue etl of orders-hbase is stuck in CREATING",
    summary: "Queue etl of orders-hbase is stuck in CREATING. It has been CREATING for 15m.",
    hint: knownHints.stuckCreating,
    to: "CREATING",
    previous_for_ms: 900_000,
    incident,
  },
  unstuck: {
    title: "Queue etl of orders-hbase is ACTIVE, no longer stuck",
    summary: "Queue etl of orders-hbase is ACTIVE, no longer stuck. It was CREATING for 1h 5m.",
    from: "CREATING",
    to: "ACTIVE",
    previous_for_ms: 3_900_000,
    incident,
  },
  flapping: {
    severity: "warning",
    title: "Queue etl of orders-hbase keeps changing its state",
    summary:
      "Queue etl of orders-hbase keeps changing its state. It was ACTIVE for 4m. It has changed 6 times in 24m. It is CREATING now; further changes are told when it has settled.",
    from: "ACTIVE",
    to: "CREATING",
    flapping: { changes: 6, since: "2026-11-24T01:46:05.120Z", for_ms: 1_440_000 },
    previous_for_ms: 240_000,
    incident,
  },
  reminder: {
    severity: "critical",
    title: "Queue etl of orders-hbase is still FAILED",
    summary: `Queue etl of orders-hbase is still FAILED. This has been going on for 4h. Reason: ${errMsg}`,
    hint: knownHints.overlap,
    to: "FAILED",
    err_msg: errMsg,
    previous_for_ms: 14_400_000,
    incident,
  },
  not_found: {
    severity: "warning",
    title: "Connection orders-hbase does not exist",
    summary:
      "Connection orders-hbase does not exist. The API knows no connection with this id, neither basic nor enhanced unless `kind` names one.",
    hint: knownHints.noSuchConnection,
    connection: { id: connection.id, name: "orders-hbase", labels: {} },
    resource: { type: "connection", name: "orders-hbase" },
    incident,
  },
  unreachable: {
    severity: "warning",
    title: "Project prod cannot be seen (credentials)",
    summary:
      "Project prod cannot be seen (credentials). Last known: 12 of 12 connections seen, FAILED in orders-hbase. Reason: dli.cn-north-4.myhuaweicloud.com answered 401: APIGW.0301 Incorrect IAM authentication information.",
    hint: knownHints.credentials,
    resource: { type: "project", name: "prod" },
    err_msg:
      "dli.cn-north-4.myhuaweicloud.com answered 401: APIGW.0301 Incorrect IAM authentication information.",
    cause: "credentials",
    last_known: "12 of 12 connections seen, FAILED in orders-hbase",
    last_known_zh: "12 个跨源连接中查询到 12 个，FAILED 的有 orders-hbase",
    incident,
  },
  reachable: {
    title: "Project prod can be seen again",
    summary:
      "Project prod can be seen again. Nothing was seen for 42m. Meanwhile: Queue etl of orders-hbase is FAILED.",
    resource: { type: "project", name: "prod" },
    gap_ms: 2_520_000,
    meanwhile: {
      count: 1,
      titles: ["Queue etl of orders-hbase is FAILED"],
      titles_zh: ["orders-hbase 的队列 etl 变为 FAILED"],
    },
    incident,
  },
  undelivered: {
    severity: "critical",
    title: "Not delivered to hook: Queue etl of orders-hbase is FAILED",
    summary:
      "Not delivered to hook: Queue etl of orders-hbase is FAILED. It was given up: ops.example.com answered 413: too large",
    resource: { type: "notifier", name: "hook" },
    undelivered: {
      event: "01JDEM7K7QZK3V6M1C0R2F4D8T",
      title: "Queue etl of orders-hbase is FAILED",
      title_zh: "orders-hbase 的队列 etl 变为 FAILED",
      notifiers: ["hook"],
      error: "ops.example.com answered 413: too large",
    },
  },
  notifier_failing: {
    severity: "warning",
    title: "Notifier oncall refuses everything",
    summary: "Notifier oncall refuses everything. Slack answered 404: no_service.",
    resource: { type: "notifier", name: "oncall" },
    notifier: { name: "oncall", error: "Slack answered 404: no_service." },
    incident,
  },
  notifier_back: {
    title: "Notifier oncall accepts again",
    summary: "Notifier oncall accepts again.",
    resource: { type: "notifier", name: "oncall" },
    notifier: { name: "oncall" },
    incident,
  },
  digest: {
    severity: "critical",
    title: "3 notices: 1 critical, 2 info",
    summary:
      "3 notices: 1 critical, 2 info. Queue etl of orders-hbase is FAILED. Queue logs of orders-hbase is ACTIVE again. And 1 more.",
    resource: { type: "notifier", name: "oncall" },
    items: [
      listed("transition", {
        title: "Queue etl of orders-hbase is FAILED",
        severity: "critical",
        to: "FAILED",
        err_msg: errMsg,
      }),
      listed("recovery", {
        title: "Queue logs of orders-hbase is ACTIVE again",
        severity: "info",
        resource: { ...queue, name: "logs" },
        to: "ACTIVE",
      }),
    ],
    counts: { critical: 1, warning: 0, info: 2 },
  },
  mute_summary: {
    severity: "critical",
    title: "Mute sunday patching is over; bad now: 1 critical",
    summary:
      "Mute sunday patching is over; bad now: 1 critical. It withheld 12 notices. Queue etl of orders-hbase is still FAILED.",
    resource: { type: "mute", name: "sunday patching" },
    items: [
      listed("reminder", {
        title: "Queue etl of orders-hbase is still FAILED",
        severity: "critical",
        to: "FAILED",
        err_msg: errMsg,
      }),
    ],
    counts: { critical: 1, warning: 0, info: 0 },
    muted: 12,
  },
  test: {
    title: "Test notice of dli-watch",
    summary: "Test notice of dli-watch.",
    resource: { type: "notifier", name: "oncall" },
  },
};

/** A realistic event of each type; `data` replaces parts of it. */
export function sampleEvent(type: NoticeType, data: Partial<EventData> = {}): Event {
  const sample = samples[type];
  const aboutNotifier = sample.resource?.type === "notifier" || sample.resource?.type === "mute";
  const aboutProject = sample.resource?.type === "project";
  const resource = sample.resource ?? queue;
  return {
    specversion: "1.0",
    id: "01JDEM7K8R5G3E1P7Y6A9QXC2M",
    source: aboutNotifier ? "dli-watch" : "dli-watch/prod",
    type: `dli-watch.${type}`,
    time: "2026-11-24T02:10:05.120Z",
    subject: subjectOf(resource),
    datacontenttype: "application/json",
    data: {
      severity: "info",
      title: "",
      summary: "",
      ...(!aboutNotifier && { project }),
      ...(!aboutNotifier && !aboutProject && { connection }),
      resource,
      ...sample,
      observed_at: "2026-11-24T02:10:05.120Z",
      sequence: 17,
      ...data,
    },
  };
}

function subjectOf({ type, name }: EventData["resource"]): string {
  if (type === "project" || type === "notifier" || type === "mute")
    return `${type}s/${encodeURIComponent(name)}`;
  const own = type === "connection" ? "" : `/${type}s/${encodeURIComponent(name)}`;
  return `connections/${connection.id}${own}`;
}

/** An event as the store keeps it. */
export function stored(event: Event): StoredEvent {
  return { event, json: JSON.stringify(event) };
}

/** An event on its way at `at` (epoch milliseconds), by default at once and in English. */
export function noticeOf(event: Event, at = Date.parse(event.time), voice = plainVoice): Notice {
  return { ...stored(event), message: inWords(event, at, voice) };
}
