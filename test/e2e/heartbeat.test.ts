import { expect, test } from "vitest";
import { projectOf, startCloud, startRecording } from "../support/installation.ts";
import { startWatcher, temporaryDirectory, writeConfig } from "../support/watcher.ts";

test("a dead man's switch hears of a watcher that sees and tells, and no more when it cannot tell", async () => {
  const cloud = await startCloud({
    connections: [{ id: "one", kind: "enhanced", queues: { etl: { status: "ACTIVE" } } }],
  });
  const [dutyPhone, deadMan] = [await startRecording(), await startRecording()];
  const config = (phone: string) => ({
    schedule: "100ms",
    projects: [projectOf(cloud, ["one"])],
    notifiers: { phone: { type: "webhook", url: `${dutyPhone.origin}/${phone}` } },
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
    heartbeat: { url: `${deadMan.origin}/ping/secret-of-the-switch`, every: "50ms" },
  });
  const directory = temporaryDirectory();
  const watcher = startWatcher("run", "-c", writeConfig(directory, config("revoked")));
  await deadMan.arrived(3);

  dutyPhone.answer({ status: 410 });
  cloud.set("one", { queues: { etl: { status: "FAILED", err_msg: "no router" } } });
  await watcher.logged("The heartbeat is not sent", {
    why: "the notifier phone refuses everything",
  });

  const silent = deadMan.requests.length;
  dutyPhone.answer({});
  writeConfig(directory, config("new"));
  await watcher.logged("The heartbeat is sent", { nth: 2 });
  await deadMan.arrived(silent + 1);
  watcher.signal("SIGTERM");
  expect(await watcher.ended).toBe(0);
  expect(watcher.output()).not.toContain("secret-of-the-switch");
  expect(new Set(deadMan.requests.map(({ method, path }) => `${method} ${path}`))).toEqual(
    new Set(["GET /ping/secret-of-the-switch"]),
  );
});
