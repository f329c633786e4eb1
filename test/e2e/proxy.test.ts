import { readdirSync, readFileSync } from "node:fs";
import { request as ask } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import { identities, serveHttps } from "../support/loopback.ts";
import { serveProxy } from "../support/proxy.ts";
import { enhancedId } from "../support/simulator.ts";
import { startWatching } from "../support/watching.ts";

const user = { name: "watcher", domain: "acme", password: "password-of-the-watcher" };
const outside = "https://other.example";
const certificate = new URL("../support/certificates/elsewhere.pem", import.meta.url).pathname;

/** The cloud and a receiver as one host outside, which only the proxy knows; what reaches neither is an error. */
async function startOutside(cloud: string, told: string[]) {
  const server = await serveHttps(identities.elsewhere, async (request, response) => {
    if (request.url === "/hook") {
      told.push(await text(request));
      return response.end();
    }
    const { method, headers } = request;
    const onward = ask(cloud + request.url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => {});
    });
    return pipeline(request, onward, () => {});
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

test("cloud, IAM and receivers are reached through the proxy of the environment; its password is not shown", async () => {
  const cloud = await startCloud({
    users: [user],
    connections: [{ id: enhancedId, kind: "enhanced", queues: { etl: { status: "FAILED" } } }],
  });
  const told: string[] = [];
  const leadsTo = await startOutside(cloud.url, told);
  const login = "watcher:canary-of-the-proxy";
  const proxy = await serveProxy({ leadsTo, login });
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("HTTPS_PROXY", proxy.url.replace("//", `//${login}@`));
  vi.stubEnv("NODE_EXTRA_CA_CERTS", certificate);
  const near = await startRecording();
  const watching = await startWatching({
    projects: [
      projectOf({ url: outside }, [enhancedId], {
        auth: {
          username: user.name,
          password: user.password,
          domain: user.domain,
          iam_endpoint: outside,
        },
        ca_file: certificate,
      }),
    ],
    notifiers: {
      far: { type: "webhook", url: `${outside}/hook` },
      near: { type: "webhook", url: near.origin },
    },
    log: { level: "debug" },
  });
  await near.arrived(1);
  await cloud.asked(3);
  expect(eventsOf(near).map(lineOf)).toEqual(["appeared queue etl >FAILED"]);
  expect(told).toEqual(near.requests.map(({ body }) => body));
  expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT other.example:443"]));

  await proxy[Symbol.asyncDispose]();
  await near.arrived(2);
  expect(eventsOf(near)[1]?.data).toMatchObject({
    cause: "network",
    err_msg: expect.stringContaining(`the proxy ${proxy.host} (HTTPS_PROXY) on the way to`),
  });
  const seen = readdirSync(watching.directory).map((name) =>
    readFileSync(join(watching.directory, name), "latin1"),
  );
  expect([watching.output(), ...seen].join("\n")).not.toMatch(/canary|Y2FuYXJ5/);
});
