import { onTestFinished } from "vitest";
import type { Draft } from "../../src/core/draft.ts";
import type { ConnectionMemory, Incident } from "../../src/core/memory.ts";
import type { Verdict } from "../../src/core/outbox.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { startDelivering } from "../../src/watch/deliver.ts";
import type { Sender } from "../../src/watch/lane.ts";
import { openLedger } from "../../src/watch/ledger.ts";
import { startTelling } from "../../src/watch/telling.ts";
import type { FakeClock } from "./clock.ts";
import { numbering } from "./numbering.ts";
import { rulesTo } from "./rules.ts";
import { silentLog } from "./silent-log.ts";

interface Attempt {
  /** Milliseconds since the clock's start. */
  readonly at: number;
  readonly id: string;
  readonly title: string;
  readonly json: string;
  readonly handle?: string | undefined;
}

/** A notifier that answers what `verdictOf` says, at a fake clock's time. */
export function recording(
  name: string,
  clock: FakeClock,
  verdictOf: (attempt: Attempt) => Verdict,
  fallback?: string,
) {
  const attempts: Attempt[] = [];
  const accepted: Attempt[] = [];
  const sender: Sender = {
    name,
    ...(fallback !== undefined && { fallback }),
    async send({ event, json }, { handle }) {
      const { id, data } = event;
      const attempt = { at: clock.monotonic(), id, title: data.title, json, handle };
      attempts.push(attempt);
      const verdict = verdictOf(attempt);
      if (verdict.verdict === "accepted") accepted.push(attempt);
      return verdict;
    },
  };
  return { sender, attempts, accepted };
}

const project = { name: "prod", project_id: "", region: "" };
const connection = { id: "c1", labels: {} };

/** What a desk begins with. */
interface Begin {
  /** By default a new one in memory. */
  readonly store?: Store;
  readonly ids?: ReturnType<typeof numbering>;
  /** Notifiers of platforms that keep incidents themselves. */
  readonly keyed?: readonly string[];
  /** Whether `c1` is watched; by default always. */
  readonly isWatched?: () => boolean;
}

/** Delivering in a fake clock's time; it is stopped at the end of the test, or before. */
export async function startDesk(
  clock: FakeClock,
  senders: readonly Sender[],
  { store = openMemoryStore(), ids = numbering(), keyed = [], isWatched = () => true }: Begin = {},
) {
  const ledger = await openLedger({ store, newId: ids.newId });
  const names = senders.map(({ name }) => name);
  const notifiers = names.map((name) => ({ name, keyed: keyed.includes(name) }));
  const rules = () => rulesTo(names, { notifiers });
  const delivering = startDelivering({
    ledger,
    store,
    installation: "test",
    projects: () => [{ ...project, connections: isWatched() ? [connection] : [] }],
    rules,
    scrub: (text) => text,
    clock,
    random: () => 0.5,
    log: silentLog,
  });
  delivering.replace(senders);

  async function stop(): Promise<void> {
    const stopped = delivering[Symbol.asyncDispose]();
    await clock.advance(10_000);
    await stopped;
  }
  onTestFinished(stop);

  const memoryOf = (): ConnectionMemory =>
    ledger.connection("prod", "c1").memory ?? {
      connection: { since: 0 },
      bindings: {},
      pending: {},
    };

  /** Commits a notice about a queue of `c1`, and what is remembered of it. */
  function tell(
    queue: string,
    draft: Pick<Draft, "type" | "to" | "incident" | "tell" | "told">,
    incident: Incident | null | undefined = memoryOf().bindings[queue]?.incident,
  ): Promise<void> {
    const memory = memoryOf();
    const known = { since: clock.now(), ...(incident && { incident }) };
    return ledger.transact((given) => {
      const { announce, told } = startTelling(
        { ledger, installation: "test", rules },
        { observedAt: clock.now(), project },
        given,
      );
      announce({
        severity: "critical",
        resource: { type: "queue", name: queue },
        connection: { ...connection, name: "c1" },
        routed: false,
        ...draft,
      });
      const bindings = { ...memory.bindings, [queue]: known };
      return {
        ...told(),
        connections: [{ project: "prod", id: "c1", memory: { ...memory, bindings } }],
      };
    });
  }

  return {
    /** Tells of a state that is no incident's. */
    notice: (queue: string, to: string, names: readonly string[]) =>
      tell(queue, { type: "transition", to, tell: names }),
    /** Begins an incident. */
    fail(queue: string, names: readonly string[]) {
      const id = ids.newId();
      const incident = { id, openedAt: clock.now(), severity: "critical", told: names } as const;
      return tell(
        queue,
        { type: "transition", to: "FAILED", incident: id, tell: names, told: [] },
        incident,
      );
    },
    /** Tells of something within it. */
    remind(queue: string) {
      const { id = "", told = [] } = memoryOf().bindings[queue]?.incident ?? {};
      return tell(queue, { type: "reminder", to: "FAILED", incident: id, tell: told });
    },
    /** Ends it. */
    recover(queue: string) {
      const { id = "", told = [] } = memoryOf().bindings[queue]?.incident ?? {};
      return tell(queue, { type: "recovery", to: "ACTIVE", incident: id, tell: told }, null);
    },
    /** All deliveries there ever were, by their state. */
    states: async () =>
      Map.groupBy(await store.deliveries({ limit: 10_000 }), ({ state }) => state),
    store,
    ids,
    threads: async () => (await store.memories()).threads,
    replace: delivering.replace,
    stop,
  };
}
