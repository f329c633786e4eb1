import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { FailureCause } from "../../src/core/model.ts";
import type { Fault, Scenario } from "../../src/simulator/scenario.ts";
import { lineOf, projectOf, startCloud, startRecording, toldOf } from "../support/installation.ts";
import type { Receiver } from "../support/receiver.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { startWatching, statesOf } from "../support/watching.ts";

const etl = { status: "FAILED", err_msg: "Can't get ready router.", peer_id: "peering-of-etl" };
const bi = { status: "ACTIVE", peer_id: "peering-of-bi" };
const connections: Scenario["connections"] = [
  { id: basicId, kind: "basic", fields: { name: "op" }, queues: { etl, bi } },
  {
    id: enhancedId,
    kind: "enhanced",
    fields: { name: "vpc" },
    queues: { sql: { status: "ACTIVE" } },
    pools: { shared: { status: "FAILED", err_msg: "no route" }, spare: { status: "ACTIVE" } },
  },
];
const states = [
  `${basicId} ACTIVE`,
  `${basicId} queue bi ACTIVE`,
  `${basicId} queue etl FAILED`,
  `${enhancedId} ACTIVE`,
  `${enhancedId} queue sql ACTIVE`,
  `${enhancedId} pool shared FAILED`,
  `${enhancedId} pool spare ACTIVE`,
];
const change = { queues: { etl: { status: "ACTIVE" } } };
const changed = "transition queue etl FAILED>ACTIVE";

const error = (status: number, error_code: string, error_msg = "no"): Fault => ({
  status,
  body: JSON.stringify({ error_code, error_msg, request_id: "1" }),
});
const html = (status: number): Fault => ({ status, body: "<html><h1>Sorry</h1></html>" });
const throttledTwice = (
  headers: Readonly<Record<string, string>>,
  error_msg = "slow down",
): Fault => ({
  ...error(429, "APIGW.0308", error_msg),
  headers,
  times: 2,
});
const rowsOfBasic = (...rows: readonly Readonly<Record<string, string>>[]): Fault => ({
  url: basicId,
  fields: { available_queue_info: [...rows] },
});

/** Faults by name, with the cause that is told; without one nothing is. */
type Faults = Readonly<Record<string, readonly [Fault, FailureCause?]>>;

const lasting: Faults = {
  "403, no permission": [error(403, "APIGW.0302"), "permission"],
  "403, another project": [error(403, "APIGW.0310"), "permission"],
  "400 that means no permission": [error(400, "DLI.0003"), "permission"],
  "404 of the gateway": [error(404, "APIGW.0101"), "address"],
  "404 as HTML": [html(404), "address"],
  "400, a bad parameter": [error(400, "DLI.0001", "bad parameter"), "address"],
  "400, an error of the server": [error(400, "DLI.0999"), "server"],
  "500": [error(500, "APIGW.0601"), "server"],
  "502 as HTML": [html(502), "server"],
  "503 without a body": [{ status: 503 }, "server"],
  "504": [error(504, "APIGW.0203"), "server"],
  HTML: [html(200), "server"],
  "an empty body": [{ status: 200 }, "server"],
  null: [{ body: "null" }, "server"],
  "[]": [{ body: "[]" }, "server"],
  "cut short of its length": [{ cut: 40 }, "server"],
  "cut short of its last chunk": [{ cut: 40, framing: "chunked" }, "server"],
  "cut short by the end of the connection": [{ cut: 40, framing: "close" }, "server"],
  "a state of a wrong type": [{ fields: { state: 1, status: 1 } }, "server"],
  "no state": [{ fields: { state: null, status: null } }, "server"],
  "rows of a wrong type": [{ fields: { available_queue_info: {} } }, "server"],
  "rows that contradict each other": [
    {
      fields: {
        available_queue_info: [
          { name: "etl", ...etl },
          { name: "etl", ...etl, status: "ACTIVE" },
        ],
      },
    },
    "server",
  ],
  "another connection": [{ fields: { connection_id: "other", id: "other" } }, "server"],
  "is_success false": [{ fields: { is_success: false, message: "not now" } }, "server"],
  "a huge body": [{ body: " ".repeat(5 << 20) }, "server"],
  "a gzip bomb": [{ body: " ".repeat(16 << 20), gzip: true }, "server"],
  "a reset": [{ reset: true }, "network"],
  "a reset within the body": [{ reset: true, cut: 40 }, "server"],
};

