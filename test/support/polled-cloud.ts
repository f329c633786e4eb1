import { parseConfig } from "../../src/config/load.ts";
import { withDiscovered } from "../../src/core/discovery.ts";
import type { Event } from "../../src/core/event.ts";
import type { PollBy } from "../../src/core/listing.ts";
import { createPolling } from "../../src/daemon/jobs.ts";
import type { Http, HttpRequest } from "../../src/http.ts";
import type { Meter } from "../../src/metrics/meter.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { dliReply, dliRequest } from "../../src/simulator/dli.ts";
import { dliError, gatewayError, type Reply } from "../../src/simulator/replies.ts";
import type { SimulatedConnection } from "../../src/simulator/scenario.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { openLedger } from "../../src/watch/ledger.ts";
import { startSchedule } from "../../src/watch/schedule.ts";
import { type FakeClock, fakeClock } from "./clock.ts";
import { originOf, smallest } from "./config.ts";
import { numbering } from "./numbering.ts";
import { rulesTo } from "./rules.ts";
import { silentLog } from "./silent-log.ts";

/** What the API holds in one round of polls. */
export interface Round {
  readonly connections: readonly SimulatedConnection[];
  /** Ids that the list leaves out, although they are there. */
  readonly unlisted?: readonly string[];
  /** It has no API for enhanced connections. */
  readonly basicOnly?: boolean;
  /** It answers nothing. */
  readonly down?: boolean;
}

/** What came of it, a round after the other. */
interface Watch {
  readonly told: readonly (readonly Event[])[];
  /** The paths of all requests, without what they have in common. */
  readonly asked: readonly string[][];
  /** Ids of all that is watched in the end. */
  readonly watched: readonly string[];
}

/** What is watched, as the configuration file has it. */
interface Watched {
  readonly poll_by?: PollBy;
  readonly connections?: readonly unknown[];
  readonly discover?: unknown;
  readonly policy?: object;
  readonly routes?: readonly object[];
  /** What was remembered of it. */
  readonly store?: Store;
  /** When the first round is, in epoch milliseconds. */
  readonly startAt?: number;
}

/** The polls of all that a configuration file names, against a cloud without a network, on a clock that the test moves. */
interface PolledCloud extends AsyncDisposable {
  readonly clock: FakeClock;
  /** Ids of all that is watched now in the first project. */
  watched(): readonly string[];
}

interface PolledCloudOptions {
  readonly answer: (request: HttpRequest) => Reply;
  readonly store?: Store;
  /** Epoch milliseconds. */
  readonly startAt?: number | undefined;
  readonly onTold?: (event: Event) => void;
  readonly onSkipped?: Meter["skipped"];
}

/** One after the other may share a store. */
const { newId } = numbering();

/** Starts what polls in a daemon; the first polls begin when the clock moves. */
export async function startPolls(
  file: object,
  { answer, store = openMemoryStore(), startAt, onTold, onSkipped }: PolledCloudOptions,
): Promise<PolledCloud> {
  const clock = fakeClock(startAt);
  const { config, problems } = parseConfig(JSON.stringify(file), originOf());
  if (!config) throw new Error(`not a configuration: ${JSON.stringify(problems)}`);
  const ledger = await openLedger({ store, newId });
  ledger.observe(({ announced }) => {
    for (const { event } of announced) onTold?.(event);
  });
  const { policy: settings, routing } = config;
  const rules = rulesTo(routing.notifiers, { settings, routes: routing.routes });
  const { meter } = createMetrics();
  const stopping = new AbortController();
  const polling = createPolling({
    ledger,
    installation: "test",
    rules: () => rules,
    scrub: (text) => text,
    lend: () => () => {},
    clock,
    random: () => 0,
    log: silentLog,
    meter: { ...meter, ...(onSkipped && { skipped: onSkipped }) },
    counts: { attempted: new Set(), underWay: new Set() },
    signal: stopping.signal,
    connect: () => httpOf(answer),
    onRegrouped: () => schedule.replace(polling.jobsOf(config)),
  });
  const schedule = startSchedule({ clock, random: () => 0 });
  schedule.replace(polling.jobsOf(config));
  return {
    clock,
    watched() {
      const [project] = withDiscovered(config.projects, ledger.remembered().connections);
      return project?.connections.map(({ id }) => id) ?? [];
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await schedule[Symbol.asyncDispose]();
      await polling[Symbol.asyncDispose]();
      await ledger[Symbol.asyncDispose]();
    },
  };
}

function httpOf(answer: PolledCloudOptions["answer"]): Http {
  return {
    async exchange(request) {
      const { status, headers = {}, body } = answer(request);
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return { reply: { status, headers, body: text } };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** Polls a cloud, a minute a round; gives what came of it. */
export async function pollRounds(
  rounds: readonly Round[],
  {
    poll_by,
    connections,
    discover,
    policy = {},
    routes,
    startAt,
    store = openMemoryStore(),
  }: Watched,
): Promise<Watch> {
  const [first] = smallest().projects;
  const file = {
    ...smallest(),
    policy,
    routes,
    projects: [{ ...first, rate: "60000/1s", poll_by, connections, discover }],
  };
  const told: Event[][] = rounds.map(() => []);
  const asked: string[][] = rounds.map(() => []);
  let round = 0;
  await using polls = await startPolls(file, {
    store,
    startAt,
    onTold: (event) => told[round]?.push(event),
    answer({ url }) {
      const { pathname, search } = new URL(url);
      asked[round]?.push(pathname.split("/").slice(3).join("/") + search);
      return replyTo(new URL(url), rounds[round] ?? { connections: [] });
    },
  });
  for (; round < rounds.length; round += 1) await polls.clock.advance(round === 0 ? 1_000 : 60_000);
  return { told, asked, watched: polls.watched() };
}

function replyTo(url: URL, { connections, unlisted = [], basicOnly, down }: Round): Reply {
  const request = dliRequest(url.pathname);
  if (!request || down) return dliError("DLI.0999", "server side");
  if (basicOnly && request.kind === "enhanced") {
    return gatewayError(404, { code: "APIGW.0101", message: "no such API", requestId: "1" });
  }
  const shown = request.connectionId
    ? connections
    : connections.filter(({ id }) => !unlisted.includes(id));
  return dliReply(request, url.searchParams, { connections: shown, elapsedMs: 0, startedAt: 0 });
}
