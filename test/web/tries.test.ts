import { once } from "node:events";
import { get } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { serve } from "../../src/web/serve.ts";
import { createTries } from "../../src/web/tries.ts";
import { fakeClock } from "../support/clock.ts";
import { appWith } from "../support/web-app.ts";

test("a thousand addresses are remembered, the latest ones", async () => {
  const delays: number[] = [];
  const after: Clock["after"] = (delayMs, task) => {
    delays.push(delayMs);
    queueMicrotask(task);
    return () => {};
  };
  const tries = createTries({ ...fakeClock(), after });
  const { signal } = new AbortController();
  for (let address = 0; address <= 1_000; address += 1) await tries.wrong(`${address}`, signal);
  delays.length = 0;
  for (const address of ["1", "1000", "0"]) await tries.wrong(address, signal);
  expect(delays).toEqual([500, 500, 250]);
});

test("who guesses and does not wait for the answer is no longer waited for", async () => {
  const clock = fakeClock();
  const [held, freed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const after: Clock["after"] = (delayMs, task) => {
    const cancel = clock.after(delayMs, task);
    held.resolve();
    return () => {
      cancel();
      freed.resolve();
    };
  };
  const server = { token: new Secret("s3cret"), hosts: [] };
  const app = appWith({ server, clock: { ...clock, after } });
  const listening = await serve({
    fetch: app.fetch,
    listen: { host: "127.0.0.1", port: 0 },
    clock,
  });
  onTestFinished(() => listening[Symbol.asyncDispose]());
  const request = get(`${listening.url}/`, { headers: { authorization: "Bearer wrong" } });
  const gone = once(request, "error");
  await held.promise;
  request.destroy(new Error("gone"));
  await gone;
  await freed.promise;
  expect(clock.waiting()).toBe(0);
});
