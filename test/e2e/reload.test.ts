import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import { startWatcher, temporaryDirectory, writeConfig } from "../support/watcher.ts";

const failed = { queues: { etl: { status: "FAILED", err_msg: "no router" } } };
const active = { queues: { etl: { status: "ACTIVE" } } };

/** A cloud of two connections, two receivers, and the configuration that a test changes. */
async function start() {
  const cloud = await startCloud({
    connections: ["one", "two"].map((id) => ({ id, kind: "enhanced", ...active })),
  });
  const [first, second] = [await startRecording(), await startRecording()];
  const config = (
    connections: readonly string[],
    notifiers: Readonly<Record<string, { readonly origin: string }>>,
  ) => ({
    schedule: "100ms",
    projects: [projectOf(cloud, connections)],
    notifiers: Object.fromEntries(
      Object.entries(notifiers).map(([name, { origin }]) => [
        name,
        { type: "webhook", url: origin },
      ]),
    ),
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
  });
  return { cloud, first, second, config };
}

test("a changed file applies at once: a connection and a notifier more, another less; what waited for it stays", async () => {
  const directory = temporaryDirectory();
  const { cloud, first, second, config } = await start();
  const file = writeConfig(directory, config(["one"], { first }));
  const watcher = startWatcher("run", "-c", file);
  await watcher.logged("Watching");
  await cloud.asked(2);
  first.answer({ status: 503 });
  cloud.set("one", failed);
  await first.arrived(1);

  writeConfig(directory, config(["one", "two"], { second }));
  const { changed } = await watcher.logged("Reloaded the configuration");
  expect(changed).toEqual([
    "connection prod/two added",
    "notifier first removed",
    "notifier second added",
    "routing changed",
  ]);
  const orphans = await watcher.logged(
    "Deliveries wait for a notifier that is not configured; configure it again, or drop them",
  );
  expect(orphans).toMatchObject({ notifier: "first", waiting: 1 });
  await cloud.asked(4);
  cloud.set("two", failed);
  await second.arrived(1);
  expect(eventsOf(second).map(lineOf)).toEqual(["transition queue etl ACTIVE>FAILED"]);

  first.answer({});
  writeConfig(directory, config(["one", "two"], { first, second }));
  await first.arrived(first.requests.length + 1);
  watcher.signal("SIGTERM");
  expect(await watcher.ended).toBe(0);
  expect(new Set(eventsOf(first).map(({ id }) => id)).size).toBe(1);
});

test("a hint that a reload brings is told from then on", async () => {
  const directory = temporaryDirectory();
  const { cloud, first, config } = await start();
  const before = config(["one", "two"], { first });
  const file = writeConfig(directory, before);
  const watcher = startWatcher("run", "-c", file);
  await watcher.logged("Watching");
  await cloud.asked(4);
  cloud.set("one", failed);
  await first.arrived(1);
  const hint = { cause: "The team's VPC.", action: "Ask for a router." };
  writeConfig(directory, { ...before, hints: [{ match: "^NO (router|gateway)", ...hint }] });
  const { changed } = await watcher.logged("Reloaded the configuration");
  expect(changed).toEqual(["hints changed"]);
  cloud.set("two", failed);
  await first.arrived(2);
  expect(eventsOf(first).map(({ data }) => data.hint)).toEqual([undefined, hint]);
});

test("a bad file changes nothing and is named; SIGHUP reads it again", async () => {
  const directory = temporaryDirectory();
  const { cloud, first, config } = await start();
  const good = config(["one"], { first });
  const file = writeConfig(directory, good);
  const watcher = startWatcher("run", "-c", file);
  const { url } = await watcher.logged("Watching");
  const problemsShown = async () => {
    const answer = await fetch(`${url}/api/v1/status`);
    return JSON.parse(await answer.text()).configuration.problems;
  };
  await cloud.asked(2);
  writeConfig(directory, { ...good, retension: "1d" });
  const { problems } = await watcher.logged(
    "Could not reload the configuration; the old one goes on",
  );
  expect(problems).toEqual([
    expect.stringMatching(/watch\.yaml:\d+:\d+ retension: .*did you mean retention/),
  ]);
  expect(await problemsShown()).toEqual(problems);
  cloud.set("one", failed);
  await first.arrived(1);
  writeConfig(directory, good);
  await watcher.logged("Reloaded the configuration");
  expect(await problemsShown()).toEqual([]);
  watcher.signal("SIGHUP");
  watcher.signal("SIGTERM");
  expect(await watcher.ended).toBe(0);
});

test("the swapped link of a Kubernetes ConfigMap is a change of the file", async () => {
  const directory = temporaryDirectory();
  const { cloud, first, config } = await start();
  const revision = (name: string, connections: readonly string[]) => {
    mkdirSync(join(directory, name));
    const text = JSON.stringify({
      ...config(connections, { first }),
      store: join(directory, "watch.db"),
    });
    writeFileSync(join(directory, name, "watch.yaml"), text);
    symlinkSync(name, join(directory, "..data.new"));
    renameSync(join(directory, "..data.new"), join(directory, "..data"));
  };
  revision("..2026_1", ["one"]);
  symlinkSync(join("..data", "watch.yaml"), join(directory, "watch.yaml"));
  const watcher = startWatcher("run", "-c", join(directory, "watch.yaml"));
  await watcher.logged("Watching");
  await cloud.asked(2);
  revision("..2026_2", ["one", "two"]);
  const { changed } = await watcher.logged("Reloaded the configuration");
  expect(changed).toEqual(["connection prod/two added"]);
});
