import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { historyLines } from "../../src/commands/history-export.ts";
import type { Event } from "../../src/core/event.ts";
import type { Observation, Snapshot } from "../../src/core/model.ts";
import type { ObservationRun } from "../../src/core/run.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Commit } from "../../src/store/store.ts";
import { runCommand } from "../support/command.ts";
import { eventsOf, projectOf, startCloud, startRecording } from "../support/installation.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { connectionMemory, observationRun, storedEvent } from "../support/store-samples.ts";
import { startWatcher, temporaryDirectory, writeConfig } from "../support/watcher.ts";

const header = z.strictObject({
  format: z.literal("dli-watch-history"),
  version: z.literal(1),
  name: z.string(),
  since: z.iso.datetime(),
  exported_at: z.iso.datetime(),
});

const time = z.iso.datetime().transform((text) => Date.parse(text));

const entry = z.union([
  z.strictObject({ event: z.custom<Event>() }),
  z.strictObject({
    observation: z
      .looseObject({
        project: z.string(),
        connection: z.string(),
        first_at: time,
        last_at: time,
        polls: z.int(),
      })
      .transform(
        ({ project, connection, first_at, last_at, polls, ...observation }): ObservationRun => ({
          project,
          connection,
          firstAt: first_at,
          lastAt: last_at,
          polls,
          observation: z.custom<Observation>().parse(observation),
        }),
      ),
  }),
]);

/** Reads an export as a rehearsal would. */
function readExport(text: string) {
  const [first = "", ...rest] = text.trimEnd().split("\n");
  return {
    header: header.parse(JSON.parse(first)),
    entries: rest.map((line) => entry.parse(JSON.parse(line))),
  };
}

/** The runs as `r<firstAt>`, the events as `e<sequence>`. */
function outline(text: string): readonly string[] {
  const named = z.union([
    z.object({ event: z.object({ sequence: z.number() }) }),
    z.object({ observation: z.object({ first_at: time }) }),
  ]);
  return text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => {
      const one = named.parse(JSON.parse(line));
      return "event" in one ? `e${one.event.sequence}` : `r${one.observation.first_at}`;
    });
}

/** A configuration over a store that holds these changes. */
async function left(...changes: readonly Commit[]) {
  const directory = temporaryDirectory();
  const config = writeConfig(directory, {
    projects: [
      projectOf({ url: "http://127.0.0.1:9" }, [{ id: "orders", name: "configured" }, "logs"]),
    ],
    notifiers: { screen: { type: "console" } },
    store: "watch.db",
  });
  await using store = openSqliteStore({ file: join(directory, "watch.db"), mode: "daemon" });
  for (const change of changes) await store.commit(change);
  const exported = (...args: readonly string[]) =>
    runCommand(["history", "-c", config, "--since", "1970-01-01", ...args]);
  return { directory, exported };
}

test("an export has what a daemon has seen and told, in its own words", async () => {
  const cloud = await startCloud({
    connections: [
      { id: basicId, kind: "basic", queues: { etl: { status: "FAILED", err_msg: "no router" } } },
      { id: enhancedId, kind: "enhanced" },
    ],
  });
  const hook = await startRecording();
  const directory = temporaryDirectory();
  const config = writeConfig(directory, {
    projects: [projectOf(cloud, [basicId, enhancedId])],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
    policy: { first_sight: "all" },
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
  });
  const watcher = startWatcher("run", "-c", config);
  await hook.arrived(3);
  watcher.signal("SIGTERM");
  expect(await watcher.ended).toBe(0);

  const file = join(directory, "history.jsonl");
  const ended = await runCommand(["history", "-c", config, "--export", file]);
  expect(ended).toEqual({ status: 0, stdout: `${file} is written.\n`, stderr: "" });
  const { header, entries } = readExport(readFileSync(file, "utf8"));
  expect(header.name).toBe("dli-watch");
  expect(Date.parse(header.exported_at) - Date.parse(header.since)).toBe(86_400_000);

  await using store = openSqliteStore({ file: join(directory, "watch.db"), mode: "reader" });
  const stored = await store.observations({ since: 0, limit: 10 });
  const runs = entries.flatMap((one) => ("observation" in one ? one.observation : []));
  expect(runs).toEqual(stored.map(({ sequence, ...run }) => run));
  expect(runs.map(({ connection }) => connection).sort()).toEqual([basicId, enhancedId]);
  expect(entries.flatMap((one) => ("event" in one ? one.event : []))).toEqual(eventsOf(hook));
});

