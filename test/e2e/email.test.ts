import { expect, onTestFinished, test } from "vitest";
import { projectOf, startCloud } from "../support/installation.ts";
import { identities } from "../support/loopback.ts";
import { startMailServer } from "../support/mail-server.ts";
import { basicId } from "../support/simulator.ts";
import { startWatching } from "../support/watching.ts";

const failed = { queues: { etl: { status: "FAILED", err_msg: "no router" } } };
const active = { queues: { etl: { status: "ACTIVE" } } };

test("the mails of an incident are one conversation, and who refused one stands in the log", async () => {
  const server = await startMailServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic", ...failed }] });
  const watching = await startWatching({
    projects: [projectOf(cloud, [basicId])],
    notifiers: {
      mail: {
        ...{ type: "email", host: "127.0.0.1", port: server.port },
        ...{ ca: identities.loopback.certificate, from: "dli@example.com" },
        to: ["ops@example.com", "gone@example.com"],
      },
    },
  });
  const first = await watching.logged("Delivered");
  expect(first).not.toHaveProperty("why");
  server.refuse({ recipients: { "gone@example.com": "550 5.1.1 No such user" } });
  cloud.set(basicId, active);
  const second = await watching.logged("Delivered", { nth: 2 });
  expect(second["why"]).toMatch(
    / took it for the others, but not for gone@example.com \(550 5.1.1 No such user\)\.$/,
  );
  const [problem, recovery] = server.mails.map(({ mail }) => mail);
  expect(recovery).toMatchObject({
    subject: expect.stringContaining("🟢 OK: Queue etl"),
    inReplyTo: problem?.messageId,
    references: problem?.messageId,
  });
});
