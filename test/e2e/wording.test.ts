import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { projectOf, startCloud, startRecording } from "../support/installation.ts";
import { startWatching } from "../support/watching.ts";

test("each notifier tells in its own words, and a template that fails costs no notice", async () => {
  const queues = (status: string) => ({ queues: { etl: { status, err_msg: "no router" } } });
  const cloud = await startCloud({
    connections: [{ id: "e1", kind: "enhanced", ...queues("ACTIVE") }],
  });
  const [chinese, own, broken] = [
    await startRecording({ body: "ok" }),
    await startRecording(),
    await startRecording(),
  ];
  const template = {
    title: "[{{ event.source }}] {{ message.title }}",
    headers: { "X-State": "{{ event.data.to }}" },
    body: '{"said": {{ message.title | json }}}',
  };
  const endless = "{% for i in (1..9999999) %}x{% endfor %}";
  const watching = await startWatching({
    projects: [projectOf(cloud, ["e1"])],
    timezone: "Asia/Shanghai",
    notifiers: {
      chinese: { type: "slack", url: `${chinese.origin}/services/x`, language: "zh" },
      own: { type: "webhook", url: own.origin, template },
      broken: { type: "webhook", url: broken.origin, template: { body: endless } },
    },
  });
  await cloud.asked(2);
  cloud.set("e1", queues("FAILED"));
  await Promise.all([chinese.arrived(1), own.arrived(1), broken.arrived(1)]);
  cloud.set("e1", queues("ACTIVE"));
  await Promise.all([chinese.arrived(2), own.arrived(2), broken.arrived(2)]);

  const [failed, well] = chinese.requests;
  expect(failed?.body).toContain("🔴 紧急: e1 的队列 etl 变为 FAILED");
  expect(failed?.body).toMatch(/ \d\d:\d\d:\d\d UTC\+08:00"/);
  expect(well?.body).toContain("🟢 恢复: e1 的队列 etl 恢复为 ACTIVE");

  const [mine] = own.requests;
  expect(mine?.headers).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    "x-state": "FAILED",
  });
  expect(JSON.parse(mine?.body ?? "")).toEqual({
    said: "[dli-watch/prod] Queue etl of e1 is FAILED",
  });

  expect(broken.requests.map(({ headers }) => headers["content-type"])).toEqual(
    Array(2).fill("application/cloudevents+json; charset=utf-8"),
  );
  const said = watching.output().match(/.*A template cannot be filled in.*/g);
  expect(said).toEqual([expect.stringContaining("template.body: memory alloc limit exceeded")]);

  const { id } = JSON.parse(broken.requests[0]?.body ?? "");
  const explained = await runCommand(["explain", id, "-c", watching.config]);
  expect(explained.stdout).toContain("e1 的队列 etl 变为 FAILED");
  expect(explained.stdout).toContain("[dli-watch/prod] Queue etl of e1 is FAILED");

  const tested = await runCommand(["notify", "test", "-c", watching.config]);
  expect(tested.stdout).toContain(
    "The standard wording was sent, since notifiers.broken.template.body: memory alloc limit exceeded",
  );
  await Promise.all([chinese.arrived(3), own.arrived(3)]);
  expect(chinese.requests[2]?.body).toContain("dli-watch 测试通知");
  expect(own.requests[2]?.body).toBe('{"said": "[dli-watch] Test notice of dli-watch"}');
});
