import { EventSource, MessageEvent } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { projectOf, startCloud, startRecording } from "../support/installation.ts";
import { basicId } from "../support/simulator.ts";
import { startWatching } from "../support/watching.ts";

const etl = (status: string) => ({ queues: { etl: { status } } });

/** Listens as a browser does; `lastEventId` is where it goes on. */
function listen(url: string) {
  const source = new EventSource(url);
  onTestFinished(() => source.close());
  const told: { readonly id: string; readonly json: string }[] = [];
  const changes = { count: 0 };
  const waiting = new Set<() => void>();
  const note = (event: Event) => {
    if (event.type === "change") changes.count += 1;
    if (event instanceof MessageEvent && event.type === "transition")
      told.push({ id: event.lastEventId, json: event.data });
    for (const look of waiting) look();
  };
  source.addEventListener("transition", note);
  source.addEventListener("change", note);
  /** Resolves when `enough` says so. */
  const until = (enough: () => boolean) =>
    new Promise<void>((done) => {
      const look = () => {
        if (!enough()) return;
        waiting.delete(look);
        done();
      };
      waiting.add(look);
      look();
    });
  return { told, changes, until };
}

test("a listener gets every notice as the webhook did, also those of while the watcher was restarted", async () => {
  const cloud = await startCloud({
    connections: [{ id: basicId, kind: "basic", ...etl("ACTIVE") }],
  });
  const hook = await startRecording();
  const config = {
    projects: [projectOf(cloud, [{ id: basicId, kind: "basic" }])],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
  };
  const watching = await startWatching(config);
  await cloud.asked(2);
  const first = listen(`${watching.url}/api/v1/events?since=0`);
  cloud.set(basicId, etl("FAILED"));
  await first.until(() => first.told.length === 1 && first.changes.count > 1);

  const askedAt = systemClock.monotonic();
  watching.signal("SIGTERM");
  expect(await watching.ended).toBe(0);
  expect(systemClock.monotonic() - askedAt).toBeLessThan(10_000);
  cloud.set(basicId, etl("ACTIVE"));
  const again = await startWatching(config, watching.directory);
  await hook.arrived(2);
  const second = listen(`${again.url}/api/v1/events?since=${first.told[0]?.id}`);
  await second.until(() => second.told.length === 1);
  cloud.set(basicId, etl("FAILED"));
  await hook.arrived(3);
  await second.until(() => second.told.length === 2);

  const told = [...first.told, ...second.told];
  expect(told.map(({ json }) => json)).toEqual(hook.requests.map(({ body }) => body));
  expect(told.map(({ id }) => id)).toEqual(["1", "2", "3"]);
});

test("what goes on as before is no change", async () => {
  const cloud = await startCloud({
    connections: [{ id: basicId, kind: "basic", ...etl("ACTIVE") }],
  });
  const watching = await startWatching({
    projects: [projectOf(cloud, [{ id: basicId, kind: "basic" }])],
    notifiers: { screen: { type: "console" } },
  });
  await cloud.asked(2);
  const { changes, told, until } = listen(`${watching.url}/api/v1/events`);
  await until(() => changes.count === 1);
  await cloud.asked(10);
  expect(changes.count).toBe(1);
  cloud.set(basicId, etl("CREATING"));
  await until(() => changes.count === 2);
  expect(told).toHaveLength(1);
});