/** None at all, or over before they count. */
const harmless: Faults = {
  "429 with seconds": [throttledTwice({ "retry-after": "1" })],
  "429 with a date that is past": [
    throttledTwice({ "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }),
  ],
  "429 with nonsense": [throttledTwice({ "retry-after": "soon" })],
  "429 alone": [throttledTwice({})],
  "429 with its window": [throttledTwice({}, "policy user over ratelimit,limit:200,time:1 minute")],
  "unknown fields": [{ fields: { brand_new: { deep: [1] } } }],
  "no id": [{ fields: { connection_id: null, id: null } }],
  "the same row twice": [
    rowsOfBasic({ name: "etl", ...etl }, { name: "bi", ...bi }, { name: "etl", ...etl }),
  ],
  "rows in another order": [rowsOfBasic({ name: "bi", ...bi }, { name: "etl", ...etl })],
  "no rows, once": [{ ...rowsOfBasic(), times: 1 }],
  "no array, once": [{ url: basicId, fields: { available_queue_info: null }, times: 1 }],
  "not there, once": [{ ...error(404, "DLI.0023"), url: basicId, times: 1 }],
  "deleted, once": [{ url: basicId, fields: { state: "DELETED" }, times: 1 }],
  "headers that do not come, once": [{ url: basicId, delayMs: 60_000, times: 1 }],
  "a body that does not end, once": [{ url: basicId, dripMs: 1_000, times: 1 }],
};

/** Each fault meets a project with a cloud of its own; one watcher polls them all. Gives what was told of each project. */
async function storiesOf(faults: Faults, hook: Receiver) {
  const projects = await Promise.all(
    Object.keys(faults).map(async (name) => ({ name, cloud: await startCloud({ connections }) })),
  );
  const seen = projects.map(({ cloud }) => cloud.asked(4));
  const watching = await startWatching({
    schedule: "500ms",
    projects: projects.map(({ name, cloud }) =>
      projectOf(cloud, [{ id: basicId, kind: "basic" }, enhancedId], { name }),
    ),
    notifiers: { hook: { type: "webhook", url: hook.origin } },
    policy: { first_sight: "none" },
  });
  await Promise.all(seen);
  const stories = await Promise.all(
    projects.map(async ({ name, cloud }) => {
      const [fault = {}, cause] = faults[name] ?? [];
      const end = cloud.fault(fault);
      await (cause === undefined ? cloud.asked(8) : toldOf(hook, name, 1));
      expect(await statesOf(watching, name)).toEqual(states);
      end();
      cloud.set(basicId, change);
      return [name, await toldOf(hook, name, cause === undefined ? 1 : 3)] as const;
    }),
  );
  return { stories, log: watching.output() };
}

test("a fault that lasts is told once with its cause and once to be over, any other not at all; none changes a state", {
  timeout: 60_000,
}, async () => {
  const elsewhere = await startRecording();
  const inThreeSeconds = new Date(systemClock.now() + 3_000).toUTCString();
  const faults: Faults = {
    ...lasting,
    "a redirect": [{ status: 302, headers: { location: elsewhere.origin } }, "address"],
    ...harmless,
    "429 with a date": [throttledTwice({ "retry-after": inThreeSeconds })],
  };
  const { stories, log } = await storiesOf(faults, await startRecording());
  const told = stories.map(([name, events]) => [
    name,
    events.map((event) => [lineOf(event), event.data.cause].filter(Boolean).join(" ")),
  ]);
  const expected = Object.entries(faults).map(([name, [, cause]]) => [
    name,
    cause === undefined
      ? [changed]
      : [`unreachable project ${name} ${cause}`, changed, `reachable project ${name}`],
  ]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
  const blind = stories.flatMap(([, events]) => events.filter(({ data }) => data.cause));
  for (const { data } of blind) {
    const answered = data.cause === "network" ? "$" : " \\(request id [0-9a-f]{32}\\)$";
    expect(data.err_msg).toMatch(new RegExp(`^127.* (– |check ).*${answered}`));
  }
  expect(log.match(/did not answer completely in time/g)).toHaveLength(2);
  expect(elsewhere.requests).toEqual([]);
});
