import { request } from "undici";
import { expect, test } from "vitest";
import type { Received } from "../../src/simulator/received.ts";
import { startReceiver } from "../../src/simulator/receiver.ts";

const listen = { host: "127.0.0.1", port: 0 };

test("a webhook is accepted after it was passed on", async () => {
  const accepted: Received[] = [];
  await using receiver = await startReceiver({ listen, accept: (hook) => accepted.push(hook) });
  const headers = { "Webhook-Id": "01J" };
  const { statusCode } = await request(`${receiver.url}/dli?x=1`, {
    method: "POST",
    headers,
    body: '{"id":"01J"}',
  });
  expect(statusCode).toBe(204);
  expect(accepted).toMatchObject([
    { method: "POST", url: "/dli?x=1", headers: { "webhook-id": "01J" }, body: '{"id":"01J"}' },
  ]);
});

test("anything else is not", async () => {
  const accepted: Received[] = [];
  await using receiver = await startReceiver({ listen, accept: (hook) => accepted.push(hook) });
  expect((await request(receiver.url)).statusCode).toBe(405);
  expect(accepted).toEqual([]);
});

test("an address in use is told with its way out", async () => {
  await using receiver = await startReceiver({ listen, accept: () => {} });
  const port = Number(new URL(receiver.url).port);
  await expect(startReceiver({ listen: { ...listen, port }, accept: () => {} })).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}: listen EADDRINUSE`,
  );
});
