import { parseConfig } from "../../src/config/load.ts";
import type { Event } from "../../src/core/event.ts";
import type { PollBy } from "../../src/core/listing.ts";
import { createPolling } from "../../src/daemon/jobs.ts";
import type { Http } from "../../src/http.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { dliReply, dliRequest } from "../../src/simulator/dli.ts";
import { dliError, gatewayError, type Reply } from "../../src/simulator/replies.ts";
import type { SimulatedConnection } from "../../src/simulator/scenario.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import { openLedger } from "../../src/watch/ledger.ts";
import { startSchedule } from "../../src/watch/schedule.ts";
import { fakeClock } from "./clock.ts";
import { originOf, smallest } from "./config.ts";
import { numbering } from "./numbering.ts";
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

/** Polls a cloud without a network, a minute a round; gives what was told in each, and the requests it took. */
export async function pollRounds(
  rounds: readonly Round[],
  { poll_by, connections }: { readonly poll_by: PollBy; readonly connections: readonly unknown[] },
  policy: object = {},
): Promise<{ readonly told: readonly (readonly Event[])[]; readonly asked: readonly string[][] }> {
  const clock = fakeClock();
  const [first] = smallest().projects;
  const file = {
    ...smallest(),
    policy,
    projects: [{ ...first, rate: "60000/1s", poll_by, connections }],
  };
  const { config, problems } = parseConfig(JSON.stringify(file), originOf());
  if (!config) throw new Error(`not a configuration: ${JSON.stringify(problems)}`);
  const newId = numbering().newId;
  const ledger = await openLedger({ store: openMemoryStore(), newId, now: clock.now });
  const told: Event[][] = [];
  const asked: string[][] = [];
  ledger.observe(({ announced }) => told.at(-1)?.push(...announced.map(({ event }) => event)));
  let round: Round = { connections: [] };
  const polling = createPolling({
    ledger,
    installation: "test",
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
  await schedule[Symbol.asyncDispose]();
  await polling[Symbol.asyncDispose]();
  return { told, asked };
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
