import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { projectOf, startCloud, startRecording } from "../support/installation.ts";
import { startWatching } from "../support/watching.ts";

const first = { channel: "C0123456789", ts: "1795485005.120019" };

/** What a request asks of Slack, in a line. */
function asked({ path, body }: { readonly path: string; readonly body: string }): string {
  const { text, ts, thread_ts, reply_broadcast } = JSON.parse(body);
  const place = ts ?? thread_ts ?? "the channel";
  return `${path} ${place}${reply_broadcast ? ", shown to all" : ""}: ${text.split(".")[0]}`;
}

test("killed within an incident, the next process goes on in its thread", async () => {
  const chat = await startRecording(
    { body: JSON.stringify({ ok: true, ...first }) },
    { fault: "hang" },
    { body: JSON.stringify({ ok: true, ...first, ts: "1795485009.000000" }) },
  );
  const cloud = await startCloud({
    connections: [{ id: "one", kind: "enhanced", queues: { etl: { status: "ACTIVE" } } }],
  });
  const seen = cloud.asked(2);
  const app = { token: "xoxb-1", channel: first.channel, api: `${chat.origin}/api/` };
  const config = {
    projects: [projectOf(cloud, ["one"])],
    notifiers: { chat: { type: "slack", ...app } },
  };
  const killed = await startWatching(config);
  await seen;
  cloud.set("one", { queues: { etl: { status: "FAILED", err_msg: "no router" } } });
  await chat.arrived(1);
  cloud.set("one", { queues: { etl: { status: "CREATING" } } });
  await chat.arrived(2);
  killed.signal("SIGKILL");
  await killed.ended;

  const list = await runCommand(["deliveries", "list", "--json", "-c", killed.config]);
  const [{ id }] = JSON.parse(list.stdout);
  const { stdout } = await runCommand(["explain", id, "--json", "-c", killed.config]);
  const [{ notifiers }] = JSON.parse(stdout).notices;
  expect(JSON.parse(notifiers[0].payload.body)).toMatchObject({ thread_ts: first.ts });

  await startWatching(config, killed.directory);
  await chat.arrived(4);
  cloud.set("one", { queues: { etl: { status: "ACTIVE" } } });
  await chat.arrived(6);
  const update = "/api/chat.update 1795485005.120019: ";
  const answer = "/api/chat.postMessage 1795485005.120019";
  expect(chat.requests.map(asked)).toEqual([
    "/api/chat.postMessage the channel: 🔴 CRITICAL: Queue etl of one is FAILED",
    `${update}🔵 INFO: Queue etl of one is CREATING`,
    `${update}🔵 INFO: Queue etl of one is CREATING`,
    `${answer}: 🔵 INFO: Queue etl of one is CREATING`,
    `${update}🟢 OK: Queue etl of one is ACTIVE again`,
    `${answer}, shown to all: 🟢 OK: Queue etl of one is ACTIVE again`,
  ]);
});