test("runs and events stand in the order of time, each kind in its own where the clock was set back", async () => {
  const { exported } = await left({
    observations: [1, 5, 3, 8].map((at) => observationRun({ firstAt: at, lastAt: at })),
    events: [storedEvent(1, { time: 5 }), storedEvent(2, { time: 6 }), storedEvent(3, { time: 2 })],
  });
  const { stdout } = await exported("--export", "-");
  expect(outline(stdout)).toEqual(["r1", "r5", "r3", "e1", "e2", "e3", "r8"]);
});

test("--since leaves out what ended before it, and what is about the telling is not exported", async () => {
  const { exported } = await left({
    observations: [
      observationRun({ firstAt: 1, lastAt: 4 }),
      observationRun({ firstAt: 2, lastAt: 9, connection: "logs" }),
      observationRun({ firstAt: 5, lastAt: 5 }),
    ],
    events: [
      storedEvent(4),
      storedEvent(5),
      storedEvent(6, { type: "dli-watch.notifier_failing", project: "", connection: "" }),
    ],
  });
  const { stdout } = await exported("--since", "1970-01-01T00:00:00.005Z", "--export", "-");
  expect(outline(stdout)).toEqual(["r2", "r5", "e5"]);
});

test.each(["orders", "configured", "from-the-api"])(
  "--connection %s leaves out what is about another",
  async (which) => {
    const snapshot: Snapshot = {
      kind: "basic",
      id: "orders",
      state: "ACTIVE",
      errMsg: "",
      attributes: { name: "from-the-api" },
      bindings: { queue: null, pool: null },
    };
    const { exported } = await left({
      connections: [
        { project: "prod", id: "orders", memory: { ...connectionMemory(1), snapshot } },
        { project: "prod", id: "logs", memory: connectionMemory(1) },
      ],
      observations: [observationRun({ firstAt: 1 }), observationRun({ connection: "logs" })],
      events: [storedEvent(1), storedEvent(2, { connection: "logs" })],
    });
    const { stdout } = await exported("--connection", which, "--export", "-");
    expect(outline(stdout)).toEqual(["r1", "e1"]);
  },
);

test("a file that is there stays as it is; one that cannot be written is named", async () => {
  const { directory, exported } = await left({ observations: [observationRun()] });
  const file = join(directory, "mine");
  writeFileSync(file, "mine");
  expect(await exported("--export", file)).toEqual({
    status: 1,
    stdout: "",
    stderr: `${file} is there already and stays as it is: name another file, or move this one away\n`,
  });
  expect(readFileSync(file, "utf8")).toBe("mine");

  const below = join(file, "below");
  const { status, stderr } = await exported("--export", below);
  expect(status).toBe(1);
  expect(stderr).toContain(`${below} cannot be written: E`);
  expect((await exported("--export", "-", "--json")).stderr).toContain(
    "option '--export <file>' cannot be used with option '--json'",
  );
});

test("no more than a page of each kind is held in memory, and nothing is lost between pages", async () => {
  const store = openMemoryStore();
  const count = 2_500;
  const ats = Array.from({ length: count }, (_, index) => index + 1);
  await store.commit({
    observations: ats.map((at) => observationRun({ firstAt: at, lastAt: at })),
    events: ats.map((at) => storedEvent(at)),
  });
  let pages = 0;
  const counting = {
    ...store,
    observations: (...query: Parameters<typeof store.observations>) => {
      pages += 1;
      return store.observations(...query);
    },
  };
  const source = { store: counting, config: { name: "dli-watch", projects: [] } };
  let text = "";
  let lines = 0;
  for await (const line of historyLines(source, { since: 0, now: 0 })) {
    text += line;
    lines += 1;
    expect(pages).toBeLessThanOrEqual(1 + lines / 2_000);
  }
  expect(outline(text)).toEqual(ats.flatMap((at) => [`r${at}`, `e${at}`]));
  expect(pages).toBe(3);
});
