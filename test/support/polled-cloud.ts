import { parseConfig } from "../../src/config/load.ts";
import { withDiscovered } from "../../src/core/discovery.ts";
import type { Event } from "../../src/core/event.ts";
import type { PollBy } from "../../src/core/listing.ts";
import { createPolling } from "../../src/daemon/jobs.ts";
import type { Http } from "../../src/http.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { dliReply, dliRequest } from "../../src/simulator/dli.ts";
import { dliError, gatewayError, type Reply } from "../../src/simulator/replies.ts";
import type { SimulatedConnection } from "../../src/simulator/scenario.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { openLedger } from "../../src/watch/ledger.ts";
import { startSchedule } from "../../src/watch/schedule.ts";
import { fakeClock } from "./clock.ts";
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

/** One after the other may share a store. */
const { newId } = numbering();

/** Polls a cloud without a network, a minute a round; gives what came of it. */
export async function pollRounds(
  rounds: readonly Round[],
  { poll_by, connections, discover, policy = {}, routes, store, startAt }: Watched,
): Promise<Watch> {
  const clock = fakeClock(startAt);
  const [first] = smallest().projects;
  const file = {
    ...smallest(),
    policy,
    routes,
    projects: [{ ...first, rate: "60000/1s", poll_by, connections, discover }],
  };
  const { config, problems } = parseConfig(JSON.stringify(file), originOf());
  if (!config) throw new Error(`not a configuration: ${JSON.stringify(problems)}`);
  const ledger = await openLedger({ store: store ?? openMemoryStore(), newId });
  const told: Event[][] = [];
  const asked: string[][] = [];
  ledger.observe(({ announced }) => told.at(-1)?.push(...announced.map(({ event }) => event)));
  let round: Round = { connections: [] };
  const { policy: settings, routing } = config;
  const rules = rulesTo(routing.notifiers, { settings, routes: routing.routes });
  const polling = createPolling({
    ledger,
    installation: "test",
    rules: () => rules,
    scrub: (text) => text,
    lend: () => () => {},
    clock,
    random: () => 0,
    log: silentLog,
    meter: createMetrics().meter,
    counts: { attempted: new Set(), underWay: new Set() },
    signal: new AbortController().signal,
    connect: () =>
      httpOf((url) => {
        asked.at(-1)?.push(url.pathname.split("/").slice(3).join("/") + url.search);
        return replyTo(url, round);
      }),
    onRegrouped: () => schedule.replace(polling.jobsOf(config)),
  });
  const schedule = startSchedule({ clock, random: () => 0 });
  for (round of rounds) {
    told.push([]);
    asked.push([]);
    if (told.length === 1) schedule.replace(polling.jobsOf(config));
    await clock.advance(told.length === 1 ? 1_000 : 60_000);
  }
  const { connections: remembered } = ledger.remembered();
  const [project] = withDiscovered(config.projects, remembered);
  await schedule[Symbol.asyncDispose]();
  await polling[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
  return { told, asked, watched: project?.connections.map(({ id }) => id) ?? [] };
}

function httpOf(reply: (url: URL) => Reply): Http {
  return {
    async exchange({ url }) {
      const { status, body } = reply(new URL(url));
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return { reply: { status, headers: {}, body: text } };
    },
    async [Symbol.asyncDispose]() {},
  };
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
