import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openMemoryStore } from "../../src/store/memory.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Commit, Store } from "../../src/store/store.ts";
import { connectionMemory, everythingIn } from "../support/store-samples.ts";

test("the same commits and prunings leave the same in both stores", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      using directory = mkdtempDisposableSync(join(tmpdir(), "dli-watch-"));
      await using memory = openMemoryStore();
      const file = join(directory.path, "store.db");
      await using sqlite = openSqliteStore({ file, mode: "daemon" });
      for (const next of steps) {
        expect(await outcomeOf(next, sqlite)).toEqual(await outcomeOf(next, memory));
      }
      expect(await everythingIn(sqlite)).toEqual(await everythingIn(memory));
    }),
    { numRuns: 60 },
  );
});

/** A change, or a time before which everything is forgotten. */
type Step = Commit | number;

function outcomeOf(step: Step, store: Store): Promise<number | "committed" | "impossible"> {
  if (typeof step === "number") return store.prune(step);
  return store.commit(step).then(
    () => "committed",
    () => "impossible",
  );
}

// Few names and small numbers, so that parts meet: known ids, unknown events, runs that go on.
const small = fc.nat({ max: 9 });
const project = fc.constantFrom("prod", "test");
const connection = fc.constantFrom("orders", "logs");
const notifier = fc.constantFrom("oncall", "hook");
const text = fc.string({ unit: "binary" });

const someOf = <Row>(row: fc.Arbitrary<Row>) => fc.array(row, { maxLength: 2 });

const commit: fc.Arbitrary<Commit> = fc.record(
  {
    observations: someOf(
      fc.record({
        project,
        connection,
        firstAt: small,
        lastAt: small,
        polls: small,
        observation: fc.record({ outcome: fc.constant("absent" as const), message: text }),
      }),
    ),
    connections: someOf(
      fc.record({ project, id: connection, memory: small.map(connectionMemory) }),
    ),
    projects: someOf(fc.record({ name: project, memory: fc.record({ episode: small }) })),
    threads: someOf(
      fc.record(
        {
          notifier,
          incident: fc.constantFrom("i1", "i2"),
          handle: text,
          event: small.map((number) => `e${number}`),
          toldAt: small,
          endedAt: small,
        },
        { requiredKeys: ["notifier", "incident", "event", "toldAt"] },
      ),
    ),
    endedThreads: someOf(fc.record({ notifier, incident: fc.constantFrom("i1", "i2") })),
    lanes: someOf(fc.record({ notifier, memory: fc.record({ failures: small, resumeAt: small }) })),
    events: fc.array(
      fc.record({
        id: small.map((number) => `e${number}`),
        sequence: small,
        time: small,
        type: text,
        project,
        connection,
        json: text,
      }),
      { maxLength: 2 },
    ),
    deliveries: fc.array(
      fc.record(
        {
          id: small.map((number) => `d${number}`),
          event: small.map((number) => `e${number}`),
          notifier,
          orderKey: text,
          sequence: small,
          state: fc.constantFrom("waiting", "accepted", "dead", "closed"),
          attempts: small,
          lastError: text,
          nextAt: small,
          createdAt: small,
          settledAt: small,
          incident: fc.constantFrom("", "i1"),
          role: fc.constantFrom("", "opens", "ends"),
          hold: fc.constantFrom("delay", "storm", "digest x"),
          way: fc.constant({ by: "routes", routes: [1], rule: "sent" }),
        },
        {
          requiredKeys: [
            "id",
            "event",
            "notifier",
            "orderKey",
            "sequence",
            "state",
            "attempts",
            "lastError",
            "nextAt",
            "createdAt",
            "incident",
            "role",
          ],
        },
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: commit },
  { weight: 1, arbitrary: small },
);
