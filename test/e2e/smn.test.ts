import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { keyPair, projectOf, startCloud, startRecording } from "../support/installation.ts";
import type { Receiver } from "../support/receiver.ts";
import { basicId, enhancedId, projectId } from "../support/simulator.ts";
import { vendorAuthorization } from "../support/vendor-signature.ts";
import { startWatching } from "../support/watching.ts";

const pair = { accessKey: keyPair.access_key, secretKey: keyPair.secret_key };

test("a watcher publishes with the credentials of the project that is named, and so does the test notice", async () => {
  const down = { queues: { etl: { status: "FAILED", err_msg: "no router" } } };
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic", ...down }] });
  const smn = await startRecording({ body: '{"request_id":"r","message_id":"m"}' });
  const other = { access_key: "OTHERKEY", secret_key: "another-secret-key" };
  const { config } = await startWatching({
    projects: [
      projectOf(cloud, [enhancedId], { name: "other", auth: other }),
      projectOf(cloud, [basicId]),
    ],
    notifiers: {
      phones: {
        type: "smn",
        topic_urn: `urn:smn:cn-north-4:${projectId}:dli-alerts`,
        project: "prod",
        endpoint: smn.origin,
      },
    },
    routes: [{ match: { project: "prod" }, notify: ["phones"] }],
    unrouted: "drop",
  });
  await smn.arrived(1);
  const tested = await runCommand(["notify", "test", "-c", config]);
  expect(tested.stdout).toContain("accepted");
  expect(smn.requests).toHaveLength(2);
  for (const signature of signaturesOf(smn)) expect(signature.sent).toBe(signature.vendors);
  expect(smn.requests.map(({ body }) => JSON.parse(body).subject)).toEqual([
    expect.stringMatching(/^CRITICAL: Queue etl of \S+ appeared and is FAILED$/),
    "INFO: Test notice of dli-watch",
  ]);
});

/** The signatures that came, and what the vendor's own signer gives these requests. */
function signaturesOf({ requests }: Receiver) {
  return requests.map(({ method, path, headers, body }) => {
    const flat = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, String(value)]),
    );
    return {
      sent: headers.authorization,
      vendors: vendorAuthorization({ method, url: path, headers: flat, body }, pair),
    };
  });
}
