import { expect, test } from "vitest";
import type { Observation } from "../../src/core/model.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import { openLedger } from "../../src/watch/ledger.ts";
import { observe } from "../../src/watch/observe.ts";
import { fakeClock } from "../support/clock.ts";
import { numbering } from "../support/numbering.ts";
import { rulesTo } from "../support/rules.ts";
import { silentLog } from "../support/silent-log.ts";
import { snapshot } from "../support/snapshots.ts";
import { absent, failed, seen } from "../support/timeline.ts";

const target = {
  id: "c1",
  kind: "enhanced",
  labels: {},
  schedule: { everyMs: 1, jitter: 0 },
} as const;
const project = { name: "prod", project_id: "p", connections: [target] };
const active = seen(snapshot());

/** The level of each poll's line in the log of a process that begins with this store. */
async function levelsOf(observations: readonly Observation[], store = openMemoryStore()) {
  const clock = fakeClock();
  const { newId } = numbering();
  await using ledger = await openLedger({ store, newId });
  const levels: string[] = [];
  const options = {
    ...{ ledger, clock, installation: "test" },
    rules: () => rulesTo([]),
    scrub: (text: string) => text,
    log: {
      ...silentLog,
      debug: () => void levels.push("debug"),
      warn: () => void levels.push("warn"),
    },
    meter: createMetrics().meter,
    counts: { attempted: new Set<string>(), underWay: new Set<string>() },
    signal: new AbortController().signal,
  };
  for (const observation of observations)
    await observe(options, { project, target, observation, startedAt: 0 });
  return levels;
}

test("an outage is a warning once, and again when its cause is another", async () => {
  const network = failed("network");
  expect(
    await levelsOf([active, network, network, failed("server"), network, absent, network]),
  ).toEqual(["debug", "warn", "debug", "warn", "warn", "debug", "warn"]);
});

test("an outage that a process finds at its start is a warning of its own", async () => {
  const store = openMemoryStore();
  expect(await levelsOf([failed(), failed()], store)).toEqual(["warn", "debug"]);
  expect(await levelsOf([failed(), failed()], store)).toEqual(["warn", "debug"]);
});
