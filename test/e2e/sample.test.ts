import { CloudEvent } from "cloudevents";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import { basicId } from "../support/simulator.ts";
import { startWatcher, temporaryDirectory, writeConfig } from "../support/watcher.ts";

const secret = `whsec_${Buffer.from("a-signing-secret-of-32-bytes-----").toString("base64")}`;
const hostile = "Failed to get subnet <!channel> & <https://evil.example|click>";

test("the sample connection is created, a queue fails and recovers: each told once, in order, to each notifier", async () => {
  const directory = temporaryDirectory();
  const cloud = await startCloud({
    connections: [
      {
        id: basicId,
        kind: "basic",
        state: "CREATING",
        process: 0,
        fields: { name: "op", service: "CloudTable.OPENTSDB", count: 1 },
      },
    ],
  });
  const slack = await startRecording({ body: "ok" });
  const hook = await startRecording();
  const config = writeConfig(directory, {
    schedule: "100ms",
    projects: [projectOf(cloud, [{ id: basicId, kind: "basic", labels: { team: "data" } }])],
    notifiers: {
      oncall: { type: "slack", url: `${slack.origin}/services/T/B/x` },
      hook: { type: "webhook", url: hook.origin, secret },
    },
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
  });
  const watcher = startWatcher("run", "-c", config);
  const { url } = await watcher.logged("Watching");

  await cloud.asked(2);
  cloud.set(basicId, { process: 0.5 });
  await cloud.asked(2);
  cloud.set(basicId, { state: "ACTIVE", process: 1 });
  await hook.arrived(1);
  cloud.set(basicId, { queues: { etl: { status: "CREATING" } } });
  await hook.arrived(2);
  cloud.set(basicId, { queues: { etl: { status: "FAILED", err_msg: hostile } } });
  await hook.arrived(3);
  cloud.set(basicId, { queues: { etl: { status: "ACTIVE" } } });
  await Promise.all([hook.arrived(4), slack.arrived(4)]);

  const transitions: unknown = await (await fetch(`${url}/api/v1/transitions`)).json();
  watcher.signal("SIGTERM");
  expect(await watcher.ended).toBe(0);

  const events = eventsOf(hook);
  expect(events.map(lineOf)).toEqual([
    "transition connection op CREATING>ACTIVE",
    "appeared queue etl >CREATING",
    "transition queue etl CREATING>FAILED",
    "recovery queue etl FAILED>ACTIVE",
  ]);
  expect(transitions).toEqual({ items: events, next: null });
  const [, , problem, recovery] = events;
  expect(problem).toMatchObject({
    source: "dli-watch/prod",
    subject: `connections/${basicId}/queues/etl`,
    data: {
      severity: "critical",
      err_msg: hostile,
      connection: {
        name: "op",
        kind: "basic",
        service: "CloudTable.OPENTSDB",
        labels: { team: "data" },
      },
    },
  });
  expect(recovery?.data.incident).toBe(problem?.data.incident);
  for (const { headers, body } of hook.requests) {
    const standard = Object.fromEntries(
      ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [
        name,
        String(headers[name]),
      ]),
    );
    const verified = new Webhook(secret).verify(body, standard);
    expect(new CloudEvent(JSON.parse(body)).validate()).toBe(true);
    expect(verified).toMatchObject({ id: headers["webhook-id"] });
  }

  expect(slack.requests).toHaveLength(4);
  const alert = slack.requests[2]?.body ?? "";
  expect(alert).toContain("&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;");
  expect(alert).not.toContain("<!");
});
